import type { BreakClass, BreakRow } from "@revio-wallet/db/sql/breaks";

interface BreakKind {
  class: BreakClass;
  severity: BreakRow["severity"];
}

/** Why news from Revio waits for a person, and which break that is. */
const breakKinds = {
  /** A valid signature over something that is no event. */
  unreadable: { class: "unknown_object", severity: "warning" },
  /** Test money in production, or the other way round; or another brand of the company. */
  wrong_mode: { class: "unknown_object", severity: "warning" },
  wrong_brand: { class: "unknown_object", severity: "warning" },
  unrelated_payment: { class: "unknown_object", severity: "warning" },
  unknown_purchase: { class: "unknown_object", severity: "warning" },
  reference_mismatch: { class: "unknown_object", severity: "warning" },
  unknown_payout: { class: "unknown_object", severity: "warning" },
  /** A webhook told of it, and Revio knows none such. */
  unknown_at_provider: { class: "missing_at_provider", severity: "warning" },
  unknown_status: { class: "status_mismatch", severity: "warning" },
  /** Paid by the word, but no money moved. */
  marked_as_paid: { class: "status_mismatch", severity: "warning" },
  paid_without_payment: { class: "status_mismatch", severity: "warning" },
  impossible_fee: { class: "fee_mismatch", severity: "warning" },
  impossible_refund: { class: "amount_mismatch", severity: "warning" },
  "deposit.amount_mismatch": { class: "amount_mismatch", severity: "warning" },
  "deposit.currency_mismatch": { class: "currency_mismatch", severity: "warning" },
  payout_mismatch: { class: "amount_mismatch", severity: "warning" },
  /** The payer paid twice for one deposit. */
  second_purchase_paid: { class: "duplicate_at_provider", severity: "warning" },
  /** The payer got back what two operators had given to somebody: our float has more than Revio. */
  returned_after_release: { class: "status_mismatch", severity: "critical" },
  /** We may have paid twice. */
  second_payout_executed: { class: "duplicate_at_provider", severity: "critical" },
  /** Revio contradicts what we have booked as the end. */
  pending_after_end: { class: "status_mismatch", severity: "critical" },
  success_after_end: { class: "status_mismatch", severity: "critical" },
  error_after_end: { class: "status_mismatch", severity: "critical" },
} as const satisfies Record<string, BreakKind>;

export type Verdict = keyof typeof breakKinds;

export function breakKindOf(verdict: Verdict): BreakKind {
  return breakKinds[verdict];
}

/** Every class that a verdict can open: what Revio's own word can end again. */
export const verdictClasses: readonly BreakClass[] = [
  ...new Set(Object.values(breakKinds).map((kind) => kind.class)),
];
