import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import { breakColumns, type BreakClass, type BreakRow } from "./breaks.ts";

export interface BreakNoteRow {
  id: string;
  breakId: string;
  operatorId: string;
  note: string;
  createdAt: Date;
}

export type ListedBreakNoteRow = BreakNoteRow & { operatorName: string };

/** A break as the queue shows it. */
export interface ListedBreakRow extends BreakRow {
  ownerName: string | null;
  /** The open proposal about it. */
  openApprovalId: string | null;
}

const listedColumns = `${breakColumns}, (SELECT o.display_name FROM operators o WHERE o.id = owner_id) AS "ownerName",
  (SELECT a.id FROM approvals a WHERE a.break_id = breaks.id AND a.state = 'requested') AS "openApprovalId"`;

/** Breaks in a state, oldest first, after a place in that order. Each filter walks along an index. */
export async function findBreaks(
  db: Queryable,
  filter: {
    state: BreakRow["state"];
    class?: BreakClass | undefined;
    severity?: BreakRow["severity"] | undefined;
    /** Null: nobody's. */
    ownerId?: string | null | undefined;
    transactionId?: string | undefined;
    /** Seen by this run, first or again. */
    runId?: string | undefined;
    /** Opened in this range, half open. */
    openedFrom?: Date | undefined;
    openedBefore?: Date | undefined;
    after?: { openedAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<ListedBreakRow[]> {
  // Constants, not parameters: the planner is to see that a partial index fits.
  const where = [filter.state === "open" ? "state = 'open'" : "state = 'resolved'"];
  const values: unknown[] = [filter.limit];
  const given = (condition: (place: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  given((place) => `class = ${place}`, filter.class);
  given((place) => `severity = ${place}`, filter.severity);
  if (filter.ownerId === null) where.push("owner_id IS NULL");
  else given((place) => `owner_id = ${place}`, filter.ownerId);
  given((place) => `transaction_id = ${place}`, filter.transactionId);
  given(
    (place) => `id IN (SELECT break_id FROM reconciliation_run_breaks WHERE run_id = ${place})`,
    filter.runId,
  );
  given((place) => `opened_at >= ${place}`, filter.openedFrom);
  given((place) => `opened_at < ${place}`, filter.openedBefore);
  if (filter.after !== undefined) {
    values.push(filter.after.openedAt, filter.after.id);
    where.push(`(opened_at, id) > ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  const { rows } = await db.query<ListedBreakRow>(
    `SELECT ${listedColumns} FROM breaks WHERE ${where.join(" AND ")} ORDER BY opened_at, id LIMIT $1`,
    values,
  );
  return rows;
}

export async function findListedBreak(
  db: Queryable,
  id: string,
): Promise<ListedBreakRow | undefined> {
  const { rows } = await db.query<ListedBreakRow>(
    `SELECT ${listedColumns} FROM breaks WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** Open breaks counted by class, severity and the age that `ages` (days, ascending) divides: what the queue's numbers link to. */
export interface BreakFigure {
  class: BreakClass;
  severity: BreakRow["severity"];
  /** Number of the ages that it has reached. */
  bucket: number;
  currency: string | null;
  count: number;
  amountMinor: bigint;
}

export async function countOpenBreaks(
  db: Queryable,
  filter: { now: Date; ages: readonly number[] },
): Promise<BreakFigure[]> {
  const { rows } = await db.query<Omit<BreakFigure, "amountMinor"> & { amountMinor: string }>(
    `SELECT class, severity, bucket, currency, count(*)::integer AS count, coalesce(sum(amount_minor), 0) AS "amountMinor"
     FROM (SELECT class, severity, currency, amount_minor,
             (SELECT count(*)::integer FROM unnest($2::integer[]) age WHERE opened_at <= $1::timestamptz - age * interval '1 day') AS bucket
           FROM breaks WHERE state = 'open') b
     GROUP BY class, severity, bucket, currency ORDER BY class, severity, bucket, currency`,
    [filter.now, filter.ages],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
}

/** Open breaks of the other side that have the same amount, the nearest in time first. */
export async function findCounterparts(
  db: Queryable,
  filter: {
    class: BreakClass;
    currency: string;
    amountMinor: bigint;
    openedAt: Date;
    limit: number;
  },
): Promise<BreakRow[]> {
  const { rows } = await db.query<BreakRow>(
    `SELECT ${breakColumns} FROM breaks WHERE state = 'open' AND class = $1 AND currency = $2 AND amount_minor = $3
     ORDER BY abs(extract(epoch FROM opened_at - $4)), id LIMIT $5`,
    [filter.class, filter.currency, filter.amountMinor, filter.openedAt, filter.limit],
  );
  return rows;
}

/** Who last did something to a break, and when. Nobody: then it was found again, and says something else. */
export async function findLastChange(
  db: Queryable,
  breakId: string,
): Promise<{ at: Date; byName: string | null } | undefined> {
  const { rows } = await db.query<{ at: Date; byName: string | null }>(
    `SELECT CASE e.action WHEN 'break.opened' THEN b.last_seen_at ELSE e.occurred_at END AS at, o.display_name AS "byName"
     FROM audit_events e JOIN breaks b ON b.id = $1::text::uuid
     LEFT JOIN operators o ON e.actor_kind = 'operator' AND o.id::text = e.actor_id
     WHERE e.subject_kind = 'break' AND e.subject_id = $1::text ORDER BY e.sequence DESC LIMIT 1`,
    [breakId],
  );
  return rows[0];
}

/** Remembers that a run has seen a break; again without effect. */
export async function insertRunBreak(
  tx: Tx,
  row: { runId: string; breakId: string },
): Promise<void> {
  await tx.query(
    "INSERT INTO reconciliation_run_breaks (run_id, break_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    [row.runId, row.breakId],
  );
}

export async function findBreak(db: Queryable, id: string): Promise<BreakRow | undefined> {
  const { rows } = await db.query<BreakRow>(`SELECT ${breakColumns} FROM breaks WHERE id = $1`, [
    id,
  ]);
  return rows[0];
}

export async function lockBreak(tx: Tx, id: string): Promise<BreakRow | undefined> {
  const { rows } = await tx.query<BreakRow>(
    `SELECT ${breakColumns} FROM breaks WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** In order of writing. */
export async function findBreakNotes(
  db: Queryable,
  breakId: string,
): Promise<ListedBreakNoteRow[]> {
  const { rows } = await db.query<ListedBreakNoteRow>(
    `SELECT n.id, n.break_id AS "breakId", n.operator_id AS "operatorId", o.display_name AS "operatorName", n.note, n.created_at AS "createdAt"
     FROM break_notes n JOIN operators o ON o.id = n.operator_id WHERE n.break_id = $1 ORDER BY n.created_at, n.id`,
    [breakId],
  );
  return rows;
}

export async function insertBreakNote(tx: Tx, row: BreakNoteRow): Promise<void> {
  await tx.query(
    "INSERT INTO break_notes (id, break_id, operator_id, note, created_at) VALUES ($1, $2, $3, $4, $5)",
    [row.id, row.breakId, row.operatorId, row.note, row.createdAt],
  );
}

/** Says who looks after a locked, open break; null: nobody. */
export async function updateBreakOwner(
  tx: Tx,
  row: { id: string; ownerId: string | null },
): Promise<void> {
  await tx.query("UPDATE breaks SET owner_id = $2 WHERE id = $1", [row.id, row.ownerId]);
}
