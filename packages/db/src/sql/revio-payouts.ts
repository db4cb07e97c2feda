import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type RevioPayoutState =
  | "create_sent"
  | "create_unknown"
  | "create_rejected"
  | "not_sent"
  | "created"
  | "execute_sent"
  | "execute_unknown"
  | "execute_rejected"
  | "executing"
  | "success"
  | "error";

export interface RevioPayoutRow {
  id: string;
  transactionId: string;
  attempt: number;
  state: RevioPayoutState;
  payoutId: string | null;
  executionUrlCiphertext: Buffer | null;
  dataKeyId: string | null;
  providerStatus: string | null;
  statusHistoryLength: number;
  createSentAt: Date;
}

const columns = `id, transaction_id AS "transactionId", attempt, state, payout_id AS "payoutId",
  execution_url_ciphertext AS "executionUrlCiphertext", data_key_id AS "dataKeyId",
  provider_status AS "providerStatus", status_history_length AS "statusHistoryLength",
  create_sent_at AS "createSentAt"`;

/** Records the intent to POST a payout, before it is sent. */
export async function insertRevioPayout(
  tx: Tx,
  row: { id: string; transactionId: string; createSentAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO revio_payouts (id, transaction_id, attempt, state, create_sent_at)
     SELECT $1, $2, coalesce(max(attempt), 0) + 1, 'create_sent', $3 FROM revio_payouts WHERE transaction_id = $2`,
    [row.id, row.transactionId, row.createSentAt],
  );
}

/** All payouts of a withdrawal, first attempt first. */
export async function findRevioPayouts(
  db: Queryable,
  transactionId: string,
): Promise<RevioPayoutRow[]> {
  const { rows } = await db.query<RevioPayoutRow>(
    `SELECT ${columns} FROM revio_payouts WHERE transaction_id = $1 ORDER BY attempt`,
    [transactionId],
  );
  return rows;
}

export async function findRevioPayoutByPayoutId(
  db: Queryable,
  payoutId: string,
): Promise<RevioPayoutRow | undefined> {
  const { rows } = await db.query<RevioPayoutRow>(
    `SELECT ${columns} FROM revio_payouts WHERE payout_id = $1`,
    [payoutId],
  );
  return rows[0];
}

export async function lockRevioPayout(tx: Tx, id: string): Promise<RevioPayoutRow | undefined> {
  const { rows } = await tx.query<RevioPayoutRow>(
    `SELECT ${columns} FROM revio_payouts WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** Ties our attempt to Revio's payout and keeps its execution URL, encrypted. False if tied to another payout. */
export async function adoptRevioPayout(
  tx: Tx,
  row: { id: string; payoutId: string; executionUrlCiphertext: Buffer; dataKeyId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_payouts
     SET payout_id = $2, execution_url_ciphertext = $3, data_key_id = $4,
         state = CASE WHEN state IN ('create_sent', 'create_unknown') THEN 'created' ELSE state END
     WHERE id = $1 AND (payout_id IS NULL OR payout_id = $2)`,
    [row.id, row.payoutId, row.executionUrlCiphertext, row.dataKeyId],
  );
  return rowCount === 1;
}

/** Moves an attempt that is still in `from`. */
export async function updateRevioPayoutState(
  tx: Tx,
  row: { id: string; from: RevioPayoutState[]; to: RevioPayoutState; errorCode?: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_payouts SET state = $3, error_code = coalesce($4, error_code)
     WHERE id = $1 AND state = ANY ($2)`,
    [row.id, row.from, row.to, row.errorCode ?? null],
  );
  return rowCount === 1;
}

/**
 * Takes the one right to execute, before the request is sent. The unique index refuses a second execution of the same
 * withdrawal, the trigger a second one of the same payout.
 */
export async function markRevioPayoutExecuteSent(
  tx: Tx,
  row: { id: string; executeSentAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_payouts SET state = 'execute_sent', execute_sent_at = $2 WHERE id = $1 AND state = 'created'`,
    [row.id, row.executeSentAt],
  );
  return rowCount === 1;
}

/** Notes that somebody else has executed a payout of ours: it takes the place of our own execution, also while money is stopped. */
export async function markRevioPayoutExecutedElsewhere(
  tx: Tx,
  row: { id: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_payouts SET state = 'executing', execute_sent_at = $2 WHERE state = 'created' AND id = $1`,
    [row.id, row.at],
  );
  return rowCount === 1;
}

/** Remembers what was read back. False if we know a newer snapshot. */
export async function updateRevioPayoutStatus(
  tx: Tx,
  row: { id: string; providerStatus: string; statusHistoryLength: number; readAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_payouts SET provider_status = $2, status_history_length = $3, last_read_at = $4
     WHERE id = $1 AND status_history_length <= $3`,
    [row.id, row.providerStatus, row.statusHistoryLength, row.readAt],
  );
  return rowCount === 1;
}
