import type { Tx } from "../with-transaction.ts";

/** False if the user was frozen before. */
export async function freezeUserOutgoing(
  tx: Tx,
  row: { userId: string; reason: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE users SET outgoing_frozen_at = $2, outgoing_frozen_reason = $3, updated_at = $2
     WHERE id = $1 AND outgoing_frozen_at IS NULL`,
    [row.userId, row.at, row.reason],
  );
  return rowCount === 1;
}

/** What the user was frozen for; undefined if they were not. */
export async function unfreezeUserOutgoing(
  tx: Tx,
  row: { userId: string; at: Date },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ reason: string }>(
    `UPDATE users u SET outgoing_frozen_at = NULL, outgoing_frozen_reason = NULL, updated_at = $2
     FROM (SELECT id, outgoing_frozen_reason AS reason FROM users WHERE id = $1 FOR NO KEY UPDATE) before
     WHERE u.id = before.id AND u.outgoing_frozen_at IS NOT NULL RETURNING before.reason`,
    [row.userId, row.at],
  );
  return rows[0]?.reason;
}
