import type { BreakClass, BreakRow } from "@revio-wallet/db/sql/breaks";

/** What an operator can do about a break, besides noting and taking care of it. */
export const breakActions = [
  "link",
  "adjust",
  "release_suspense",
  "resolve_payout",
  "start_run",
  "freeze_user",
  "stop_outgoing",
] as const;
export type BreakAction = (typeof breakActions)[number];

/** As docs/runbooks/reconciliation.md and integrity.md say, class by class. A class that is not here would not compile. */
const actionsOfClass: Record<BreakClass, readonly BreakAction[]> = {
  missing_in_ledger: ["link", "adjust", "release_suspense", "start_run"],
  missing_at_provider: ["link", "adjust", "freeze_user", "start_run"],
  amount_mismatch: ["adjust", "release_suspense", "start_run"],
  currency_mismatch: ["adjust", "release_suspense", "start_run"],
  duplicate_in_ledger: ["adjust", "freeze_user", "stop_outgoing"],
  duplicate_at_provider: ["adjust", "release_suspense", "stop_outgoing", "start_run"],
  status_mismatch: ["adjust", "release_suspense", "start_run"],
  fee_mismatch: ["adjust", "start_run"],
  batch_total: ["start_run"],
  uncleared: ["adjust", "release_suspense"],
  float_drift: ["adjust", "start_run"],
  unknown_object: ["adjust", "release_suspense", "start_run"],
  payout_in_doubt: ["resolve_payout"],
  balance_drift: ["adjust", "freeze_user", "stop_outgoing"],
  reserve_drift: ["adjust", "freeze_user", "stop_outgoing"],
  // Nothing that is posted mends a broken history.
  history_broken: ["stop_outgoing"],
  hash_chain_broken: ["stop_outgoing"],
  certificate_broken: ["stop_outgoing"],
};

/** What can be done about it now; nothing about a resolved one. */
export function actionsOf(found: Pick<BreakRow, "class" | "state" | "severity">): BreakAction[] {
  if (found.state !== "open") return [];
  return actionsOfClass[found.class].filter((action) => action !== "link" || mayLink(found));
}

/** True if a correction of the ledger may be about a break of this class. */
export function mayAdjustClass(name: BreakClass): boolean {
  return actionsOfClass[name].includes("adjust");
}

/** What is missing on one side and may be what is missing on the other. A line that alone is missing (a warning) is not: Revio has the object. */
export function mayLink({ class: name, severity }: Pick<BreakRow, "class" | "severity">): boolean {
  return (
    name === "missing_in_ledger" || (name === "missing_at_provider" && severity === "critical")
  );
}

/** Why it needs a person. */
export const breakReasons = [
  "no_candidate",
  "only_a_guess",
  "several_candidates",
  "missing_on_their_side",
  "amounts_differ",
  "fees_differ",
  "currency_differs",
  "status_differs",
  "duplicate",
  "totals_differ",
  "waits_too_long",
  "drift",
  "unreadable",
  "in_doubt",
  "history_differs",
] as const;
export type BreakReason = (typeof breakReasons)[number];

const reasonOfClass: Record<BreakClass, BreakReason> = {
  missing_in_ledger: "no_candidate",
  missing_at_provider: "missing_on_their_side",
  amount_mismatch: "amounts_differ",
  currency_mismatch: "currency_differs",
  duplicate_in_ledger: "duplicate",
  duplicate_at_provider: "duplicate",
  status_mismatch: "status_differs",
  fee_mismatch: "fees_differ",
  batch_total: "totals_differ",
  uncleared: "waits_too_long",
  float_drift: "drift",
  balance_drift: "drift",
  reserve_drift: "drift",
  history_broken: "history_differs",
  hash_chain_broken: "history_differs",
  certificate_broken: "history_differs",
  payout_in_doubt: "in_doubt",
  unknown_object: "unreadable",
};

export function reasonOf({
  class: name,
  evidence,
}: Pick<BreakRow, "class" | "evidence">): BreakReason {
  if (name !== "missing_in_ledger") return reasonOfClass[name];
  if (evidence["match"] === "ambiguous") return "several_candidates";
  return typeof evidence["perhaps"] === "string" ? "only_a_guess" : "no_candidate";
}

/** Ages of the queue, in days: 0 to 1, 2 to 3, 4 to 7, more than 7. */
export const ageBounds = [2, 4, 8] as const;
export const ageBuckets = ["0-1", "2-3", "4-7", "over-7"] as const;
export type AgeBucket = (typeof ageBuckets)[number];

/** When a break of that age was opened: a half-open range. */
export function openedWithin(
  bucket: AgeBucket,
  now: Date,
): { openedFrom?: Date; openedBefore?: Date } {
  const at = ageBuckets.indexOf(bucket);
  const before = (days: number) => new Date(now.getTime() - days * 24 * 3_600_000);
  const youngest = ageBounds[at - 1];
  const oldest = ageBounds[at];
  return {
    ...(oldest === undefined ? {} : { openedFrom: new Date(before(oldest).getTime() + 1) }),
    ...(youngest === undefined ? {} : { openedBefore: new Date(before(youngest).getTime() + 1) }),
  };
}
