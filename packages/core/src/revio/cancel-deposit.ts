import { findRevioPurchases } from "@revio-wallet/db/sql/revio-purchases";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioError, RevioRejected } from "@revio-wallet/revio-client/errors";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { type Deposit, toDeposit } from "../deposit/deposit.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { logParked } from "./effect.ts";
import { onPurchase } from "./on-purchase.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Takes an unpaid deposit back: cancels its purchases at Revio first, for only then can nobody pay any more. A
 * payment that was faster wins, and the deposit is credited instead. Cancelling twice answers the same.
 *
 * @throws DomainError NOT_FOUND, WRONG_STATE if a payment is under way or done, PROVIDER_UNAVAILABLE
 */
export async function cancelDeposit(
  ctx: RevioContext,
  input: { userId: string; transactionId: string },
): Promise<Deposit> {
  const found = await findTransaction(ctx.pool, input.transactionId);
  if (found?.kind !== "deposit" || found.userId !== input.userId) throw notFound("deposit");
  if (found.status === "cancelled") return toDeposit(found);
  if (found.status !== "created" && found.status !== "awaiting_payment") throw tooLate();

  const attempts = await findRevioPurchases(ctx.pool, found.id);
  for (const { purchaseId } of attempts) {
    if (purchaseId === null) continue;
    const purchase = await cancelPurchase(ctx, purchaseId);
    logParked(ctx.log, await withTransaction(ctx.pool, (tx) => onPurchase(ctx, tx, purchase)));
  }
  const deposit = await withTransaction(ctx.pool, async (tx) => {
    const now = await findTransaction(tx, found.id);
    // A deposit whose checkout never opened has nothing to cancel at Revio.
    if (now?.status === "created" && attempts.every(({ purchaseId }) => purchaseId === null)) {
      await closeDeposit(ctx, tx, { transactionId: found.id, as: "cancelled" });
    }
    return findTransaction(tx, found.id);
  });
  invariant(deposit !== undefined, "a deposit stays");
  if (deposit.status !== "cancelled") throw tooLate();
  return toDeposit(deposit);
}

/** The purchase after the attempt to cancel it, whoever won. */
async function cancelPurchase(ctx: RevioContext, purchaseId: string): Promise<Purchase> {
  try {
    return await ctx.revio.purchases.cancel(purchaseId);
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    // Refused: it is paid, being paid, or cancelled already. Unknown: reading tells.
    if (error instanceof RevioRejected || error.effect === "unknown") {
      return ctx.revio.purchases.get(purchaseId).catch(() => {
        throw unavailable();
      });
    }
    throw unavailable();
  }
}

function tooLate(): DomainError {
  return new DomainError("WRONG_STATE", "This deposit cannot be cancelled any more.");
}

function unavailable(): DomainError {
  return new DomainError(
    "PROVIDER_UNAVAILABLE",
    "The payment provider does not answer at the moment. The deposit is as it was; try again.",
    { retryAfterMs: 5_000 },
  );
}
