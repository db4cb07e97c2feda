const purchaseEvents = [
  "purchase.created",
  "purchase.viewed",
  "purchase.pending_execute",
  "purchase.pending_charge",
  "purchase.cancelled",
  "purchase.hold",
  "purchase.released",
  "purchase.preauthorized",
  "purchase.settled",
  "purchase.paid",
  "purchase.captured",
  "purchase.payment_failure",
  "purchase.pending_capture",
  "purchase.capture_failure",
  "purchase.pending_release",
  "purchase.release_failure",
  "purchase.pending_refund",
  "purchase.refund_failure",
  "purchase.recurring_token_deleted",
  "purchase.pending_recurring_token_delete",
  "purchase.subscription_charge_failure",
] as const;

const paymentEvents = [
  "payment.refunded",
  "payment.charged_back",
  "payment.chargeback_reversed",
] as const;

const payoutEvents = [
  "payout.created",
  "payout.pending",
  "payout.failed",
  "payout.success",
] as const;

/** The 29 events that a webhook can subscribe to. There is no event for expiry, overdue or refunds of a purchase. */
export const eventNames: readonly string[] = [
  ...purchaseEvents,
  ...paymentEvents,
  "billing_template_client.subscription_billing_cancelled",
  ...payoutEvents,
];
