import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** One purchase whose money is in suspense, was, or turned out to be the deposit's after all. */
export interface SuspensePaymentRow {
  /** Revio's. */
  purchaseId: string;
  transactionId: string | null;
  reason: "amount_mismatch" | "second_purchase" | "unknown_purchase";
  /** Minor units: what the payer paid, and what of it Revio kept. */
  amountMinor: bigint;
  providerFeeMinor: bigint;
  currency: string;
  refundedMinor: bigint;
  chargedBack: boolean;
  statusHistoryLength: number;
  /** Journal entries after the first. */
  changes: number;
  heldAt: Date;
  releasedAt: Date | null;
  /** The approval of two operators by which it was released; null: it is held, or turned out to be the deposit's. */
  releasedBy: string | null;
}

const columns = `purchase_id AS "purchaseId", transaction_id AS "transactionId", reason, amount_minor AS "amountMinor",
  provider_fee_minor AS "providerFeeMinor", currency, refunded_minor AS "refundedMinor", charged_back AS "chargedBack",
  status_history_length AS "statusHistoryLength", changes,
  held_at AS "heldAt", released_at AS "releasedAt", released_by AS "releasedBy"`;

/** Puts a purchase on record as held. False if it is already, whoever did it; a concurrent one is waited for. */
export async function insertSuspensePayment(
  tx: Tx,
  row: Pick<
    SuspensePaymentRow,
    | "purchaseId"
    | "transactionId"
    | "reason"
    | "amountMinor"
    | "providerFeeMinor"
    | "currency"
    | "heldAt"
  > & { nextLookAt: Date | undefined },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO suspense_payments (purchase_id, transaction_id, reason, amount_minor, provider_fee_minor, currency, held_at, next_look_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (purchase_id) DO NOTHING`,
    [
      row.purchaseId,
      row.transactionId,
      row.reason,
      row.amountMinor,
      row.providerFeeMinor,
      row.currency,
      row.heldAt,
      row.nextLookAt ?? null,
    ],
  );
  return rowCount === 1;
}

export async function lockSuspensePayment(
  tx: Tx,
  purchaseId: string,
): Promise<SuspensePaymentRow | undefined> {
  const { rows } = await tx.query<SuspensePaymentRow>(
    `SELECT ${columns} FROM suspense_payments WHERE purchase_id = $1 FOR NO KEY UPDATE`,
    [purchaseId],
  );
  return rows[0];
}

export async function findSuspensePayment(
  db: Queryable,
  purchaseId: string,
): Promise<SuspensePaymentRow | undefined> {
  const { rows } = await db.query<SuspensePaymentRow>(
    `SELECT ${columns} FROM suspense_payments WHERE purchase_id = $1`,
    [purchaseId],
  );
  return rows[0];
}

/** What is held, or was, the longest first, after a place in that order. */
export async function findSuspensePayments(
  db: Queryable,
  filter: {
    isHeld: boolean;
    after: { heldAt: Date; purchaseId: string } | undefined;
    limit: number;
  },
): Promise<SuspensePaymentRow[]> {
  const { rows } = await db.query<SuspensePaymentRow>(
    `SELECT ${columns} FROM suspense_payments
     WHERE released_at IS ${filter.isHeld ? "NULL" : "NOT NULL"} ${filter.after ? "AND (held_at, purchase_id) > ($2, $3::uuid)" : ""}
     ORDER BY held_at, purchase_id LIMIT $1`,
    [filter.limit, ...(filter.after ? [filter.after.heldAt, filter.after.purchaseId] : [])],
  );
  return rows;
}

/** Records what a journal entry just did to a locked one. */
export async function updateSuspensePayment(
  tx: Tx,
  row: Pick<
    SuspensePaymentRow,
    | "purchaseId"
    | "refundedMinor"
    | "chargedBack"
    | "statusHistoryLength"
    | "changes"
    | "releasedAt"
  >,
): Promise<void> {
  await tx.query(
    `UPDATE suspense_payments SET refunded_minor = $2, charged_back = $3, status_history_length = $4, changes = $5, released_at = $6
     WHERE purchase_id = $1`,
    [
      row.purchaseId,
      row.refundedMinor,
      row.chargedBack,
      row.statusHistoryLength,
      row.changes,
      row.releasedAt,
    ],
  );
}

/** Takes a locked one out by an approval. Its entry has to be posted by the same database transaction: a trigger looks. */
export async function releaseSuspensePayment(
  tx: Tx,
  row: { purchaseId: string; releasedAt: Date; releasedBy: string },
): Promise<void> {
  await tx.query(
    `UPDATE suspense_payments SET changes = changes + 1, released_at = $2, released_by = $3 WHERE purchase_id = $1`,
    [row.purchaseId, row.releasedAt, row.releasedBy],
  );
}
