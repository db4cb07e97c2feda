import {
  transactionKinds,
  transactionStatuses,
} from "@revio-wallet/core/transaction/transaction-status";
import { z } from "zod";
import { id, text } from "./input.ts";
import { transactionOutput } from "./outputs.ts";

/** What operators may narrow transactions by; what is left out does not narrow. */
export const transactionsFilterInput = {
  kinds: z.array(z.enum(transactionKinds)).min(1).max(transactionKinds.length).optional(),
  statuses: z.array(z.enum(transactionStatuses)).min(1).max(transactionStatuses.length).optional(),
  /** Minor units, both included. */
  minAmountMinor: z
    .bigint()
    .nonnegative()
    .max(2n ** 63n - 1n)
    .optional(),
  maxAmountMinor: z
    .bigint()
    .nonnegative()
    .max(2n ** 63n - 1n)
    .optional(),
  /** Created at or after. */
  from: z.date().optional(),
  /** Created before. */
  to: z.date().optional(),
  userId: id.optional(),
  /** The beginning of a reference: "DEP-7K3M". */
  referencePrefix: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9-]{1,18}$/, { error: "A reference has letters, digits and dashes." })
    .optional(),
  failureCode: z
    .string()
    .regex(/^[a-z_]{1,60}$/, { error: "A failure code has small letters and underscores." })
    .optional(),
  hasOpenBreak: z.literal(true).optional(),
};

export const listedTransactionOutput = transactionOutput.extend({
  userId: z.string(),
  /** How many breaks about it are open. */
  openBreaks: z.int().nonnegative(),
});

const attemptOutput = z.object({
  id: z.string(),
  object: z.enum(["purchase", "payout"]),
  /** Revio's id; null: it was not told, or there is none. */
  objectId: z.string().nullable(),
  attempt: z.int(),
  state: z.string(),
  providerStatus: z.string().nullable(),
  errorCode: z.string().nullable(),
  createSentAt: z.date(),
  executeSentAt: z.date().nullable(),
  lastReadAt: z.date().nullable(),
});

const approvalOutput = z.object({
  id: z.string(),
  kind: z.enum(["withdrawal", "adjustment", "payout_resolution"]),
  state: z.enum(["requested", "approved", "rejected", "withdrawn", "expired"]),
  amountMinor: z.bigint().nullable(),
  currency: z.string().nullable(),
  /** A user for a withdrawal, an operator otherwise. */
  requestedBy: z.string(),
  requestedAt: z.date(),
  requestReason: z.string().nullable(),
  expiresAt: z.date().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.date().nullable(),
  reason: z.string().nullable(),
});

export const inspectedTransactionOutput = z.object({
  transaction: transactionOutput.extend({ userId: z.string(), expiresAt: z.date().nullable() }),
  user: z.object({
    id: z.string(),
    status: z.string(),
    outgoingFrozenAt: z.date().nullable(),
    outgoingFrozenReason: z.string().nullable(),
  }),
  bankAccount: z
    .object({
      id: z.string(),
      status: z.string(),
      bankName: z.string(),
      branchCode: z.string(),
      accountType: z.string(),
      /** All that is shown of the number. */
      lastFour: z.string(),
    })
    .nullable(),
  request: z
    .object({ idempotencyKey: z.string(), at: z.date(), answeredAt: z.date().nullable() })
    .nullable(),
  attempts: z.array(attemptOutput),
  breaks: z.array(
    z.object({
      id: z.string(),
      class: z.string(),
      severity: z.enum(["notice", "warning", "critical"]),
      state: z.enum(["open", "resolved"]),
      openedAt: z.date(),
      resolvedAt: z.date().nullable(),
    }),
  ),
  approvals: z.array(approvalOutput),
  suspense: z.array(
    z.object({
      purchaseId: z.string(),
      reason: z.string(),
      amountMinor: z.bigint(),
      refundedMinor: z.bigint(),
      currency: z.string(),
      heldAt: z.date(),
      releasedAt: z.date().nullable(),
    }),
  ),
  related: z.array(
    z.object({
      id: z.string(),
      reference: z.string(),
      kind: z.enum(transactionKinds),
      status: z.enum(transactionStatuses),
      amountMinor: z.bigint(),
      currency: z.string(),
      createdAt: z.date(),
    }),
  ),
  /** When a job will look at it next, of those that wait. */
  nextJob: z.object({ queue: z.string(), at: z.date() }).nullable(),
  operators: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What this operator may do about it as it stands now, or why not. */
  actions: z.array(
    z.object({
      action: z.enum([
        "cancel_withdrawal",
        "approve_withdrawal",
        "reject_withdrawal",
        "request_payout_resolution",
        "decide_payout_resolution",
        "request_adjustment",
        "add_note",
      ]),
      isAllowed: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
});

export const timelineEntryOutput = z.object({
  /** Unique within the timeline, and the same whenever it is read. */
  id: z.string(),
  at: z.date(),
  kind: z.enum([
    "request",
    "status",
    "journal_entry",
    "provider_call",
    "provider_event",
    "job",
    "approval",
    "break",
    "operator_action",
    "note",
  ]),
  /** Stable word: "deposit.completed". */
  what: z.string(),
  /** For people, in one line. */
  words: z.string(),
  actor: z.object({
    kind: z.enum(["user", "operator", "system", "provider"]),
    id: z.string().nullable(),
    /** Of operators. */
    name: z.string().nullable(),
  }),
  reason: z.string().nullable(),
  /** Joins it with the log and with whatever else the same request did. */
  requestId: z.string().nullable(),
  link: z.object({ noun: z.string(), id: z.string() }).nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const entryLinkOutput = z.object({
  entryId: z.string(),
  event: z.string(),
  transactionId: z.string(),
});

export const transactionEntryOutput = z.object({
  id: z.string(),
  event: z.string(),
  occurredAt: z.date(),
  postedAt: z.date(),
  /** `pending`: a reserve that is not settled or released yet. */
  stage: z.enum(["pending", "posted"]),
  postings: z.array(
    z.object({
      postingId: z.bigint(),
      accountId: z.bigint(),
      accountCode: z.string(),
      accountName: z.string(),
      accountType: z.string(),
      userId: z.string().nullable(),
      currency: z.string(),
      direction: z.enum(["debit", "credit"]),
      amountMinor: z.bigint().positive(),
      balanceBeforeMinor: z.bigint().nullable(),
      balanceAfterMinor: z.bigint().nullable(),
    }),
  ),
  /** Computed from the postings. */
  totals: z.array(
    z.object({
      currency: z.string(),
      debitMinor: z.bigint(),
      creditMinor: z.bigint(),
      isBalanced: z.boolean(),
    }),
  ),
  reverses: z.array(entryLinkOutput),
  reversedBy: z.array(entryLinkOutput),
});

export const transactionNoteInput = text({ min: 1, max: 2_000 });

export const transactionNoteOutput = z.object({
  id: z.string(),
  transactionId: z.string(),
  operatorId: z.string(),
  note: z.string(),
  createdAt: z.date(),
});

export const bulkPreviewOutput = z.object({
  /** What to hand to the action: just these, whatever matches by then. */
  eligible: z.object({
    transactionIds: z.array(z.string()),
    totals: z.array(z.object({ currency: z.string(), amountMinor: z.bigint() })),
  }),
  notEligible: z.array(z.object({ transactionId: z.string(), reason: z.string() })),
  /** More match than one call takes. */
  isMore: z.boolean(),
});

/** What became of each row of a bulk action. */
export const bulkResultOutput = z.object({
  results: z.array(
    z.object({
      transactionId: z.string(),
      outcome: z.enum(["done", "not_eligible", "failed"]),
      /** Why not, for people. */
      reason: z.string().nullable(),
    }),
  ),
});
