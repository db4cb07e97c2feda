import type { Tx } from "../with-transaction.ts";

export interface IdempotencyId {
  actorId: string;
  operation: string;
  key: string;
}

export interface IdempotencyRow {
  fingerprint: Buffer;
  transactionId: string | null;
  response: unknown;
  leasedUntil: Date | null;
}

/** True if the key was free. Waits for a database transaction that is inserting the same key. */
export async function claimIdempotencyKey(
  tx: Tx,
  id: IdempotencyId,
  row: { fingerprint: Buffer; createdAt: Date; leasedUntil: Date | undefined },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO idempotency_keys (actor_id, operation, key, fingerprint, created_at, leased_until)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [id.actorId, id.operation, id.key, row.fingerprint, row.createdAt, row.leasedUntil ?? null],
  );
  return rowCount === 1;
}

export async function lockIdempotencyKey(
  tx: Tx,
  id: IdempotencyId,
): Promise<IdempotencyRow | undefined> {
  const { rows } = await tx.query<IdempotencyRow>(
    `SELECT fingerprint, transaction_id AS "transactionId", response, leased_until AS "leasedUntil"
     FROM idempotency_keys WHERE actor_id = $1 AND operation = $2 AND key = $3 FOR UPDATE`,
    [id.actorId, id.operation, id.key],
  );
  return rows[0];
}

/** Sets the lease and, once known, the transaction that the key stands for. */
export async function leaseIdempotencyKey(
  tx: Tx,
  id: IdempotencyId,
  row: { leasedUntil: Date; transactionId: string },
): Promise<void> {
  await tx.query(
    `UPDATE idempotency_keys SET leased_until = $4, transaction_id = $5
     WHERE actor_id = $1 AND operation = $2 AND key = $3 AND response IS NULL`,
    [id.actorId, id.operation, id.key, row.leasedUntil, row.transactionId],
  );
}

/**
 * Ends the lease of a key without an answer: the background finishes what its request began, and nobody else is to start
 * over. (A lease in the past, in contrast, is that of a request that died.)
 */
export async function leaveIdempotencyKeyToBackground(tx: Tx, id: IdempotencyId): Promise<void> {
  await tx.query(
    `UPDATE idempotency_keys SET leased_until = NULL
     WHERE actor_id = $1 AND operation = $2 AND key = $3 AND response IS NULL`,
    [id.actorId, id.operation, id.key],
  );
}

/** Locks the unanswered key that a transaction was created under, if there is one. */
export async function lockUnansweredKeyOf(
  tx: Tx,
  of: { actorId: string; operation: string; transactionId: string },
): Promise<{ key: string; leasedUntil: Date | null } | undefined> {
  const { rows } = await tx.query<{ key: string; leasedUntil: Date | null }>(
    `SELECT key, leased_until AS "leasedUntil" FROM idempotency_keys
     WHERE actor_id = $1 AND operation = $2 AND transaction_id = $3 AND response IS NULL FOR UPDATE`,
    [of.actorId, of.operation, of.transactionId],
  );
  return rows[0];
}

/** Stores the answer, once. @returns false if there was one already; that one stays */
export async function completeIdempotencyKey(
  tx: Tx,
  id: IdempotencyId,
  row: { response: object; transactionId: string | undefined; completedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE idempotency_keys
     SET response = $4, completed_at = $5, transaction_id = coalesce(transaction_id, $6), leased_until = NULL
     WHERE actor_id = $1 AND operation = $2 AND key = $3 AND response IS NULL`,
    [
      id.actorId,
      id.operation,
      id.key,
      JSON.stringify(row.response),
      row.completedAt,
      row.transactionId ?? null,
    ],
  );
  return rowCount === 1;
}
