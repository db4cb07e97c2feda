import type { Sandbox } from "../sandbox.ts";
import { emitEvent } from "../webhooks/emit-event.ts";
import type { PaymentDocument, PurchaseDocument } from "./purchase-document.ts";

const callbackEvents = new Set(["purchase.paid", "purchase.captured"]);

/** Queues one purchase event with the purchase as it is now. */
export function announcePurchase(
  sandbox: Sandbox,
  event: string,
  document: PurchaseDocument,
): void {
  emitEvent(sandbox, {
    mode: document.is_test ? "test" : "live",
    event,
    objectType: "purchase",
    objectId: document.id,
    reference: document.reference,
    document,
    ...(callbackEvents.has(event) && document.success_callback !== ""
      ? { successCallback: document.success_callback }
      : {}),
  });
}

/** Refunds and chargebacks are announced as the Payment, on a queue of its own. */
export function announcePayment(sandbox: Sandbox, event: string, document: PaymentDocument): void {
  emitEvent(sandbox, {
    mode: document.is_test ? "test" : "live",
    event,
    objectType: "payment",
    objectId: document.id,
    reference: document.related_to.reference,
    document,
  });
}
