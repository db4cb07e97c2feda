/** Statuses in which Revio holds the payer's money, or held it. */
const paid: ReadonlySet<string> = new Set([
  "paid",
  "cleared",
  "settled",
  "retrieved",
  "pending_refund",
  "refunded",
  "charged_back",
  "chargeback",
]);
const open: ReadonlySet<string> = new Set([
  "created",
  "sent",
  "viewed",
  "overdue",
  "pending_execute",
  "pending_charge",
  // An attempt failed; the payer may try again on the same page.
  "error",
]);

/** Money came in, whatever became of it. */
export function isPaid(status: string): boolean {
  return paid.has(status);
}

/** The payer may still pay. */
export function isOpen(status: string): boolean {
  return open.has(status);
}

/** Revio has used both words. */
export function isChargedBack(status: string): boolean {
  return status === "charged_back" || status === "chargeback";
}
