import { notFound } from "../api/api-error.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import type { PaymentDocument, PurchaseDocument } from "./purchase-document.ts";
import { isPayable, passDue } from "./purchase-status.ts";

interface PurchaseRow {
  document: string;
}

export function insertPurchase(sandbox: Sandbox, mode: Mode, document: PurchaseDocument): void {
  sandbox.store.run(
    "INSERT INTO purchases (id, mode, status, reference, created_ms, document) VALUES (?, ?, ?, ?, ?, ?)",
    document.id,
    mode,
    document.status,
    document.reference,
    sandbox.clock.nowMs(),
    JSON.stringify(document),
  );
}

/** Stores a changed purchase and stamps `updated_on`. */
export function savePurchase(sandbox: Sandbox, document: PurchaseDocument): void {
  document.updated_on = sandbox.clock.nowSeconds();
  sandbox.store.run(
    "UPDATE purchases SET status = ?, document = ? WHERE id = ?",
    document.status,
    JSON.stringify(document),
    document.id,
  );
}

/**
 * Reads a purchase; a due time that has passed shows from now on, without any event.
 *
 * @param mode the caller's mode, or undefined for the checkout page and the controls
 */
export function findPurchase(
  sandbox: Sandbox,
  id: string,
  mode?: Mode,
): PurchaseDocument | undefined {
  const row = sandbox.store.get<PurchaseRow>(
    "SELECT document FROM purchases WHERE id = ? AND mode = coalesce(?, mode)",
    id,
    mode ?? null,
  );
  if (!row) return undefined;
  const document = JSON.parse(row.document) as PurchaseDocument;
  if (isPayable(document.status) && passDue(document, sandbox.clock.nowSeconds())) {
    savePurchase(sandbox, document);
  }
  return document;
}

/** @throws ApiError 404, also for an object of the other mode */
export function requirePurchase(sandbox: Sandbox, id: string, mode?: Mode): PurchaseDocument {
  const document = findPurchase(sandbox, id, mode);
  if (!document) throw notFound();
  return document;
}

export function insertPayment(
  sandbox: Sandbox,
  kind: "refund" | "chargeback" | "chargeback_reversal",
  document: PaymentDocument,
): void {
  sandbox.store.run(
    "INSERT INTO payments (id, mode, purchase_id, kind, created_ms, document) VALUES (?, ?, ?, ?, ?, ?)",
    document.id,
    document.is_test ? "test" : "live",
    document.related_to.id,
    kind,
    sandbox.clock.nowMs(),
    JSON.stringify(document),
  );
}
