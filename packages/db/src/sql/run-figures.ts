import type { Queryable } from "../pool.ts";
import type { BreakClass } from "./breaks.ts";
import type { LineVerdict } from "./statement-matching.ts";
import type { StatementLineRow } from "./statement-files.ts";

/** How many lines of a file came out how, and what they add up to, money in less money out. */
export interface LineFigure {
  /** Null: not judged yet, or by a build that did not keep it. */
  verdict: LineVerdict | null;
  currency: string;
  count: number;
  amountMinor: bigint;
}

/** One range of the primary key. */
export async function sumLinesByVerdict(db: Queryable, runId: string): Promise<LineFigure[]> {
  const { rows } = await db.query<Omit<LineFigure, "amountMinor"> & { amountMinor: string }>(
    `SELECT verdict, currency, count(*)::integer AS count, sum(CASE WHEN is_outgoing THEN -amount_minor ELSE amount_minor END) AS "amountMinor"
     FROM statement_lines WHERE run_id = $1 GROUP BY verdict, currency ORDER BY verdict, currency`,
    [runId],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
}

export interface JudgedLineRow extends StatementLineRow {
  matchMethod: string | null;
  matchScore: number | null;
  transactionId: string | null;
  verdict: LineVerdict | null;
}

const lineColumns = `l.line_no AS "lineNo", l.product, l.object_id AS "objectId", l.related_to AS "relatedTo", l.reference, l.status, l.currency,
  l.is_outgoing AS "isOutgoing", l.amount_minor AS "amountMinor", l.fee_minor AS "feeMinor", l.occurred_at AS "occurredAt",
  l.match_method AS "matchMethod", l.match_score AS "matchScore", l.transaction_id AS "transactionId", l.verdict`;

/** The next lines of a file in its order, all or those that came out so. */
export async function findJudgedLines(
  db: Queryable,
  page: { runId: string; verdict: LineVerdict | undefined; after: bigint; limit: number },
): Promise<JudgedLineRow[]> {
  const { rows } = await db.query<JudgedLineRow>(
    `SELECT ${lineColumns} FROM statement_lines l
     WHERE l.run_id = $1 AND l.line_no > $2 ${page.verdict === undefined ? "" : `AND l.verdict = '${page.verdict}'`}
     ORDER BY l.line_no LIMIT $3`,
    [page.runId, page.after, page.limit],
  );
  return rows;
}

/** The line of the latest file in which a run saw the break, by the object that it names; with its run. */
export async function findLineOfBreak(
  db: Queryable,
  filter: { breakId: string; objectId: string },
): Promise<(JudgedLineRow & { runId: string }) | undefined> {
  const { rows } = await db.query<JudgedLineRow & { runId: string }>(
    `SELECT ${lineColumns}, l.run_id AS "runId" FROM reconciliation_run_breaks b JOIN reconciliation_runs r ON r.id = b.run_id
     JOIN statement_lines l ON l.run_id = b.run_id AND l.object_id = $2
     WHERE b.break_id = $1 ORDER BY r.requested_at DESC, l.line_no DESC LIMIT 1`,
    [filter.breakId, filter.objectId],
  );
  return rows[0];
}

/** The runs that have seen a break, the latest first. */
export async function findRunsOfBreak(
  db: Queryable,
  breakId: string,
): Promise<{ id: string; kind: string; windowFrom: Date; windowTo: Date }[]> {
  const { rows } = await db.query<{ id: string; kind: string; windowFrom: Date; windowTo: Date }>(
    `SELECT r.id, r.kind, r.window_from AS "windowFrom", r.window_to AS "windowTo"
     FROM reconciliation_run_breaks b JOIN reconciliation_runs r ON r.id = b.run_id
     WHERE b.break_id = $1 ORDER BY r.requested_at DESC LIMIT 20`,
    [breakId],
  );
  return rows;
}

/** Breaks that a run has seen, by class and state, with what is at stake. */
export interface RunBreakFigure {
  class: BreakClass;
  state: "open" | "resolved";
  currency: string | null;
  count: number;
  amountMinor: bigint;
}

export async function countBreaksOfRun(db: Queryable, runId: string): Promise<RunBreakFigure[]> {
  const { rows } = await db.query<Omit<RunBreakFigure, "amountMinor"> & { amountMinor: string }>(
    `SELECT k.class, k.state, k.currency, count(*)::integer AS count, coalesce(sum(k.amount_minor), 0) AS "amountMinor"
     FROM reconciliation_run_breaks b JOIN breaks k ON k.id = b.break_id WHERE b.run_id = $1
     GROUP BY k.class, k.state, k.currency ORDER BY k.class, k.state, k.currency`,
    [runId],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
}
