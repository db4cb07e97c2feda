import { recordMovement } from "../books/record-movement.ts";
import { feeOf, toWire } from "../money.ts";
import type { Sandbox } from "../sandbox.ts";
import { announcePurchase } from "./announce-purchase.ts";
import { type AttemptError, paymentDetails, type PurchaseDocument } from "./purchase-document.ts";
import { changeStatus } from "./purchase-status.ts";
import { savePurchase } from "./purchase-store.ts";
import type { CardUsed } from "./card-used.ts";

/** First visit of the checkout page: `viewed_on`, and the status while nothing else happened. */
export function viewPurchase(sandbox: Sandbox, document: PurchaseDocument): void {
  if (document.viewed_on !== null) return;
  const now = sandbox.clock.nowSeconds();
  document.viewed_on = now;
  const announces = document.status === "created" || document.status === "sent";
  if (announces) changeStatus(document, "viewed", now);
  sandbox.store.transaction(() => {
    savePurchase(sandbox, document);
    if (announces) announcePurchase(sandbox, "purchase.viewed", document);
  });
}

/** The attempt goes to the acquirer; from here until its answer nobody can cancel. */
export function beginExecution(
  sandbox: Sandbox,
  document: PurchaseDocument,
  pendingStatus = "pending_execute",
): void {
  changeStatus(document, pendingStatus, sandbox.clock.nowSeconds());
  savePurchase(sandbox, document);
  announcePurchase(sandbox, `purchase.${pendingStatus}`, document);
}

/**
 * The acquirer's answer to an attempt: pays, holds, or fails.
 *
 * @param error null for success
 */
export function finishExecution(
  sandbox: Sandbox,
  document: PurchaseDocument,
  card: CardUsed,
  error: AttemptError | null,
): void {
  addAttempt(sandbox, document, card, error);
  if (error) return failExecution(sandbox, document);
  const data = document.transaction_data;
  data.payment_method = card.method;
  data.extra = { ...card.extra };
  data.country = "ZA";
  data.processing_tx_id = `tx_${String(sandbox.store.nextCounter("processing_tx")).padStart(4, "0")}`;
  if (document.force_recurring) document.is_recurring_token = true;
  if (!document.skip_capture)
    return capturePayment(sandbox, document, document.purchase.total, false);
  const status = document.purchase.total === 0 ? "preauthorized" : "hold";
  changeStatus(document, status, sandbox.clock.nowSeconds());
  savePurchase(sandbox, document);
  announcePurchase(sandbox, `purchase.${status}`, document);
}

/**
 * Money in: books, `payment`, status `paid`, and the events of §7.2.
 *
 * @param amount captured part in minor units
 * @param captured true when it followed a hold, which adds `purchase.captured`
 */
export function capturePayment(
  sandbox: Sandbox,
  document: PurchaseDocument,
  amount: number,
  captured: boolean,
): void {
  const settings = sandbox.settings.current();
  const amountMinor = BigInt(amount);
  const feeMinor = feeOf(amountMinor, settings.feeBasisPoints, settings.feeFixedMinor);
  const now = sandbox.clock.nowSeconds();
  document.payment = paymentDetails({
    is_outgoing: false,
    payment_type: "purchase",
    amount,
    currency: document.purchase.currency,
    fee_amount: toWire(feeMinor),
    description: document.reference,
    paidOn: now,
  });
  document.refundable_amount = amount;
  document.refund_availability = "all";
  document.can_chargeback = true;
  changeStatus(document, "paid", now);
  savePurchase(sandbox, document);
  recordMovement(sandbox, {
    mode: document.is_test ? "test" : "live",
    kind: "payment",
    objectId: document.id,
    paymentId: document.id,
    reference: document.reference,
    currency: document.purchase.currency,
    amountMinor,
    feeMinor,
  });
  announcePurchase(sandbox, "purchase.paid", document);
  if (captured) announcePurchase(sandbox, "purchase.captured", document);
}

function failExecution(sandbox: Sandbox, document: PurchaseDocument): void {
  const status = document.purchase.single_attempt ? "cancelled" : "error";
  changeStatus(document, status, sandbox.clock.nowSeconds());
  savePurchase(sandbox, document);
  announcePurchase(sandbox, "purchase.payment_failure", document);
}

/** Attempts are listed newest first. */
export function addAttempt(
  sandbox: Sandbox,
  document: PurchaseDocument,
  card: CardUsed,
  error: AttemptError | null,
  type = "execute",
): void {
  document.transaction_data.attempts.unshift({
    type,
    error,
    extra: { ...card.extra },
    country: "ZA",
    client_ip: card.clientIp,
    successful: error === null,
    payment_method: card.method,
    processing_time: sandbox.clock.nowSeconds(),
  });
}
