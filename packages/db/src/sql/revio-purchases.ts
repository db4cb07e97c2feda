import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface RevioPurchaseRow {
  id: string;
  transactionId: string;
  attempt: number;
  state: "create_sent" | "create_unknown" | "create_rejected" | "not_sent" | "created";
  purchaseId: string | null;
  providerStatus: string | null;
  statusHistoryLength: number;
  /** Set on the one purchase that paid for the deposit. */
  creditedAt: Date | null;
}

const columns = `id, transaction_id AS "transactionId", attempt, state, purchase_id AS "purchaseId",
  provider_status AS "providerStatus", status_history_length AS "statusHistoryLength",
  credited_at AS "creditedAt"`;

/** Records the intent to POST a purchase, before it is sent. The next attempt number of the deposit is taken. */
export async function insertRevioPurchase(
  tx: Tx,
  row: { id: string; transactionId: string; createSentAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO revio_purchases (id, transaction_id, attempt, state, create_sent_at)
     SELECT $1, $2, coalesce(max(attempt), 0) + 1, 'create_sent', $3 FROM revio_purchases WHERE transaction_id = $2`,
    [row.id, row.transactionId, row.createSentAt],
  );
}

export async function findRevioPurchases(
  db: Queryable,
  transactionId: string,
): Promise<RevioPurchaseRow[]> {
  const { rows } = await db.query<RevioPurchaseRow>(
    `SELECT ${columns} FROM revio_purchases WHERE transaction_id = $1 ORDER BY attempt`,
    [transactionId],
  );
  return rows;
}

export async function findRevioPurchaseByPurchaseId(
  db: Queryable,
  purchaseId: string,
): Promise<RevioPurchaseRow | undefined> {
  const { rows } = await db.query<RevioPurchaseRow>(
    `SELECT ${columns} FROM revio_purchases WHERE purchase_id = $1`,
    [purchaseId],
  );
  return rows[0];
}

/** Sets the outcome of the POST, unless Revio's id is known already (a webhook was faster than the answer). */
export async function updateRevioPurchaseState(
  tx: Tx,
  row: { id: string; state: "create_unknown" | "create_rejected" | "not_sent" },
): Promise<void> {
  await tx.query("UPDATE revio_purchases SET state = $2 WHERE id = $1 AND purchase_id IS NULL", [
    row.id,
    row.state,
  ]);
}

/** Ties our attempt to Revio's purchase, and says when to read it again. False if the attempt is tied to another purchase. */
export async function adoptRevioPurchase(
  tx: Tx,
  row: { id: string; purchaseId: string; nextLookAt: Date | undefined },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_purchases SET purchase_id = $2, state = 'created', next_look_at = coalesce(next_look_at, $3)
     WHERE id = $1 AND (purchase_id IS NULL OR purchase_id = $2)`,
    [row.id, row.purchaseId, row.nextLookAt ?? null],
  );
  return rowCount === 1;
}

/** Remembers what was read back. False if we know a newer snapshot. */
export async function updateRevioPurchaseStatus(
  tx: Tx,
  row: { purchaseId: string; providerStatus: string; statusHistoryLength: number; readAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE revio_purchases SET provider_status = $2, status_history_length = $3, last_read_at = $4
     WHERE purchase_id = $1 AND status_history_length <= $3`,
    [row.purchaseId, row.providerStatus, row.statusHistoryLength, row.readAt],
  );
  return rowCount === 1;
}

/** Notes that this purchase paid for its deposit, and when to read it again. A unique index refuses a second one. */
export async function markRevioPurchaseCredited(
  tx: Tx,
  row: { purchaseId: string; at: Date; nextLookAt: Date | undefined },
): Promise<void> {
  await tx.query(
    "UPDATE revio_purchases SET credited_at = $2, next_look_at = $3 WHERE purchase_id = $1",
    [row.purchaseId, row.at, row.nextLookAt ?? null],
  );
}
