import type { Tx } from "../with-transaction.ts";

export async function insertRecoveryCodes(
  tx: Tx,
  rows: { ids: string[]; userId: string; codeHashes: Buffer[]; createdAt: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO recovery_codes (id, user_id, code_hash, created_at)
     SELECT id, $2, code_hash, $4 FROM unnest($1::uuid[], $3::bytea[]) AS c (id, code_hash)`,
    [rows.ids, rows.userId, rows.codeHashes, rows.createdAt],
  );
}

/** False if the user has no such code, or used it before. */
export async function useRecoveryCode(
  tx: Tx,
  use: { userId: string; codeHash: Buffer; usedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
    [use.userId, use.codeHash, use.usedAt],
  );
  return rowCount === 1;
}

export async function deleteRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await tx.query("DELETE FROM recovery_codes WHERE user_id = $1", [userId]);
}
