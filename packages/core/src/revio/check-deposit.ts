import { findRevioPurchases } from "@revio-wallet/db/sql/revio-purchases";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { closeDeposit } from "../deposit/close-deposit.ts";
import type { JobPayloads } from "../jobs.ts";
import { logParked } from "./effect.ts";
import { announcersOf, noteMissedDeliveries } from "./note-missed-deliveries.ts";
import { onPurchase } from "./on-purchase.ts";
import type { RevioContext } from "./revio-context.ts";

/** Pause before the next look, in minutes: webhooks are the fast way, this finds what they missed. */
const pausesMinutes = [3, 5, 10, 20, 30];
/** An attempt in flight at the deadline may still succeed; nothing is closed before that has passed. */
const graceMs = 5 * 60_000;

/** The payer has paid as far as they are concerned; the bank has not answered. */
const inFlight: ReadonlySet<string> = new Set(["pending_execute", "pending_charge"]);

/**
 * Asks Revio how an unpaid deposit stands. Revio sends no event when a purchase expires, and webhooks can be lost:
 * looks again until the deposit has ended, and ends it when its time is over and no payment is in flight.
 */
export async function checkDeposit(
  ctx: RevioContext,
  payload: JobPayloads["deposit.check"],
): Promise<void> {
  const { transactionId, look } = payload;
  const deposit = await findTransaction(ctx.pool, transactionId);
  if (deposit === undefined || !isOpen(deposit.status)) return;
  const attempts = await findRevioPurchases(ctx.pool, transactionId);
  let isBeingPaid = false;
  for (const { purchaseId } of attempts) {
    if (purchaseId === null) continue;
    const purchase = await ctx.revio.purchases.get(purchaseId);
    isBeingPaid ||= inFlight.has(purchase.status);
    const effect = await withTransaction(ctx.pool, (tx) => onPurchase(ctx, tx, purchase), {
      lockTimeoutMs: 10_000,
    });
    logParked(ctx.log, effect);
    if (effect.state === "applied") {
      await noteMissedDeliveries(ctx, announcersOf(purchase), transactionId);
    }
  }
  await withTransaction(ctx.pool, async (tx) => {
    const now = await findTransaction(tx, transactionId);
    if (now === undefined || !isOpen(now.status)) return;
    const deadline = (now.expiresAt?.getTime() ?? 0) + graceMs;
    const isOver = ctx.clock.now().getTime() >= deadline;
    // Closed now, nobody would look again, and a payment whose webhook is lost would never be credited.
    if (isOver && !isBeingPaid) {
      await closeDeposit(ctx, tx, { transactionId, as: "expired" });
      return;
    }
    // look 0: the sweeper's single look, beside the chain of looks that the deposit has.
    if (look === 0) return;
    const minutes = pausesMinutes[Math.min(look, pausesMinutes.length) - 1] ?? 30;
    const pause = ctx.clock.now().getTime() + minutes * 60_000;
    const next = isOver ? pause : Math.min(pause, deadline);
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
