import type { Queryable } from "../pool.ts";

/** Something that is not what its source says. */
export interface DifferenceRow {
  /** What differs, for people: an account code, a journal entry, a transaction. */
  subject: string;
  expected: string | null;
  actual: string | null;
  /** '<noun>:<id>' of the break that this makes. */
  breakSubject: string;
  /** Whose money it concerns; null if it is the house's, or everybody's. */
  userId: string | null;
  transactionId: string | null;
}

interface Key {
  column: string;
  type: "bigint" | "uuid" | "text" | "date";
}

/** A condition that keeps a query to part of what there is. */
export interface Part {
  /** True for the rows of the part, over the key columns; `true` for everything. */
  rows: string;
  /** SQL of the first key's value before the part, and of the last one in it; NULL for everything. */
  after: string;
  upTo: string;
}

/** Re-derives something from its source: the rows that differ, none when all is well. In full, or part by part along a key. */
export interface CheckDefinition {
  /** What the key walks through: tables, and what they are called in `sql`. */
  from: string;
  where?: string;
  keys: readonly Key[];
  sql(part: Part): string;
}

const everything: Part = { rows: "true", after: "NULL", upTo: "NULL" };

/** Looks at everything; at most `limit` differences. */
export async function runCheck(
  db: Queryable,
  check: CheckDefinition,
  limit: number,
): Promise<DifferenceRow[]> {
  const { rows } = await db.query<DifferenceRow>(`${check.sql(everything)} LIMIT $1`, [limit]);
  return rows;
}

export interface CheckStep {
  /** The key of the last row looked at; null when there was none left. */
  cursor: string[] | null;
  /** True if nothing is left behind it. */
  isLast: boolean;
  differences: DifferenceRow[];
}

/** Looks at the next `size` rows behind `after`; at most `limit` differences. */
export async function stepCheck(
  db: Queryable,
  check: CheckDefinition,
  step: { after: string[] | null; size: number; limit: number },
): Promise<CheckStep> {
  const columns = check.keys.map(({ column }) => column).join(", ");
  const places = (first: number) =>
    check.keys.map(({ type }, index) => `$${first + index}::${type}`).join(", ");
  const behind = step.after === null ? "true" : `(${columns}) > (${places(2)})`;
  const { rows: keys } = await db.query<{ key: string[] }>(
    `SELECT ARRAY[${check.keys.map(({ column }) => `${column}::text`).join(", ")}] AS key FROM ${check.from}
     WHERE ${check.where ?? "true"} AND ${behind} ORDER BY ${columns} LIMIT $1`,
    [step.size, ...(step.after ?? [])],
  );
  const cursor = keys.at(-1)?.key ?? null;
  const isLast = keys.length < step.size;
  if (cursor === null) return { cursor, isLast, differences: [] };
  const upTo = places(2);
  const after = places(2 + check.keys.length);
  const part: Part =
    step.after === null
      ? { rows: `(${columns}) <= (${upTo})`, after: "NULL", upTo }
      : { rows: `(${columns}) > (${after}) AND (${columns}) <= (${upTo})`, after, upTo };
  const { rows: differences } = await db.query<DifferenceRow>(`${check.sql(part)} LIMIT $1`, [
    step.limit,
    ...cursor,
    ...(step.after ?? []),
  ]);
  return { cursor, isLast, differences };
}
