import type { Queryable } from "../pool.ts";
import { transactionColumns, type TransactionRow } from "./transactions.ts";

/** Which transactions, of all users. What is left out does not narrow. */
export interface TransactionListFilter {
  /** Kind and status together; each pair is walked in the order of its own index. */
  pairs?: readonly { kind: string; status: string }[] | undefined;
  /** Minor units, both included. */
  minAmountMinor?: bigint | undefined;
  maxAmountMinor?: bigint | undefined;
  /** Created at or after, and before. */
  from?: Date | undefined;
  to?: Date | undefined;
  userId?: string | undefined;
  referencePrefix?: string | undefined;
  failureCode?: string | undefined;
  hasOpenBreak?: true | undefined;
}

export interface TransactionListPlace {
  createdAt: Date;
  id: string;
}

export type ListedTransactionRow = TransactionRow & { openBreaks: number };

interface Page {
  newestFirst: boolean;
  after: TransactionListPlace | undefined;
  limit: number;
}

/** A filter that leaves fewer rows than this is read whole and sorted; one that leaves more is met often while walking in order. */
const fewRows = 20_000;

/** Conditions in SQL, with their values. */
class Conditions {
  readonly values: unknown[] = [];
  readonly all: string[] = [];

  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(condition: string): void {
    this.all.push(condition);
  }

  with(more: string): string {
    return `WHERE ${[...this.all, more].join(" AND ")}`;
  }
}

function amountCondition(filter: TransactionListFilter, to: Conditions): string | undefined {
  const { minAmountMinor, maxAmountMinor } = filter;
  const bounds = [
    minAmountMinor === undefined ? [] : [`amount_minor >= ${to.value(minAmountMinor)}`],
    maxAmountMinor === undefined ? [] : [`amount_minor <= ${to.value(maxAmountMinor)}`],
  ].flat();
  return bounds.length === 0 ? undefined : bounds.join(" AND ");
}

function referenceCondition(filter: TransactionListFilter, to: Conditions): string | undefined {
  const prefix = filter.referencePrefix;
  if (prefix === undefined) return undefined;
  // The code point after the last: all that begins so, and nothing else, lies between.
  return `reference ~>=~ ${to.value(prefix)} AND reference ~<~ ${to.value(`${prefix}\u{10FFFF}`)}`;
}

const openBreakIds =
  "SELECT b.transaction_id FROM breaks b WHERE b.state = 'open' AND b.transaction_id IS NOT NULL";

/** Everything but the pairs. */
function conditionsOf(filter: TransactionListFilter): Conditions {
  const conditions = new Conditions();
  const optional = [amountCondition(filter, conditions), referenceCondition(filter, conditions)];
  for (const condition of optional) if (condition !== undefined) conditions.add(condition);
  if (filter.from !== undefined) conditions.add(`created_at >= ${conditions.value(filter.from)}`);
  if (filter.to !== undefined) conditions.add(`created_at < ${conditions.value(filter.to)}`);
  if (filter.userId !== undefined) conditions.add(`user_id = ${conditions.value(filter.userId)}`);
  if (filter.failureCode !== undefined) {
    conditions.add(`failure_code = ${conditions.value(filter.failureCode)}`);
  }
  if (filter.hasOpenBreak) conditions.add(`id IN (${openBreakIds})`);
  return conditions;
}

/** True if one of the conditions that have an index without an order leaves few rows. */
async function leavesFew(db: Queryable, filter: TransactionListFilter): Promise<boolean> {
  if (filter.hasOpenBreak) return true;
  for (const conditionOf of [amountCondition, referenceCondition]) {
    const conditions = new Conditions();
    const condition = conditionOf(filter, conditions);
    if (condition === undefined) continue;
    // OFFSET stops at the first row too many: it costs the same however many there are.
    const { rowCount } = await db.query(
      `SELECT FROM transactions WHERE ${condition} OFFSET ${fewRows} LIMIT 1`,
      conditions.values,
    );
    if (rowCount === 0) return true;
  }
  return false;
}

/** The statement for one page. Exported for the test of its plans. */
export async function transactionListQuery(
  db: Queryable,
  filter: TransactionListFilter,
  page: Page,
): Promise<{ text: string; values: unknown[] }> {
  const conditions = conditionsOf(filter);
  const { pairs } = filter;
  const [direction, comparison] = page.newestFirst ? ["DESC", "<"] : ["ASC", ">"];
  const order = `ORDER BY created_at ${direction}, id ${direction}`;
  const limit = `LIMIT ${conditions.value(page.limit)}`;
  const few = await leavesFew(db, filter);
  if (page.after !== undefined) {
    const { createdAt, id } = page.after;
    conditions.add(
      `(created_at, id) ${comparison} (${conditions.value(createdAt)}, ${conditions.value(id)})`,
    );
  }
  const whole = few || filter.userId !== undefined || filter.failureCode !== undefined;
  if (pairs !== undefined && whole) {
    const kinds = conditions.value(pairs.map(({ kind }) => kind));
    const statuses = conditions.value(pairs.map(({ status }) => status));
    conditions.add(
      `(kind, status) IN (SELECT * FROM unnest(${kinds}::text[], ${statuses}::text[]))`,
    );
  }
  const walk = (more: string) =>
    `(SELECT * FROM transactions ${conditions.with(more)} ${order} ${limit})`;
  let from: string;
  if (few) {
    from = `(WITH few AS MATERIALIZED (SELECT * FROM transactions ${conditions.with("true")}) SELECT * FROM few ${order} ${limit})`;
  } else if (pairs === undefined || whole) {
    from = walk("true");
  } else {
    // One walk for each, for the planner has to know how many there are of each.
    const walks = pairs.map(({ kind, status }) =>
      walk(`kind = ${conditions.value(kind)} AND status = ${conditions.value(status)}`),
    );
    from = `(SELECT * FROM (${[...walks, walk("false")].join(" UNION ALL ")}) w ${order} ${limit})`;
  }
  const text = `SELECT ${transactionColumns},
      (SELECT count(*)::int FROM breaks b WHERE b.transaction_id = t.id AND b.state = 'open') AS "openBreaks"
    FROM ${from} t ${order}`;
  return { text, values: conditions.values };
}

/** Transactions of all users, in order of creation, after a place in that order. */
export async function findListedTransactions(
  db: Queryable,
  filter: TransactionListFilter,
  page: Page,
): Promise<ListedTransactionRow[]> {
  const { text, values } = await transactionListQuery(db, filter, page);
  const { rows } = await db.query<ListedTransactionRow>(text, values);
  return rows;
}

/** True if more than so many match. */
export async function areMoreThan(
  db: Queryable,
  filter: TransactionListFilter,
  rows: number,
): Promise<boolean> {
  const page = { newestFirst: true, after: undefined, limit: rows + 1 };
  const { text, values } = await transactionListQuery(db, filter, page);
  const { rowCount } = await db.query(
    `SELECT FROM (${text}) matching OFFSET ${Math.trunc(rows)} LIMIT 1`,
    values,
  );
  return rowCount === 1;
}
