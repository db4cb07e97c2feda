import { findWaitingProviderEventIds } from "@revio-wallet/db/sql/provider-events";
import { findNeglectedTransactions } from "@revio-wallet/db/sql/find-neglected-transactions";
import { deleteOldSweeps, markSwept } from "@revio-wallet/db/sql/sweeps";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

const minute = 60_000;
const batch = 500;
/** Time for a new job, with its own repetitions, before the next is made for the same thing. */
const pause = 30 * minute;

/**
 * Makes jobs anew from what the tables say is unfinished: the queue is a hint that may be lost, the tables are the truth.
 * Every handler may run twice, so a job too many does no harm; but a new one
 * each minute would pile up while Revio is down.
 *
 * @returns how many jobs were made
 */
export async function sweepTransactions(ctx: Context): Promise<number> {
  const ago = (ms: number) => new Date(ctx.clock.now().getTime() - ms);
  return withTransaction(ctx.pool, async (tx) => {
    const events = await findWaitingProviderEventIds(tx, {
      before: ago(5 * minute),
      sweptBefore: ago(pause),
      limit: batch,
    });
    for (const providerEventId of events) {
      await ctx.enqueue(tx, "provider-event.apply", { providerEventId });
    }
    const neglected = await findNeglectedTransactions(tx, {
      queuedBefore: ago(30 * minute),
      readBefore: ago(120 * minute),
      expiredBefore: ago(15 * minute),
      unopenedBefore: ago(10 * minute),
      sweptBefore: ago(pause),
      limit: batch,
    });
    for (const { id, kind, status, expiresAt } of neglected) {
      if (kind === "deposit" && status === "created" && (expiresAt ?? ago(0)) > ago(0)) {
        await ctx.enqueue(tx, "deposit.open-checkout", { transactionId: id });
      } else if (kind === "deposit") {
        await ctx.enqueue(tx, "deposit.check", { transactionId: id, look: 0 });
      } else if (status === "queued") {
        await ctx.enqueue(tx, "withdrawal.submit", { transactionId: id });
      } else {
        await ctx.enqueue(tx, "withdrawal.check", { transactionId: id, look: 0 });
      }
    }
    const at = ctx.clock.now();
    await markSwept(tx, { subjectIds: [...events, ...neglected.map(({ id }) => id)], at });
    await deleteOldSweeps(tx, ago(24 * 60 * minute));
    return events.length + neglected.length;
  });
}
