import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface TotpFactorRow {
  secretCiphertext: Buffer;
  confirmedAt: Date | null;
  lastUsedStep: bigint | null;
}

/** Starts over an unconfirmed factor; false if a confirmed one is in force. */
export async function putUnconfirmedTotpFactor(
  tx: Tx,
  row: { userId: string; secretCiphertext: Buffer; createdAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO totp_factors (user_id, secret_ciphertext, created_at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE
       SET secret_ciphertext = excluded.secret_ciphertext, created_at = excluded.created_at, last_used_step = NULL
       WHERE totp_factors.confirmed_at IS NULL`,
    [row.userId, row.secretCiphertext, row.createdAt],
  );
  return rowCount === 1;
}

export async function findTotpFactor(
  db: Queryable,
  userId: string,
): Promise<TotpFactorRow | undefined> {
  const { rows } = await db.query<TotpFactorRow>(
    `SELECT secret_ciphertext AS "secretCiphertext", confirmed_at AS "confirmedAt", last_used_step AS "lastUsedStep"
     FROM totp_factors WHERE user_id = $1`,
    [userId],
  );
  return rows[0];
}

/** False if this step or a later one was accepted before: of two equal codes at once, one wins. */
export async function useTotpStep(tx: Tx, userId: string, step: bigint): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE totp_factors SET last_used_step = $2
     WHERE user_id = $1 AND (last_used_step IS NULL OR last_used_step < $2)`,
    [userId, step],
  );
  return rowCount === 1;
}

export async function confirmTotpFactor(tx: Tx, userId: string, confirmedAt: Date): Promise<void> {
  await tx.query("UPDATE totp_factors SET confirmed_at = $2 WHERE user_id = $1", [
    userId,
    confirmedAt,
  ]);
}

export async function deleteTotpFactor(tx: Tx, userId: string): Promise<void> {
  await tx.query("DELETE FROM totp_factors WHERE user_id = $1", [userId]);
}
