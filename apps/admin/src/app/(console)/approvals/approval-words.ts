import type { RouterOutputs } from "../../../trpc/operator-router.ts";

export type ApprovalRow = RouterOutputs["approval"]["list"]["items"][number];
export type ApprovalDetails = RouterOutputs["approval"]["get"];

export const kinds = [
  "withdrawal",
  "adjustment",
  "payout_resolution",
  "operator_change",
  "setting_change",
] as const;
export const states = ["requested", "approved", "rejected", "withdrawn", "expired"] as const;

/** Why somebody may not decide, for them to read. */
export const blockWords = {
  decided: "It is decided.",
  expired: "It has waited for too long. It can be asked for anew.",
  role: "Your role does not decide on this.",
  own_request: "You asked for it, with this account or another of yours: somebody else decides.",
  about_themselves: "It is about you: somebody else decides.",
  amount: "Your role may refuse it, and not approve this amount.",
} satisfies Record<NonNullable<ApprovalRow["blockedBy"]>, string>;

/** "Limits: withdrawal ZAR", for what a change is of. */
function targetWords(target: string): string {
  const [noun = "", ...rest] = target.split(":");
  const words: Record<string, string> = {
    operator: "Operator",
    invitation: "Invitation",
    limits: "Limits",
    approval_right: "Largest amount to decide on",
  };
  const about = noun === "operator" ? (rest[0] ?? "").slice(0, 8) : rest.join(" ");
  return `${words[noun] ?? noun}: ${about.replaceAll("_", " ")}`;
}

/** What is asked for, in one line. */
export function subjectOf({ proposal, transactionId }: ApprovalRow): string {
  if (proposal.target !== undefined) return targetWords(proposal.target);
  if (proposal.debitAccount !== undefined) {
    return `Debit ${shortAccount(proposal.debitAccount)}, credit ${shortAccount(proposal.creditAccount ?? "")}`;
  }
  return transactionId === null ? "" : `Transaction ${transactionId.slice(0, 8)}`;
}

/** "user 0192… available", for "user:0192…:available:ZAR". */
export function shortAccount(code: string): string {
  const [owner = "", ...rest] = code.split(":");
  return owner === "user"
    ? `user ${(rest[0] ?? "").slice(0, 8)} ${(rest[1] ?? "").replaceAll("_", " ")}`
    : (rest[0] ?? "").replaceAll("_", " ");
}
