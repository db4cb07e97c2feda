import { findRevioPayouts } from "@revio-wallet/db/sql/revio-payouts";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import type { JobPayloads } from "../jobs.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { isExecution } from "./adopt-payout.ts";
import { logParked } from "./effect.ts";
import { doubtExecution } from "./execute-payout.ts";
import { noteMissedDeliveries } from "./note-missed-deliveries.ts";
import { onPayout } from "./on-payout.ts";
import { openDoubtBreak } from "./payout-doubt.ts";
import type { RevioContext } from "./revio-context.ts";

/** Pause before the next look, in minutes. A payout may be pending for days. */
const pausesMinutes = [1, 2, 5, 10, 20, 30, 60];
/** How long evidence of a lost create may take to arrive before another payout is made. */
const settleMs = 15 * 60_000;

/**
 * Asks Revio how a payout under way stands, until it has ended. Never executes anything: a payout that still shows as
 * not executed after we sent the order stays in doubt.
 */
export async function checkPayout(
  ctx: RevioContext,
  payload: JobPayloads["withdrawal.check"],
): Promise<void> {
  const { transactionId, look } = payload;
  const withdrawal = await findTransaction(ctx.pool, transactionId);
  if (withdrawal === undefined || !isUnderWay(withdrawal.status)) return;
  for (const attempt of await findRevioPayouts(ctx.pool, transactionId)) {
    if (attempt.payoutId === null || attempt.state === "execute_rejected") continue;
    const payout = await ctx.revio.payouts.get(attempt.payoutId);
    const effect = await withTransaction(ctx.pool, (tx) => onPayout(ctx, tx, payout), {
      lockTimeoutMs: 10_000,
    });
    logParked(ctx.log, effect);
    if (effect.state === "applied") {
      await noteMissedDeliveries(ctx, [{ type: "payout", id: payout.id }], transactionId);
    }
    if (attempt.state === "execute_sent" && payout.status === "initialized") {
      // The process that should have executed died before the answer: it may have been sent, or not.
      await doubtExecution(ctx, { withdrawal, attempt });
    }
  }
  await withTransaction(ctx.pool, async (tx) => {
    if (await queueAnew(ctx, tx, transactionId)) return;
    // look 0: the sweeper's single look, beside the chain of looks that the payout has.
    const now = await lockWithdrawal(tx, transactionId);
    if (now !== undefined) await openDoubtBreak(ctx, tx, now);
    if (look === 0 || now === undefined || !isUnderWay(now.status)) return;
    const minutes = pausesMinutes[Math.min(look, pausesMinutes.length) - 1] ?? 60;
    await ctx.enqueue(
      tx,
      "withdrawal.check",
      { transactionId, look: look + 1 },
      { startAfter: new Date(ctx.clock.now().getTime() + minutes * 60_000) },
    );
  });
}

/**
 * In doubt about a create only: no order to pay was ever sent, so another payout may be made. If the first exists after
 * all, it stays unexecuted for ever.
 */
async function queueAnew(ctx: RevioContext, tx: Tx, transactionId: string): Promise<boolean> {
  const withdrawal = await lockWithdrawal(tx, transactionId);
  if (withdrawal?.status !== "in_doubt") return false;
  const attempts = await findRevioPayouts(tx, transactionId);
  const last = attempts.at(-1);
  const settledAt = (last?.createSentAt.getTime() ?? 0) + settleMs;
  if (attempts.some(isExecution) || ctx.clock.now().getTime() < settledAt) return false;
  await moveTransaction(ctx, tx, withdrawal, { to: "queued", cause: "withdrawal.create_retried" });
  await ctx.enqueue(tx, "withdrawal.submit", { transactionId });
  return true;
}

function isUnderWay(status: string): boolean {
  return status === "processing" || status === "in_doubt";
}
