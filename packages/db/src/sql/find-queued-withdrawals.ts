import type { Tx } from "../with-transaction.ts";

/** Withdrawals that wait to be sent, those that have waited longest first. */
export async function findQueuedWithdrawalIds(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "SELECT id FROM transactions WHERE kind = 'withdrawal' AND status = 'queued' ORDER BY updated_at LIMIT $1",
    [limit],
  );
  return rows.map(({ id }) => id);
}
