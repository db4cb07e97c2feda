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
