import { lockNeglectedReconciliationRuns } from "@revio-wallet/db/sql/reconciliation-runs";
import { markSwept } from "@revio-wallet/db/sql/sweeps";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

/** A run moves, or is waited with, at least so often; its job was lost or is dead if it does not. */
const neglectedAfterMs = 30 * 60_000;
const batch = 100;

/**
 * Makes jobs anew for reconciliation runs that stand still: after half an hour, then after pauses that double, six times in
 * the first day and about once in each that follows. The run itself, and with it its kind and window, stays the one it is.
 *
 * @returns how many jobs were made
 */
export async function sweepRuns(ctx: Pick<Context, "pool" | "clock" | "enqueue">): Promise<number> {
  return withTransaction(ctx.pool, async (tx) => {
    const now = ctx.clock.now();
    const before = new Date(now.getTime() - neglectedAfterMs);
    const runIds = await lockNeglectedReconciliationRuns(tx, { before, now, limit: batch });
    for (const runId of runIds) await ctx.enqueue(tx, "reconciliation.run", { runId });
    await markSwept(tx, { subjectIds: runIds, at: now });
    return runIds.length;
  });
}
