import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type ReconciliationKind = "objects" | "statement" | "float";

export interface ReconciliationRunRow {
  id: string;
  kind: ReconciliationKind;
  windowFrom: Date;
  windowTo: Date;
  state: "running" | "completed" | "failed";
  phase: string;
  cursor: string;
  failure: string | null;
  checkedCount: bigint;
  breakCount: bigint;
  lineCount: bigint;
  statementId: string | null;
  download: number;
  fileSha256: Buffer | null;
  fileBytes: bigint | null;
  requestedByKind: "operator" | "system";
  requestedBy: string;
  requestedAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

const columns = `id, kind, window_from AS "windowFrom", window_to AS "windowTo", state, phase, cursor, failure,
  checked_count AS "checkedCount", break_count AS "breakCount", line_count AS "lineCount", statement_id AS "statementId",
  download, file_sha256 AS "fileSha256", file_bytes AS "fileBytes",
  requested_by_kind AS "requestedByKind", requested_by AS "requestedBy", requested_at AS "requestedAt",
  updated_at AS "updatedAt", completed_at AS "completedAt"`;

/** A new run; undefined if the same kind and window were asked for before. */
export async function insertReconciliationRun(
  tx: Tx,
  row: Pick<
    ReconciliationRunRow,
    "id" | "kind" | "windowFrom" | "windowTo" | "phase" | "requestedByKind" | "requestedBy"
  > & { at: Date },
): Promise<ReconciliationRunRow | undefined> {
  const { rows } = await tx.query<ReconciliationRunRow>(
    `INSERT INTO reconciliation_runs (id, kind, window_from, window_to, state, phase, requested_by_kind, requested_by, requested_at, updated_at)
     VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $8)
     ON CONFLICT (kind, window_from, window_to) DO NOTHING RETURNING ${columns}`,
    [
      row.id,
      row.kind,
      row.windowFrom,
      row.windowTo,
      row.phase,
      row.requestedByKind,
      row.requestedBy,
      row.at,
    ],
  );
  return rows[0];
}

export async function findReconciliationRun(
  db: Queryable,
  id: string,
): Promise<ReconciliationRunRow | undefined> {
  const { rows } = await db.query<ReconciliationRunRow>(
    `SELECT ${columns} FROM reconciliation_runs WHERE id = $1`,
    [id],
  );
  return rows[0];
}

export async function findReconciliationRunOfWindow(
  db: Queryable,
  window: Pick<ReconciliationRunRow, "kind" | "windowFrom" | "windowTo">,
): Promise<ReconciliationRunRow | undefined> {
  const { rows } = await db.query<ReconciliationRunRow>(
    `SELECT ${columns} FROM reconciliation_runs WHERE kind = $1 AND window_from = $2 AND window_to = $3`,
    [window.kind, window.windowFrom, window.windowTo],
  );
  return rows[0];
}

/** Newest first, before the given run. */
export async function listReconciliationRuns(
  db: Queryable,
  page: { before: { requestedAt: Date; id: string } | undefined; limit: number },
): Promise<ReconciliationRunRow[]> {
  const { rows } = await db.query<ReconciliationRunRow>(
    `SELECT ${columns} FROM reconciliation_runs
     WHERE $1::timestamptz IS NULL OR (requested_at, id) < ($1, $2::uuid)
     ORDER BY requested_at DESC, id DESC LIMIT $3`,
    [page.before?.requestedAt ?? null, page.before?.id ?? null, page.limit],
  );
  return rows;
}

/** What a step may change; what is left out stays. */
export interface RunStep {
  phase?: string;
  cursor?: string;
  checked?: number;
  breaks?: number;
  lines?: number;
  statementId?: string | null;
  download?: number;
  fileSha256?: Buffer;
  fileBytes?: bigint;
  state?: "completed" | "failed";
  failure?: string;
}

/**
 * Moves a run on from just where `from` has seen it. False if another process was faster, and nothing was changed: what
 * else the caller would write belongs behind this, in the same database transaction.
 */
export async function advanceReconciliationRun(
  tx: Tx,
  from: Pick<ReconciliationRunRow, "id" | "phase" | "cursor" | "download">,
  step: RunStep & { at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE reconciliation_runs SET phase = coalesce($5, phase), cursor = coalesce($6, cursor),
       checked_count = checked_count + $7, break_count = break_count + $8, line_count = line_count + $9,
       statement_id = CASE WHEN $10 THEN $11::uuid ELSE statement_id END, download = coalesce($12, download),
       file_sha256 = coalesce($13, file_sha256), file_bytes = coalesce($14, file_bytes),
       state = coalesce($15, state), failure = $16, updated_at = $17,
       completed_at = CASE WHEN $15 = 'completed' THEN $17::timestamptz END
     WHERE id = $1 AND phase = $2 AND cursor = $3 AND download = $4 AND state = 'running'`,
    [
      from.id,
      from.phase,
      from.cursor,
      from.download,
      step.phase ?? null,
      step.cursor ?? null,
      step.checked ?? 0,
      step.breaks ?? 0,
      step.lines ?? 0,
      step.statementId !== undefined,
      step.statementId ?? null,
      step.download ?? null,
      step.fileSha256 ?? null,
      step.fileBytes ?? null,
      step.state ?? null,
      step.failure ?? null,
      step.at,
    ],
  );
  return rowCount === 1;
}

/** A failed run begins anew, from the first phase. False if it has not failed. */
export async function reviveReconciliationRun(
  tx: Tx,
  row: { id: string; phase: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE reconciliation_runs SET state = 'running', failure = NULL, phase = $2, cursor = '', updated_at = $3
     WHERE id = $1 AND state = 'failed'`,
    [row.id, row.phase, row.at],
  );
  return rowCount === 1;
}

/** Remembers that somebody looks after a run that has to wait, without moving it. */
export async function touchReconciliationRun(tx: Tx, row: { id: string; at: Date }): Promise<void> {
  await tx.query(
    "UPDATE reconciliation_runs SET updated_at = $2 WHERE id = $1 AND state = 'running'",
    [row.id, row.at],
  );
}

/**
 * Runs that nobody has looked after since `before`, and for which the next job is due: each of the pauses between two is as
 * long as all before it together. Held until the end of the database transaction: sweepers wait for each other.
 */
export async function lockNeglectedReconciliationRuns(
  tx: Tx,
  filter: { before: Date; now: Date; limit: number },
): Promise<string[]> {
  const { rows: standing } = await tx.query<{ id: string }>(
    `SELECT id FROM reconciliation_runs WHERE state = 'running' AND updated_at < $1
     ORDER BY id LIMIT $2 FOR NO KEY UPDATE`,
    [filter.before, filter.limit],
  );
  // A statement of its own: it reads what the sweeper for whom we waited has committed.
  const { rows } = await tx.query<{ id: string }>(
    `SELECT r.id FROM reconciliation_runs r WHERE r.id = ANY ($1) AND NOT EXISTS (
       SELECT FROM sweeps s WHERE s.subject_id = r.id AND s.swept_at > r.updated_at
         AND $2::timestamptz - s.swept_at < s.swept_at - r.updated_at)
     ORDER BY r.updated_at`,
    [standing.map(({ id }) => id), filter.now],
  );
  return rows.map(({ id }) => id);
}

/** End of the latest window of each kind that the system itself asked for, whatever became of it. */
export async function findLatestScheduledWindow(
  db: Queryable,
  kind: ReconciliationKind,
): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT max(window_to) AS at FROM reconciliation_runs WHERE kind = $1 AND requested_by_kind = 'system'`,
    [kind],
  );
  return rows[0]?.at ?? undefined;
}
