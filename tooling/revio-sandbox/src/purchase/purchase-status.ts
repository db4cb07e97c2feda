import type { JsonObject } from "../json.ts";
import type { PurchaseDocument } from "./purchase-document.ts";

const payable = new Set(["created", "sent", "viewed", "error", "overdue"]);
const refundable = new Set(["settled", "cleared", "paid", "retrieved", "refunded"]);

export function isPayable(status: string): boolean {
  return payable.has(status);
}

export function isRefundable(status: string): boolean {
  return refundable.has(status);
}

/** Sets the status and appends to the history, latest last. */
export function changeStatus(
  document: PurchaseDocument,
  status: string,
  timestamp: number,
  relatedObject?: { type: string; id: string },
): void {
  const entry: JsonObject = { status, timestamp };
  if (relatedObject) entry.related_object = relatedObject;
  document.status = status;
  document.status_history.push(entry as PurchaseDocument["status_history"][number]);
}

/**
 * Applies a due time that lies in the past: `overdue` stays payable, `expired` (with `due_strict`)
 * does not.
 *
 * @returns whether the status changed
 */
export function passDue(document: PurchaseDocument, nowSeconds: number): boolean {
  if (nowSeconds <= document.due || document.status === "overdue") return false;
  changeStatus(document, document.purchase.due_strict ? "expired" : "overdue", document.due + 1);
  return true;
}
