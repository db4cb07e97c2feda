import { z } from "zod";
import { breakOutput } from "./operator-outputs.ts";

export const approvalKind = z.enum([
  "withdrawal",
  "adjustment",
  "payout_resolution",
  "operator_change",
  "setting_change",
]);
export const approvalState = z.enum(["requested", "approved", "rejected", "withdrawn", "expired"]);

const changedFields = z.record(z.string(), z.string().nullable());

/** What is proposed, by kind: a change, a correction, or what became of a payout. */
const proposalOutput = z.object({
  target: z.string().optional(),
  from: changedFields.optional(),
  to: changedFields.optional(),
  debitAccount: z.string().optional(),
  creditAccount: z.string().optional(),
  suspensePurchaseId: z.string().nullable().optional(),
  outcome: z.string().optional(),
});

/** A request, and whether the viewer may decide on it. */
export const approvalOutput = z.object({
  id: z.string(),
  kind: approvalKind,
  state: approvalState,
  transactionId: z.string().nullable(),
  breakId: z.string().nullable(),
  proposal: proposalOutput,
  amountMinor: z.bigint().positive().nullable(),
  currency: z.string().nullable(),
  requestedBy: z.string(),
  requestedByKind: z.enum(["user", "operator"]),
  requestedByName: z.string().nullable(),
  requestedAt: z.date(),
  requestReason: z.string().nullable(),
  expiresAt: z.date().nullable(),
  decidedBy: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: z.date().nullable(),
  reason: z.string().nullable(),
  /** Why the viewer may not decide; `amount`: they may refuse it. */
  blockedBy: z
    .enum(["decided", "expired", "role", "own_request", "about_themselves", "amount"])
    .nullable(),
});

const entryEffect = z.object({
  account: z.string(),
  currency: z.string(),
  direction: z.enum(["debit", "credit"]),
  amountMinor: z.bigint().positive(),
  /** In the account's normal side, now and then. */
  beforeMinor: z.bigint(),
  afterMinor: z.bigint(),
});

/** Everything that the checker decides by. */
export const approvalDetailsOutput = approvalOutput.extend({
  mayApprove: z.boolean(),
  mayReject: z.boolean(),
  transaction: z
    .object({
      id: z.string(),
      userId: z.string(),
      kind: z.string(),
      status: z.string(),
      amountMinor: z.bigint(),
      feeMinor: z.bigint(),
      currency: z.string(),
    })
    .nullable(),
  break: breakOutput.nullable(),
  fields: z.array(
    z.object({
      field: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      now: z.string().nullable(),
    }),
  ),
  subjectName: z.string().nullable(),
  approveEffects: z.array(entryEffect),
  rejectEffects: z.array(entryEffect),
  changedSince: z.array(z.string()),
});

/** A proposed change of an operator or a setting, and what became of it. */
export const changeOutput = z.object({
  approvalId: z.string(),
  kind: z.enum(["operator_change", "setting_change"]),
  state: approvalState,
  target: z.string(),
  from: changedFields,
  to: changedFields,
  requestedBy: z.string(),
  requestReason: z.string(),
  expiresAt: z.date(),
  decidedBy: z.string().nullable(),
});

/** A change that two persons made. */
export const approvedChangeOutput = z.object({
  approvalId: z.string(),
  target: z.string(),
  version: z.number(),
  before: changedFields,
  after: changedFields,
  changedAt: z.date(),
  requestedByName: z.string().nullable(),
  decidedByName: z.string().nullable(),
});
