import type { RouterOutputs } from "../../../trpc/operator-router.ts";

export type BreakRow = RouterOutputs["break"]["list"]["items"][number];
export type BreakDetails = RouterOutputs["break"]["get"];

export const classes = [
  "missing_in_ledger",
  "missing_at_provider",
  "amount_mismatch",
  "currency_mismatch",
  "duplicate_in_ledger",
  "duplicate_at_provider",
  "status_mismatch",
  "fee_mismatch",
  "batch_total",
  "uncleared",
  "float_drift",
  "balance_drift",
  "reserve_drift",
  "history_broken",
  "hash_chain_broken",
  "certificate_broken",
  "payout_in_doubt",
  "unknown_object",
] as const;
export const severities = ["critical", "warning", "notice"] as const;
export const ages = ["0-1", "2-3", "4-7", "over-7"] as const;
export const ageWords: Record<(typeof ages)[number], string> = {
  "0-1": "0–1 days",
  "2-3": "2–3 days",
  "4-7": "4–7 days",
  "over-7": "More than 7 days",
};

/** Which side of a link a break is on; undefined: it cannot be linked. */
export function sideOf({ class: name, severity, state }: BreakRow): "theirs" | "ours" | undefined {
  if (state !== "open") return undefined;
  if (name === "missing_in_ledger") return "theirs";
  return name === "missing_at_provider" && severity === "critical" ? "ours" : undefined;
}
