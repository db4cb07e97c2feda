import { generalError } from "../api/api-error.ts";
import { FieldReader } from "../api/field-reader.ts";
import { recordMovement } from "../books/record-movement.ts";
import type { JsonObject } from "../json.ts";
import type { Sandbox } from "../sandbox.ts";
import { announcePayment, announcePurchase } from "./announce-purchase.ts";
import { addAttempt } from "./pay-purchase.ts";
import { standInCard } from "./card-used.ts";
import {
  type PaymentDocument,
  paymentDetails,
  type PurchaseDocument,
} from "./purchase-document.ts";
import { changeStatus, isRefundable } from "./purchase-status.ts";
import { insertPayment, requirePurchase, savePurchase } from "./purchase-store.ts";

interface RefundState {
  last_refund_ms: number | null;
  status_before_refund: string | null;
  pending_refund_minor: number | null;
}

/**
 * `POST /purchases/{id}/refund/`. Every accepted request is a new refund; only the guard between
 * two refunds of one purchase protects against a repeat.
 *
 * @returns the refund Payment, or the purchase itself while the refund is pending
 */
export function refundPurchase(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  body: JsonObject,
): PaymentDocument | PurchaseDocument {
  const settings = sandbox.settings.current();
  if (!settings.refundsEnabled)
    throw generalError("purchase_refund_error", "Could not refund the payment!");
  if (!isRefundable(purchase.status) || purchase.marked_as_paid) {
    throw generalError(
      "purchase_refund_wrong_status",
      "Purchase can't be refunded in its current status.",
    );
  }
  if (purchase.refundable_amount === 0) {
    throw generalError("purchase_refund_not_possible", "Purchase can't be refunded any further.");
  }
  const reader = new FieldReader(body);
  const amount = reader.integer("amount", { min: 1 }) ?? purchase.refundable_amount;
  const reference = reader.text("reference", 128) ?? "";
  reader.finish();
  if (amount > purchase.refundable_amount) {
    throw generalError(
      "purchase_refund_amount_too_large",
      "Refund amount is larger than the refundable amount.",
    );
  }
  guardInterval(sandbox, purchase.id);
  if (settings.refundMode === "fail") {
    addAttempt(
      sandbox,
      purchase,
      standInCard(""),
      { code: "general_transaction_error", message: "General transaction error" },
      "refund",
    );
    savePurchase(sandbox, purchase);
    throw generalError("purchase_refund_error", "Could not refund the payment!");
  }
  sandbox.store.run(
    "UPDATE purchases SET last_refund_ms = ? WHERE id = ?",
    sandbox.clock.nowMs(),
    purchase.id,
  );
  if (settings.refundMode === "pending") return beginRefund(sandbox, purchase, amount);
  return completeRefund(sandbox, purchase, amount, reference);
}

function guardInterval(sandbox: Sandbox, purchaseId: string): void {
  const state = refundState(sandbox, purchaseId);
  const guardMs = sandbox.clock.waitMs(sandbox.settings.current().refundGuardSeconds);
  if (state.last_refund_ms === null || sandbox.clock.nowMs() - state.last_refund_ms >= guardMs)
    return;
  throw generalError(
    "purchase_refund_timeout",
    "Only one refund per purchase is allowed within 60 seconds.",
  );
}

function refundState(sandbox: Sandbox, purchaseId: string): RefundState {
  const row = sandbox.store.get<RefundState>(
    "SELECT last_refund_ms, status_before_refund, pending_refund_minor FROM purchases WHERE id = ?",
    purchaseId,
  );
  if (!row) throw new Error(`purchase ${purchaseId} is not stored`);
  return row;
}

function beginRefund(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  amount: number,
): PurchaseDocument {
  sandbox.store.run(
    "UPDATE purchases SET status_before_refund = ?, pending_refund_minor = ? WHERE id = ?",
    purchase.status,
    amount,
    purchase.id,
  );
  changeStatus(purchase, "pending_refund", sandbox.clock.nowSeconds());
  savePurchase(sandbox, purchase);
  announcePurchase(sandbox, "purchase.pending_refund", purchase);
  return purchase;
}

/**
 * The acquirer's answer to a `pending_refund`.
 *
 * @returns false when no refund is pending
 */
export function settleRefund(sandbox: Sandbox, purchaseId: string, succeeded: boolean): boolean {
  return sandbox.store.transaction(() => {
    const purchase = requirePurchase(sandbox, purchaseId);
    const state = refundState(sandbox, purchaseId);
    if (purchase.status !== "pending_refund" || state.pending_refund_minor === null) return false;
    sandbox.store.run("UPDATE purchases SET pending_refund_minor = NULL WHERE id = ?", purchaseId);
    if (succeeded) {
      completeRefund(sandbox, purchase, state.pending_refund_minor, "");
      return true;
    }
    changeStatus(purchase, state.status_before_refund ?? "paid", sandbox.clock.nowSeconds());
    savePurchase(sandbox, purchase);
    announcePurchase(sandbox, "purchase.refund_failure", purchase);
    return true;
  });
}

/** Money back to the payer: the Payment, the books and `payment.refunded`. Used by API and dashboard alike. */
export function completeRefund(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  amount: number,
  reference: string,
): PaymentDocument {
  const payment = newPayment(sandbox, purchase, {
    amount,
    type: "refund",
    isOutgoing: true,
    reference,
  });
  purchase.refundable_amount -= amount;
  purchase.refund_availability = purchase.refundable_amount > 0 ? "all" : "none";
  changeStatus(purchase, "refunded", payment.created_on, { type: "payment", id: payment.id });
  savePurchase(sandbox, purchase);
  insertPayment(sandbox, "refund", payment);
  recordPayment(sandbox, purchase, payment, "refund");
  announcePayment(sandbox, "payment.refunded", payment);
  return payment;
}

export function recordPayment(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  payment: PaymentDocument,
  kind: "refund" | "chargeback" | "chargeback_reversal",
): void {
  recordMovement(sandbox, {
    mode: purchase.is_test ? "test" : "live",
    kind,
    objectId: purchase.id,
    paymentId: payment.id,
    reference: purchase.reference,
    currency: payment.payment.currency,
    amountMinor: BigInt(payment.payment.amount),
    feeMinor: 0n,
  });
}

export function newPayment(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  fields: { amount: number; type: "refund" | "custom"; isOutgoing: boolean; reference: string },
): PaymentDocument {
  const now = sandbox.clock.nowSeconds();
  const word =
    fields.type === "refund" ? "Refund" : fields.isOutgoing ? "Chargeback" : "Chargeback reversal";
  return {
    client: purchase.client,
    payment: paymentDetails({
      is_outgoing: fields.isOutgoing,
      payment_type: fields.type,
      amount: fields.amount,
      currency: purchase.purchase.currency,
      fee_amount: 0,
      description: `${word}: ${purchase.reference}`,
      paidOn: now,
    }),
    transaction_data: {},
    related_to: { type: "purchase", id: purchase.id, reference: purchase.reference },
    reference_generated: String(sandbox.store.nextCounter("payment_reference")),
    reference: fields.reference,
    account_id: sandbox.config.accountId,
    status: "success",
    company_id: sandbox.config.companyId,
    is_test: purchase.is_test,
    user_id: null,
    brand_id: purchase.brand_id,
    refund_availability: "none",
    created_on: now,
    updated_on: now,
    type: "payment",
    id: sandbox.random.uuid(),
  };
}
