import { notFound } from "../api/api-error.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { emitEvent } from "../webhooks/emit-event.ts";
import type { PayoutDocument } from "./payout-document.ts";

export function insertPayout(sandbox: Sandbox, mode: Mode, document: PayoutDocument): void {
  sandbox.store.run(
    "INSERT INTO payouts (id, mode, status, reference, created_ms, document) VALUES (?, ?, ?, ?, ?, ?)",
    document.id,
    mode,
    document.status,
    document.reference,
    sandbox.clock.nowMs(),
    JSON.stringify(document),
  );
}

/** Appends the status, stores the payout and queues its event. */
export function changePayoutStatus(
  sandbox: Sandbox,
  document: PayoutDocument,
  status: string,
  event: string,
): void {
  const now = sandbox.clock.nowSeconds();
  document.status = status;
  document.status_history.push({ status, timestamp: now });
  document.updated_on = now;
  sandbox.store.run(
    "UPDATE payouts SET status = ?, document = ? WHERE id = ?",
    status,
    JSON.stringify(document),
    document.id,
  );
  announcePayout(sandbox, event, document);
}

export function announcePayout(sandbox: Sandbox, event: string, document: PayoutDocument): void {
  emitEvent(sandbox, {
    mode: document.is_test ? "test" : "live",
    event,
    objectType: "payout",
    objectId: document.id,
    reference: document.reference,
    document,
  });
}

/** @throws ApiError 404, also for an object of the other mode */
export function requirePayout(sandbox: Sandbox, id: string, mode?: Mode): PayoutDocument {
  const row = sandbox.store.get<{ document: string }>(
    "SELECT document FROM payouts WHERE id = ? AND mode = coalesce(?, mode)",
    id,
    mode ?? null,
  );
  if (!row) throw notFound();
  return JSON.parse(row.document) as PayoutDocument;
}
