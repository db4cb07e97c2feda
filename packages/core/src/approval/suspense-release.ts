import {
  lockSuspensePayment,
  type SuspensePaymentRow,
} from "@revio-wallet/db/sql/suspense-payments";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { DomainError, notFound } from "../errors.ts";
import { type Currency, formatMoney } from "../money.ts";

/** What of a payment is in suspense, minor units; of one that was released: what was when it was. */
export function heldOf({ chargedBack, amountMinor, refundedMinor }: SuspensePaymentRow): bigint {
  return chargedBack ? 0n : amountMinor - refundedMinor;
}

/**
 * Holds the payment that a correction takes out of suspense, all of it. The payer may get it back from Revio at any time:
 * so it is asked for at the proposal and again at the decision.
 *
 * @throws DomainError NOT_FOUND, WRONG_STATE if it is not there any more, or suspense holds another amount of it
 */
export async function lockPaymentToRelease(
  tx: Tx,
  release: { suspensePurchaseId: string; amountMinor: bigint; currency: string },
): Promise<SuspensePaymentRow> {
  const payment = await lockSuspensePayment(tx, release.suspensePurchaseId);
  if (payment === undefined) throw notFound("payment in suspense");
  const held = { amountMinor: heldOf(payment), currency: payment.currency as Currency };
  if (payment.releasedAt !== null || held.amountMinor === 0n) {
    throw new DomainError("WRONG_STATE", "This payment is not in suspense any more.");
  }
  if (held.amountMinor !== release.amountMinor || held.currency !== release.currency) {
    throw new DomainError(
      "WRONG_STATE",
      `Suspense holds ${formatMoney(held)} of this payment. A correction takes out all of it: propose just that.`,
    );
  }
  return payment;
}
