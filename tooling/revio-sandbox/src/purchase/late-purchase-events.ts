import { generalError } from "../api/api-error.ts";
import type { Sandbox } from "../sandbox.ts";
import { announcePayment } from "./announce-purchase.ts";
import { standInCard } from "./card-used.ts";
import { beginExecution, finishExecution } from "./pay-purchase.ts";
import type { AttemptError, PaymentDocument, PurchaseDocument } from "./purchase-document.ts";
import { changeStatus, isPayable, isRefundable } from "./purchase-status.ts";
import { insertPayment, savePurchase } from "./purchase-store.ts";
import { newPayment, recordPayment } from "./refund-purchase.ts";

/** Unpaid, and no longer payable on the checkout page: an attempt that was in flight may still succeed. */
const paidLate = new Set(["expired", "cancelled"]);

/** A payment that succeeds (or fails) outside the checkout page, also after expiry, a cancellation or an error. */
export function forcePayment(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  error: AttemptError | null,
): void {
  if (!isPayable(purchase.status) && !paidLate.has(purchase.status)) {
    throw generalError(
      "sandbox_wrong_status",
      `A purchase that is ${purchase.status} can't be paid.`,
      409,
    );
  }
  sandbox.store.transaction(() => {
    beginExecution(sandbox, purchase);
    finishExecution(sandbox, purchase, standInCard(""), error);
  });
}

/** The payer's bank takes back what is left of the payment. */
export function chargeBack(sandbox: Sandbox, purchase: PurchaseDocument): PaymentDocument {
  if (!isRefundable(purchase.status) || purchase.refundable_amount === 0) {
    throw generalError("sandbox_wrong_status", "Only a paid purchase can be charged back.", 409);
  }
  return sandbox.store.transaction(() => {
    const payment = newPayment(sandbox, purchase, {
      amount: purchase.refundable_amount,
      type: "custom",
      isOutgoing: true,
      reference: "",
    });
    sandbox.store.writeValue(`chargeback:${purchase.id}`, {
      status: purchase.status,
      amount: purchase.refundable_amount,
    });
    purchase.refundable_amount = 0;
    purchase.refund_availability = "none";
    purchase.can_chargeback = false;
    purchase.can_reverse_chargeback = true;
    changeStatus(purchase, "charged_back", payment.created_on, { type: "payment", id: payment.id });
    savePurchase(sandbox, purchase);
    insertPayment(sandbox, "chargeback", payment);
    recordPayment(sandbox, purchase, payment, "chargeback");
    announcePayment(sandbox, "payment.charged_back", payment);
    return payment;
  });
}

/** The dispute was won: the money returns, and with it the earlier paid-like status or just `paid`. */
export function reverseChargeback(sandbox: Sandbox, purchase: PurchaseDocument): PaymentDocument {
  const before = sandbox.store.readValue<{ status: string; amount: number }>(
    `chargeback:${purchase.id}`,
  );
  if (purchase.status !== "charged_back" || !before) {
    throw generalError(
      "sandbox_wrong_status",
      "Only a charged back purchase can be reversed.",
      409,
    );
  }
  return sandbox.store.transaction(() => {
    const payment = newPayment(sandbox, purchase, {
      amount: before.amount,
      type: "custom",
      isOutgoing: false,
      reference: "",
    });
    purchase.refundable_amount = before.amount;
    purchase.refund_availability = "all";
    purchase.can_chargeback = true;
    purchase.can_reverse_chargeback = false;
    const { statusAfterReversal } = sandbox.settings.current();
    const status = statusAfterReversal === "before" ? before.status : "paid";
    changeStatus(purchase, status, payment.created_on, { type: "payment", id: payment.id });
    savePurchase(sandbox, purchase);
    insertPayment(sandbox, "chargeback_reversal", payment);
    recordPayment(sandbox, purchase, payment, "chargeback_reversal");
    announcePayment(sandbox, "payment.chargeback_reversed", payment);
    return payment;
  });
}
