import { z } from "zod";

/** What leaves the wallet towards operators. Fields that are not named here stay inside. */

export const breakOutput = z.object({
  id: z.string(),
  /** What does not agree: "amount_mismatch", "payout_in_doubt", … */
  class: z.string(),
  severity: z.enum(["notice", "warning", "critical"]),
  /** "<noun>:<id>" */
  subject: z.string(),
  transactionId: z.string().nullable(),
  amountMinor: z.bigint().nonnegative().nullable(),
  currency: z.string().nullable(),
  /** Expected and found; no personal data. */
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  openedBy: z.enum(["provider_event", "reconciliation", "checker"]),
  openedAt: z.date(),
  lastSeenAt: z.date(),
  ownerId: z.string().nullable(),
  state: z.enum(["open", "resolved"]),
  resolution: z.enum(["provider_evidence", "match", "adjustment", "decision", "linked"]).nullable(),
  resolvedAt: z.date().nullable(),
  approvalId: z.string().nullable(),
  journalEntryId: z.string().nullable(),
  matchId: z.string().nullable(),
  /** Counts changes: sent back, so that nothing newer is overwritten. */
  version: z.number(),
});

export const breakNoteOutput = z.object({
  id: z.string(),
  operatorId: z.string(),
  note: z.string(),
  createdAt: z.date(),
});
