import { findQueuedWithdrawalIds } from "@revio-wallet/db/sql/find-queued-withdrawals";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

/** What has waited longest goes first; the sweeper brings the rest. */
const batch = 1_000;

/**
 * Sends what is queued on its way, in the database transaction that lifts the brake for which it waited: of one user, or
 * of everybody. What another brake still holds goes on waiting.
 *
 * @returns how many jobs were made
 */
export async function submitQueued(
  ctx: Pick<Context, "enqueue">,
  tx: Tx,
  of: { userId?: string },
): Promise<number> {
  const waiting = await findQueuedWithdrawalIds(tx, { ...of, limit: batch });
  for (const transactionId of waiting)
    await ctx.enqueue(tx, "withdrawal.submit", { transactionId });
  return waiting.length;
}
