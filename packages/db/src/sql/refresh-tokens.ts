import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export async function insertRefreshToken(
  tx: Tx,
  row: { id: string; sessionId: string; tokenHash: Buffer; issuedAt: Date },
): Promise<void> {
  await tx.query(
    "INSERT INTO refresh_tokens (id, session_id, token_hash, issued_at) VALUES ($1, $2, $3, $4)",
    [row.id, row.sessionId, row.tokenHash, row.issuedAt],
  );
}

export async function findRefreshToken(
  db: Queryable,
  tokenHash: Buffer,
): Promise<{ sessionId: string; usedAt: Date | null } | undefined> {
  const { rows } = await db.query<{ sessionId: string; usedAt: Date | null }>(
    `SELECT session_id AS "sessionId", used_at AS "usedAt" FROM refresh_tokens WHERE token_hash = $1`,
    [tokenHash],
  );
  return rows[0];
}

/** Marks every unused token of the session as used: the one presented, and siblings from a concurrent refresh. */
export async function useRefreshTokens(tx: Tx, sessionId: string, usedAt: Date): Promise<void> {
  await tx.query(
    "UPDATE refresh_tokens SET used_at = $2 WHERE session_id = $1 AND used_at IS NULL",
    [sessionId, usedAt],
  );
}
