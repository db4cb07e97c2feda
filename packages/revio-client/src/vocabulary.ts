/** Purchase statuses known today. None but cancelled, released and blocked is final. */
export type KnownPurchaseStatus =
  | "created"
  | "sent"
  | "viewed"
  | "error"
  | "overdue"
  | "cancelled"
  | "expired"
  | "blocked"
  | "hold"
  | "pending_capture"
  | "pending_release"
  | "released"
  | "preauthorized"
  | "pending_execute"
  | "pending_charge"
  | "paid"
  | "cleared"
  | "settled"
  | "retrieved"
  | "charged_back"
  | "chargeback"
  | "pending_refund"
  | "refunded";
export type PurchaseStatus = KnownPurchaseStatus | (string & {});

/** Payout statuses known today. `error` is not final: the same payout can be executed again. */
export type KnownPayoutStatus = "initialized" | "pending" | "success" | "error";
export type PayoutStatus = KnownPayoutStatus | (string & {});

export type KnownPaymentStatus = "success" | "pending" | "failed";
export type PaymentStatus = KnownPaymentStatus | (string & {});

export type KnownRefundAvailability =
  | "all"
  | "full_only"
  | "partial_only"
  | "pis_all"
  | "pis_partial"
  | "none";
export type RefundAvailability = KnownRefundAvailability | (string & {});

export type KnownStatementStatus = "pending" | "processing" | "success" | "error" | "cancelled";
export type StatementStatus = KnownStatementStatus | (string & {});

export type KnownWebhookEventType =
  | "purchase.created"
  | "purchase.viewed"
  | "purchase.pending_execute"
  | "purchase.pending_charge"
  | "purchase.cancelled"
  | "purchase.hold"
  | "purchase.released"
  | "purchase.preauthorized"
  | "purchase.settled"
  | "purchase.paid"
  | "purchase.captured"
  | "purchase.payment_failure"
  | "purchase.pending_capture"
  | "purchase.capture_failure"
  | "purchase.pending_release"
  | "purchase.release_failure"
  | "purchase.pending_refund"
  | "purchase.refund_failure"
  | "purchase.recurring_token_deleted"
  | "purchase.pending_recurring_token_delete"
  | "purchase.subscription_charge_failure"
  | "payment.refunded"
  | "payment.charged_back"
  | "payment.chargeback_reversed"
  | "billing_template_client.subscription_billing_cancelled"
  | "payout.created"
  | "payout.pending"
  | "payout.failed"
  | "payout.success";
export type WebhookEventType = KnownWebhookEventType | (string & {});

/**
 * Attempt errors after which the money may have moved all the same: the answer of the acquirer was
 * lost. An attempt with one of these is in doubt, not failed.
 */
const IN_DOUBT_ATTEMPT_ERRORS: ReadonlySet<string> = new Set([
  "timeout",
  "timeout_acquirer_status_check",
  "acquirer_connection_error",
  "reconcile_error",
  "merchant_response_timeout",
  "soft_decline_contact_support",
]);

export function isInDoubtAttemptError(code: string): boolean {
  return IN_DOUBT_ATTEMPT_ERRORS.has(code);
}

/**
 * 400 answers that report the acquirer's failure, not a refusal by Revio. The reason (which may be
 * one of the in-doubt attempt errors) stands only in the purchase, so these prove nothing.
 */
const PROCESSOR_FAILURES: ReadonlySet<string> = new Set([
  "purchase_capture_error",
  "purchase_charge_error",
  "purchase_refund_error",
  "purchase_release_error",
]);

export function isProcessorFailure(code: string | null): boolean {
  return code !== null && PROCESSOR_FAILURES.has(code);
}
