import { findRevioPurchases } from "@revio-wallet/db/sql/revio-purchases";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { closeDeposit } from "../deposit/close-deposit.ts";
import type { JobPayloads } from "../jobs.ts";
import { onPurchase } from "./on-purchase.ts";
import type { RevioContext } from "./revio-context.ts";

/** Pause before the next look, in minutes: webhooks are the fast way, this finds what they missed. */
const pausesMinutes = [3, 5, 10, 20, 30];
/** An attempt in flight at the deadline may still succeed; nothing is closed before that has passed. */
const graceMs = 5 * 60_000;

/**
 * Asks Revio how an unpaid deposit stands. Revio sends no event when a purchase expires, and webhooks can be lost:
 * looks again until the deposit has ended, and ends it when its time is over.
 */
export async function checkDeposit(
  ctx: RevioContext,
  payload: JobPayloads["deposit.check"],
): Promise<void> {
  const { transactionId, look } = payload;
  const deposit = await findTransaction(ctx.pool, transactionId);
  if (deposit === undefined || !isOpen(deposit.status)) return;
  const attempts = await findRevioPurchases(ctx.pool, transactionId);
  for (const { purchaseId } of attempts) {
    if (purchaseId === null) continue;
    const purchase = await ctx.revio.purchases.get(purchaseId);
    await withTransaction(ctx.pool, (tx) => onPurchase(ctx, tx, purchase), {
      lockTimeoutMs: 10_000,
    });
  }
  await withTransaction(ctx.pool, async (tx) => {
    const now = await findTransaction(tx, transactionId);
    if (now === undefined || !isOpen(now.status)) return;
    const deadline = (now.expiresAt?.getTime() ?? 0) + graceMs;
    if (ctx.clock.now().getTime() >= deadline) {
      await closeDeposit(ctx, tx, { transactionId, as: "expired" });
      return;
    }
    // look 0: the sweeper's single look, beside the chain of looks that the deposit has.
    if (look === 0) return;
    const minutes = pausesMinutes[Math.min(look, pausesMinutes.length) - 1] ?? 30;
    const next = Math.min(ctx.clock.now().getTime() + minutes * 60_000, deadline);
    await ctx.enqueue(
      tx,
      "deposit.check",
      { transactionId, look: look + 1 },
      { startAfter: new Date(next) },
    );
  });
}

function isOpen(status: string): boolean {
  return status === "created" || status === "awaiting_payment";
}
