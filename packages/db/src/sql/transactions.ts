import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** One row of `transactions`. */
export interface TransactionRow {
  id: string;
  userId: string;
  kind: string;
  status: string;
  amountMinor: bigint;
  feeMinor: bigint;
  currency: string;
  reference: string;
  relatedTransactionId: string | null;
  bankAccountId: string | null;
  checkoutUrl: string | null;
  returnUrl: string | null;
  expiresAt: Date | null;
  failureCode: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

/** For a statement in which no other table is named without its alias. */
export const transactionColumns = `id, user_id AS "userId", kind, status, amount_minor AS "amountMinor", fee_minor AS "feeMinor", currency,
  reference, related_transaction_id AS "relatedTransactionId", bank_account_id AS "bankAccountId",
  checkout_url AS "checkoutUrl", return_url AS "returnUrl", expires_at AS "expiresAt", failure_code AS "failureCode",
  created_at AS "createdAt", updated_at AS "updatedAt", completed_at AS "completedAt"`;

export async function insertTransaction(tx: Tx, row: TransactionRow): Promise<void> {
  await tx.query(
    `INSERT INTO transactions (id, user_id, kind, status, amount_minor, fee_minor, currency, reference,
       related_transaction_id, bank_account_id, checkout_url, return_url, expires_at, failure_code,
       created_at, updated_at, completed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      row.id,
      row.userId,
      row.kind,
      row.status,
      row.amountMinor,
      row.feeMinor,
      row.currency,
      row.reference,
      row.relatedTransactionId,
      row.bankAccountId,
      row.checkoutUrl,
      row.returnUrl,
      row.expiresAt,
      row.failureCode,
      row.createdAt,
      row.updatedAt,
      row.completedAt,
    ],
  );
}

export async function findTransaction(
  db: Queryable,
  id: string,
): Promise<TransactionRow | undefined> {
  const { rows } = await db.query<TransactionRow>(
    `SELECT ${transactionColumns} FROM transactions WHERE id = $1`,
    [id],
  );
  return rows[0];
}

export async function findTransactionByReference(
  db: Queryable,
  reference: string,
): Promise<TransactionRow | undefined> {
  const { rows } = await db.query<TransactionRow>(
    `SELECT ${transactionColumns} FROM transactions WHERE reference = $1`,
    [reference],
  );
  return rows[0];
}

/** Reads the row and holds it until the end of the database transaction. Take account locks first. */
export async function lockTransaction(tx: Tx, id: string): Promise<TransactionRow | undefined> {
  const { rows } = await tx.query<TransactionRow>(
    `SELECT ${transactionColumns} FROM transactions WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** Changes the status if it still is `from`; false if somebody was faster. */
export async function updateTransactionStatus(
  tx: Tx,
  change: {
    id: string;
    from: string;
    to: string;
    at: Date;
    completed: boolean;
    failureCode: string | undefined;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE transactions
     SET status = $3, updated_at = $4, failure_code = $6,
         completed_at = CASE WHEN $5 THEN $4 ELSE completed_at END
     WHERE id = $1 AND status = $2`,
    [change.id, change.from, change.to, change.at, change.completed, change.failureCode ?? null],
  );
  return rowCount === 1;
}

export async function updateTransactionCheckout(
  tx: Tx,
  row: { id: string; checkoutUrl: string; at: Date },
): Promise<void> {
  await tx.query("UPDATE transactions SET checkout_url = $2, updated_at = $3 WHERE id = $1", [
    row.id,
    row.checkoutUrl,
    row.at,
  ]);
}

/** Appends to the status history, which is also the live stream. */
export async function insertTransactionEvent(
  tx: Tx,
  row: {
    transactionId: string;
    userId: string;
    fromStatus: string | null;
    toStatus: string;
    cause: string;
    actorKind: string;
    actorId: string;
    occurredAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO transaction_events (transaction_id, user_id, from_status, to_status, cause, actor_kind, actor_id, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.transactionId,
      row.userId,
      row.fromStatus,
      row.toStatus,
      row.cause,
      row.actorKind,
      row.actorId,
      row.occurredAt,
    ],
  );
}

/** Sum and number of one user's transactions of a kind since `since` that moved money or still may. */
export async function readUsage(
  tx: Tx,
  filter: { userId: string; kind: string; currency: string; since: Date },
): Promise<{ amountMinor: bigint; count: bigint }> {
  const { rows } = await tx.query<{ amount: string; count: bigint }>(
    `SELECT coalesce(sum(amount_minor), 0) AS amount, count(*) AS count FROM transactions
     WHERE user_id = $1 AND kind = $2 AND currency = $3 AND created_at >= $4
       AND status NOT IN ('failed', 'rejected', 'cancelled', 'expired')`,
    [filter.userId, filter.kind, filter.currency, filter.since],
  );
  const row = rows[0];
  return { amountMinor: BigInt(row?.amount ?? 0), count: row?.count ?? 0n };
}

/** Sum of completed refunds or chargebacks of one deposit. */
export async function readRelatedAmount(
  tx: Tx,
  filter: { transactionId: string; kind: string; status: string },
): Promise<bigint> {
  const { rows } = await tx.query<{ amount: string }>(
    `SELECT coalesce(sum(amount_minor), 0) AS amount FROM transactions
     WHERE related_transaction_id = $1 AND kind = $2 AND status = $3`,
    [filter.transactionId, filter.kind, filter.status],
  );
  return BigInt(rows[0]?.amount ?? 0);
}

/** Refunds or chargebacks of one deposit, oldest first. */
export async function findRelatedTransactions(
  tx: Tx,
  filter: { transactionId: string; kind: string },
): Promise<TransactionRow[]> {
  const { rows } = await tx.query<TransactionRow>(
    `SELECT ${transactionColumns} FROM transactions WHERE related_transaction_id = $1 AND kind = $2 ORDER BY created_at, id`,
    [filter.transactionId, filter.kind],
  );
  return rows;
}

/** In order of creation; ids of none are left out. */
export async function findTransactionsByIds(
  db: Queryable,
  ids: readonly string[],
): Promise<TransactionRow[]> {
  const { rows } = await db.query<TransactionRow>(
    `SELECT ${transactionColumns} FROM transactions WHERE id = ANY ($1::uuid[]) ORDER BY created_at, id`,
    [ids],
  );
  return rows;
}
