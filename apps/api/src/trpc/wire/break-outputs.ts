import {
  ageBuckets,
  breakActions,
  breakReasons,
} from "@revio-wallet/core/reconciliation/break-actions";
import { z } from "zod";
import { breakNoteOutput, breakOutput } from "./operator-outputs.ts";

export const breakClass = z.enum([
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
]);
export const breakSeverity = z.enum(["notice", "warning", "critical"]);
export const ageBucket = z.enum(ageBuckets);

export const listedBreakOutput = breakOutput.extend({
  /** Why it needs a person. */
  why: z.enum(breakReasons),
  ownerName: z.string().nullable(),
  openApprovalId: z.string().nullable(),
});

export const breakDetailsOutput = listedBreakOutput.extend({
  notes: z.array(breakNoteOutput.extend({ operatorName: z.string() })),
  /** What can be done about it. */
  actions: z.array(z.enum(breakActions)),
  runs: z.array(
    z.object({ id: z.string(), kind: z.string(), windowFrom: z.date(), windowTo: z.date() }),
  ),
});

export const breakSummaryOutput = z.array(
  z.object({
    class: breakClass,
    severity: breakSeverity,
    age: ageBucket,
    currency: z.string().nullable(),
    count: z.number(),
    amountMinor: z.bigint(),
  }),
);

const compared = { label: z.string(), differs: z.boolean() };

export const comparisonOutput = z.object({
  fields: z.array(
    z.discriminatedUnion("format", [
      z.object({
        ...compared,
        format: z.literal("text"),
        expected: z.string().nullable(),
        actual: z.string().nullable(),
      }),
      z.object({
        ...compared,
        format: z.literal("time"),
        expected: z.date().nullable(),
        actual: z.date().nullable(),
      }),
      z.object({
        ...compared,
        format: z.literal("money"),
        expected: z.bigint().nullable(),
        actual: z.bigint().nullable(),
        currency: z.string(),
      }),
    ]),
  ),
  /** Revio's less the ledger's. */
  difference: z
    .object({ amountMinor: z.bigint(), currency: z.string(), basisPoints: z.number().nullable() })
    .nullable(),
  line: z.object({ runId: z.string(), lineNo: z.bigint() }).nullable(),
  candidates: z.array(
    z.object({
      breakId: z.string().nullable(),
      version: z.number().nullable(),
      transactionId: z.string().nullable(),
      subject: z.string(),
      amountMinor: z.bigint().nullable(),
      currency: z.string().nullable(),
      openedAt: z.date().nullable(),
      /** Of 100. */
      score: z.number(),
      why: z.array(z.string()),
    }),
  ),
});

export const rowResultsOutput = z.array(
  z.object({
    breakId: z.string(),
    outcome: z.enum(["done", "not_eligible"]),
    why: z.string().nullable(),
  }),
);

export const lineVerdict = z.enum(["matched", "break", "ignored"]);

export const runFiguresOutput = z.object({
  /** They add up to the file: by number, and by value (money in less money out). */
  lines: z.array(
    z.object({
      verdict: lineVerdict.nullable(),
      currency: z.string(),
      count: z.number(),
      amountMinor: z.bigint(),
    }),
  ),
  /** What the run has seen, first or again. */
  breaks: z.array(
    z.object({
      class: breakClass,
      state: z.enum(["open", "resolved"]),
      currency: z.string().nullable(),
      count: z.number(),
      amountMinor: z.bigint(),
    }),
  ),
});

export const runLineOutput = z.object({
  lineNo: z.bigint(),
  product: z.string(),
  objectId: z.string(),
  relatedTo: z.string(),
  reference: z.string(),
  status: z.string(),
  currency: z.string(),
  isOutgoing: z.boolean(),
  amountMinor: z.bigint(),
  feeMinor: z.bigint(),
  occurredAt: z.date(),
  matchMethod: z.string().nullable(),
  matchScore: z.number().nullable(),
  transactionId: z.string().nullable(),
  verdict: lineVerdict.nullable(),
});

export const suspensePaymentOutput = z.object({
  /** Revio's. */
  purchaseId: z.string(),
  transactionId: z.string().nullable(),
  reason: z.enum(["amount_mismatch", "second_purchase", "unknown_purchase"]),
  amountMinor: z.bigint(),
  providerFeeMinor: z.bigint(),
  refundedMinor: z.bigint(),
  chargedBack: z.boolean(),
  /** In suspense now. */
  heldMinor: z.bigint(),
  currency: z.string(),
  heldAt: z.date(),
  releasedAt: z.date().nullable(),
  /** The approval by which it left; null: it is held, or turned out to be the deposit's. */
  releasedBy: z.string().nullable(),
});
