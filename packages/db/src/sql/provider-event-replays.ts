import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { ProviderEventRow } from "./provider-events.ts";

/** An event that an operator had processed again. */
export interface ReplayRow {
  id: string;
  providerEventId: string;
  requestedBy: string;
  reason: string;
  requestedAt: Date;
  stateBefore: ProviderEventRow["state"];
  outcomeBefore: string | null;
  finishedAt: Date | null;
  state: "applied" | "ignored" | "parked" | null;
  outcome: string | null;
}

const columns = `r.id, r.provider_event_id AS "providerEventId", r.requested_by AS "requestedBy", r.reason, r.requested_at AS "requestedAt",
  r.state_before AS "stateBefore", r.outcome_before AS "outcomeBefore", r.finished_at AS "finishedAt", r.state, r.outcome`;

/** False if the event has a replay that is not finished. */
export async function insertReplay(
  tx: Tx,
  row: Pick<
    ReplayRow,
    | "id"
    | "providerEventId"
    | "requestedBy"
    | "reason"
    | "requestedAt"
    | "stateBefore"
    | "outcomeBefore"
  >,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO provider_event_replays (id, provider_event_id, requested_by, reason, requested_at, state_before, outcome_before)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider_event_id) WHERE finished_at IS NULL DO NOTHING`,
    [
      row.id,
      row.providerEventId,
      row.requestedBy,
      row.reason,
      row.requestedAt,
      row.stateBefore,
      row.outcomeBefore,
    ],
  );
  return rowCount === 1;
}

export async function findReplay(db: Queryable, id: string): Promise<ReplayRow | undefined> {
  const { rows } = await db.query<ReplayRow>(
    `SELECT ${columns} FROM provider_event_replays r WHERE r.id = $1`,
    [id],
  );
  return rows[0];
}

/** All of one event with who asked for them, newest first, at most `limit`. */
export async function findReplaysOfEvent(
  db: Queryable,
  filter: { providerEventId: string; limit: number },
): Promise<(ReplayRow & { requestedByName: string })[]> {
  const { rows } = await db.query<ReplayRow & { requestedByName: string }>(
    `SELECT ${columns}, o.display_name AS "requestedByName"
     FROM provider_event_replays r JOIN operators o ON o.id = r.requested_by
     WHERE r.provider_event_id = $1 ORDER BY r.requested_at DESC, r.id DESC LIMIT $2`,
    [filter.providerEventId, filter.limit],
  );
  return rows;
}

/** Keeps what a replay came to. False if that was kept before. */
export async function finishReplay(
  tx: Tx,
  row: { id: string; state: "applied" | "ignored" | "parked"; outcome: string; finishedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "UPDATE provider_event_replays SET state = $2, outcome = $3, finished_at = $4 WHERE id = $1 AND finished_at IS NULL",
    [row.id, row.state, row.outcome, row.finishedAt],
  );
  return rowCount === 1;
}

/**
 * Gives an event the outcome that processing it again came to. What was applied or ignored keeps its own unless something
 * changed now: "nothing to do any more" says less than what was done.
 */
export async function renewSettledEvent(
  tx: Tx,
  row: {
    id: string;
    state: "applied" | "ignored" | "parked";
    outcome: string;
    transactionId: string | undefined;
    settledAt: Date;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE provider_events SET state = $2, outcome = $3, transaction_id = coalesce($4, transaction_id), settled_at = $5
     WHERE id = $1 AND (state IN ('received', 'parked') OR $2 = 'applied')`,
    [row.id, row.state, row.outcome, row.transactionId ?? null, row.settledAt],
  );
  return rowCount === 1;
}

/** Ids of replays that are not finished since `before`, and for which no job was made since `sweptBefore`; oldest first. */
export async function findWaitingReplayIds(
  db: Queryable,
  filter: { before: Date; sweptBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM provider_event_replays r WHERE finished_at IS NULL AND requested_at < $1
       AND NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = r.id AND s.swept_at >= $2)
     ORDER BY requested_at LIMIT $3`,
    [filter.before, filter.sweptBefore, filter.limit],
  );
  return rows.map(({ id }) => id);
}
