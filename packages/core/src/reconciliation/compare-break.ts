import { findBreak, findCounterparts } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import {
  type BookedTransactionRow,
  readBookedTransactions,
} from "@revio-wallet/db/sql/reconciliation-facts";
import { findLineOfBreak, type JudgedLineRow } from "@revio-wallet/db/sql/run-figures";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { mayLink } from "./break-actions.ts";

/** One field on both sides: what the ledger expects, what Revio shows. Null: that side has nothing of it. */
export type ComparedField = { label: string; differs: boolean } & (
  | { format: "text"; expected: string | null; actual: string | null }
  | { format: "time"; expected: Date | null; actual: Date | null }
  | { format: "money"; expected: bigint | null; actual: bigint | null; currency: string }
);

/** What may be the other side of a break, and why. */
export interface BreakCandidate {
  breakId: string | null;
  version: number | null;
  transactionId: string | null;
  subject: string;
  amountMinor: bigint | null;
  currency: string | null;
  openedAt: Date | null;
  /** Of 100. */
  score: number;
  why: string[];
}

export interface BreakComparison {
  fields: ComparedField[];
  /** Revio's amount less the ledger's, and in hundredths of a per cent of the ledger's; null where one of them has none. */
  difference: { amountMinor: bigint; currency: string; basisPoints: number | null } | null;
  /** Where the line of Revio's file is. */
  line: { runId: string; lineNo: bigint } | null;
  candidates: BreakCandidate[];
}

const shownCandidates = 10;

/**
 * Both sides of a break, field by field, and what may belong to it.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function compareBreak(
  ctx: Context,
  input: { breakId: string },
): Promise<BreakComparison> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const found = await findBreak(ctx.pool, input.breakId);
  if (found === undefined) throw notFound("break");
  const { transactionId } = found;
  const transaction =
    transactionId === null ? undefined : await findTransaction(ctx.pool, transactionId);
  const [booked] = await readBookedTransactions(
    ctx.pool,
    transactionId === null ? [] : [transactionId],
  );
  const line = await findLineOfBreak(ctx.pool, { breakId: found.id, objectId: objectIdOf(found) });
  const fields = fieldsOf(found, { transaction, booked, line });
  return {
    fields,
    difference: differenceOf(fields),
    line: line === undefined ? null : { runId: line.runId, lineNo: line.lineNo },
    candidates: await candidatesFor(ctx, found),
  };
}

/** Revio's id in the subject, or in the evidence of what is filed under something of ours. */
function objectIdOf({ subject, evidence }: BreakRow): string {
  const named = evidence["objectId"];
  return typeof named === "string" ? named : subject.slice(subject.indexOf(":") + 1);
}

interface Sides {
  transaction: TransactionRow | undefined;
  booked: BookedTransactionRow | undefined;
  line: JudgedLineRow | undefined;
}

function fieldsOf(found: BreakRow, { transaction, booked, line }: Sides): ComparedField[] {
  const text = (label: string, expected: unknown, actual: unknown): ComparedField => {
    const [left, right] = [asText(expected), asText(actual)];
    return { format: "text", label, expected: left, actual: right, differs: left !== right };
  };
  const currency = line?.currency ?? booked?.currency ?? found.currency ?? "ZAR";
  const money = (
    label: string,
    expected: bigint | undefined,
    actual: bigint | undefined,
  ): ComparedField => ({
    format: "money",
    label,
    currency,
    expected: expected ?? null,
    actual: actual ?? null,
    differs: expected !== actual,
  });
  const fields = [text("What was compared", found.evidence["expected"], found.evidence["found"])];
  if (booked === undefined && line === undefined) return fields;
  const isBooked = booked !== undefined && booked.bookings > 0;
  fields.push(
    text("Provider id", booked?.settledObjectId ?? booked?.objectIds[0], line?.objectId ?? null),
    text("Reference", transaction?.reference, line?.reference),
    text("Currency", booked?.currency, line?.currency),
    money("Amount", isBooked ? booked.bookedMinor : booked?.amountMinor, line?.amountMinor),
    money("Provider fee", isBooked ? booked.bookedFeeMinor : undefined, line?.feeMinor),
    // Each side has its own words: that they differ says nothing.
    { ...text("Status", booked?.status, line?.status ?? found.evidence["object"]), differs: false },
    {
      format: "time",
      label: "Time",
      expected: transaction?.completedAt ?? transaction?.createdAt ?? null,
      actual: line?.occurredAt ?? null,
      differs: false,
    },
  );
  return fields;
}

function asText(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function differenceOf(fields: ComparedField[]): BreakComparison["difference"] {
  const amount = fields.find((one) => one.label === "Amount");
  if (amount?.format !== "money") return null;
  const { expected, actual, currency } = amount;
  if (expected === null || actual === null) return null;
  const amountMinor = actual - expected;
  const basisPoints = expected === 0n ? null : Number((amountMinor * 10_000n) / expected);
  return { amountMinor, currency, basisPoints };
}

async function candidatesFor(ctx: Context, found: BreakRow): Promise<BreakCandidate[]> {
  const guess = found.evidence["perhaps"];
  const candidates: BreakCandidate[] = [];
  if (typeof guess === "string") {
    const score = found.evidence["matchScore"];
    candidates.push({
      breakId: null,
      version: null,
      transactionId: guess,
      subject: `transaction:${guess}`,
      amountMinor: found.amountMinor,
      currency: found.currency,
      openedAt: null,
      score: typeof score === "number" ? score : 0,
      why: ["same kind", "same amount", "made at about that time"],
    });
  }
  if (found.state !== "open" || !mayLink(found)) return candidates;
  if (found.amountMinor === null || found.currency === null) return candidates;
  const counterparts = await findCounterparts(ctx.pool, {
    class: found.class === "missing_in_ledger" ? "missing_at_provider" : "missing_in_ledger",
    currency: found.currency,
    amountMinor: found.amountMinor,
    openedAt: found.openedAt,
    limit: shownCandidates,
  });
  return [...candidates, ...counterparts.filter(mayLink).map((one) => scored(found, one))];
}

const dayMs = 24 * 3_600_000;

function scored(found: BreakRow, other: BreakRow): BreakCandidate {
  const apart = Math.abs(found.openedAt.getTime() - other.openedAt.getTime());
  const days = Math.floor(apart / dayMs);
  return {
    breakId: other.id,
    version: other.version,
    transactionId: other.transactionId,
    subject: other.subject,
    amountMinor: other.amountMinor,
    currency: other.currency,
    openedAt: other.openedAt,
    // Amount alone proves little: never as sure as an id or a reference.
    score: Math.max(70 - days * 5, 40),
    why: [
      "missing on the other side",
      "same amount",
      "same currency",
      days === 0 ? "found on the same day" : `found ${days} ${days === 1 ? "day" : "days"} apart`,
    ],
  };
}
