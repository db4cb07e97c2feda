import { generalError } from "../api/api-error.ts";
import { FieldReader } from "../api/field-reader.ts";
import type { JsonObject } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { announcePurchase } from "./announce-purchase.ts";
import { standInCard } from "./card-used.ts";
import { addAttempt, beginExecution, capturePayment, finishExecution } from "./pay-purchase.ts";
import { paymentDetails, type PurchaseDocument } from "./purchase-document.ts";
import { changeStatus, isPayable } from "./purchase-status.ts";
import { findPurchase, savePurchase } from "./purchase-store.ts";

const acquirerDeclined = {
  code: "general_transaction_error",
  message: "General transaction error",
};

/** `cancel/`: only a payable purchase, so it loses against an attempt in flight. */
export function cancelPurchase(sandbox: Sandbox, purchase: PurchaseDocument): PurchaseDocument {
  if (!isPayable(purchase.status)) {
    throw generalError(
      "purchase_cancel_wrong_status",
      "Purchase can't be cancelled in its current status.",
    );
  }
  changeStatus(purchase, "cancelled", sandbox.clock.nowSeconds());
  savePurchase(sandbox, purchase);
  announcePurchase(sandbox, "purchase.cancelled", purchase);
  return purchase;
}

/** `capture/`: takes all or part of a hold; the rest is released. */
export function capturePurchase(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  body: JsonObject,
): PurchaseDocument {
  requireHold(purchase, "purchase_capture_wrong_status");
  const reader = new FieldReader(body);
  const amount =
    reader.integer("amount", { min: 1, max: purchase.purchase.total }) ?? purchase.purchase.total;
  reader.finish();
  const mode = sandbox.settings.current().captureMode;
  if (mode === "fail") return decline(sandbox, purchase, "capture");
  if (mode === "pending") {
    sandbox.store.writeValue(`capture:${purchase.id}`, amount);
    return hold(sandbox, purchase, "pending_capture");
  }
  capturePayment(sandbox, purchase, amount, true);
  return purchase;
}

/** `release/`: gives a hold back. */
export function releasePurchase(sandbox: Sandbox, purchase: PurchaseDocument): PurchaseDocument {
  requireHold(purchase, "purchase_release_wrong_status");
  const mode = sandbox.settings.current().releaseMode;
  if (mode === "fail") return decline(sandbox, purchase, "release");
  return hold(sandbox, purchase, mode === "pending" ? "pending_release" : "released");
}

/** The acquirer's late answer to `pending_capture` or `pending_release`. Returns false when neither waits. */
export function settleHold(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  succeeded: boolean,
): boolean {
  const action = { pending_capture: "capture", pending_release: "release" }[purchase.status];
  if (action === undefined) return false;
  if (!succeeded) {
    changeStatus(purchase, "hold", sandbox.clock.nowSeconds());
    savePurchase(sandbox, purchase);
    announcePurchase(sandbox, `purchase.${action}_failure`, purchase);
  } else if (action === "release") {
    hold(sandbox, purchase, "released");
  } else {
    const amount =
      sandbox.store.readValue<number>(`capture:${purchase.id}`) ?? purchase.purchase.total;
    capturePayment(sandbox, purchase, amount, true);
  }
  return true;
}

/** `charge/`: pays with the card of an earlier purchase. The token is looked at before the purchase. */
export function chargePurchase(
  sandbox: Sandbox,
  mode: Mode,
  purchase: PurchaseDocument,
  body: JsonObject,
  clientIp: string,
): PurchaseDocument {
  const reader = new FieldReader(body);
  const tokenId = reader.text("recurring_token", 64, { required: true }) ?? "";
  reader.finish();
  const source = findPurchase(sandbox, tokenId, mode);
  if (!source?.is_recurring_token) {
    throw generalError("invalid_recurring_token", "The recurring token is invalid or not active.");
  }
  const card = {
    ...standInCard(clientIp),
    method: source.transaction_data.payment_method,
    extra: source.transaction_data.extra,
  };
  const failure = !isPayable(purchase.status)
    ? { code: "purchase_already_paid_for", message: "Purchase is already paid for" }
    : sandbox.settings.current().chargeMode === "fail"
      ? acquirerDeclined
      : null;
  if (failure) {
    addAttempt(sandbox, purchase, card, failure, "recurring_execute");
    savePurchase(sandbox, purchase);
    throw generalError("purchase_charge_error", "Could not charge the purchase!");
  }
  purchase.recurring_token = tokenId;
  if (sandbox.settings.current().chargeMode === "pending") {
    beginExecution(sandbox, purchase, "pending_charge");
    return purchase;
  }
  finishExecution(sandbox, purchase, card, null);
  return purchase;
}

/** `mark_as_paid/`: the merchant says so. No money moves, so the books stay as they are. */
export function markAsPaid(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  body: JsonObject,
): PurchaseDocument {
  if (!isPayable(purchase.status)) {
    throw generalError(
      "purchase_mark_as_paid_wrong_status",
      "Purchase can't be marked as paid in its current status.",
    );
  }
  const reader = new FieldReader(body);
  const paidOn = reader.integer("paid_on", { min: 0 }) ?? sandbox.clock.nowSeconds();
  reader.finish();
  purchase.marked_as_paid = true;
  purchase.payment = paymentDetails({
    is_outgoing: false,
    payment_type: "purchase",
    amount: purchase.purchase.total,
    currency: purchase.purchase.currency,
    fee_amount: 0,
    description: purchase.reference,
    paidOn,
  });
  changeStatus(purchase, "paid", sandbox.clock.nowSeconds());
  savePurchase(sandbox, purchase);
  announcePurchase(sandbox, "purchase.paid", purchase);
  return purchase;
}

function requireHold(purchase: PurchaseDocument, code: string): void {
  if (purchase.status !== "hold") throw generalError(code, "Purchase has no reserved funds.");
}

function hold(sandbox: Sandbox, purchase: PurchaseDocument, status: string): PurchaseDocument {
  changeStatus(purchase, status, sandbox.clock.nowSeconds());
  savePurchase(sandbox, purchase);
  announcePurchase(sandbox, `purchase.${status}`, purchase);
  return purchase;
}

function decline(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  action: "capture" | "release",
): never {
  addAttempt(sandbox, purchase, standInCard(""), acquirerDeclined, action);
  savePurchase(sandbox, purchase);
  throw generalError(`purchase_${action}_error`, `Could not ${action} the payment!`);
}
