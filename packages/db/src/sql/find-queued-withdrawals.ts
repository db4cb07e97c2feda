import type { Tx } from "../with-transaction.ts";

/** Withdrawals that wait to be sent, of one user or of all, those that have waited longest first. */
export async function findQueuedWithdrawalIds(
  tx: Tx,
  filter: { userId?: string; limit: number },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id FROM transactions WHERE kind = 'withdrawal' AND status = 'queued' AND ($2::uuid IS NULL OR user_id = $2)
     ORDER BY updated_at LIMIT $1`,
    [filter.limit, filter.userId ?? null],
  );
  return rows.map(({ id }) => id);
}
