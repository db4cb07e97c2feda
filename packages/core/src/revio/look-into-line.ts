import {
  type BookedTransactionRow,
  findOpenBreaksOfSource,
  readBookedTransactions,
} from "@revio-wallet/db/sql/reconciliation-facts";
import { type MatchableLineRow } from "@revio-wallet/db/sql/statement-matching";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { invariant } from "../errors.ts";
import type { Difference } from "../reconciliation/classify-break.ts";
import { judgeLine, kindOfLine, ownerOfLine, subjectOfLine } from "../reconciliation/judge-line.ts";
import { isCertain, type LineMatch } from "../reconciliation/match-statement-line.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import { returnWithdrawal } from "../withdrawal/return-withdrawal.ts";
import { type ActedOn, differenceOfObject, withObject } from "./compare-object.ts";
import { toldOf } from "./effect.ts";
import { released } from "./on-released-payment.ts";
import { toTheirs } from "./read-object.ts";
import type { RevioContext } from "./revio-context.ts";

/** Whether a line differs after all, and what it was found to be about. */
export interface LookedInto {
  differs: boolean;
  match: LineMatch;
}

/**
 * Looks into a line that does not agree with the ledger: reads its object back, lets the normal path act on it (so a
 * deposit whose webhook was lost is credited here), books a return of the bank, and opens a break for what is left.
 */
export async function lookIntoLine(
  ctx: RevioContext,
  runId: string,
  line: MatchableLineRow,
  match: LineMatch,
): Promise<LookedInto> {
  if (kindOfLine(line) === "unknown") return settleUnknown(ctx, runId, line, match);
  const owner = ownerOfLine(line);
  const transactionId = isCertain(match) ? match.transactionId : undefined;
  return withObject(ctx, { ...owner, transactionId }, async (tx, acted) => {
    const tied = tie(match, acted, owner.objectId);
    let ours = isCertain(tied) ? acted.ours : undefined;
    if (kindOfLine(line) === "sent_back" && ours !== undefined && tied.method === "id") {
      ours = await takeBack(ctx, tx, line, ours);
    }
    const differs = await settleComparison(ctx, tx, {
      subject: subjectOfLine(line),
      source: "statement",
      runId,
      ours,
      told: saysTheSame(line, acted) ? toldOf(acted.effect) : undefined,
      difference: whatIsLeft(line, ours, acted),
      details: {
        lineNo: line.lineNo.toString(),
        match: tied.method,
        matchScore: tied.score,
        // By amount and time: a hint for people, never acted upon.
        perhaps: isCertain(tied) ? null : tied.transactionId,
        object: toTheirs(acted.read)?.status ?? acted.read.kind,
        outcome: acted.effect?.outcome ?? acted.read.kind,
      },
    });
    return { differs, match: tied };
  });
}

async function settleUnknown(
  ctx: RevioContext,
  runId: string,
  line: MatchableLineRow,
  match: LineMatch,
): Promise<LookedInto> {
  const differs = await withTransaction(ctx.pool, (tx) =>
    settleComparison(ctx, tx, {
      subject: subjectOfLine(line),
      source: "statement",
      runId,
      difference: judgeLine(line, undefined),
      details: { lineNo: line.lineNo.toString(), status: line.status },
    }),
  );
  return { differs, match };
}

/** The normal path may have found out whose the object is: a lost answer's purchase by its metadata. */
function tie(match: LineMatch, { ours }: ActedOn, objectId: string): LineMatch {
  const isOurs = ours?.objectIds.includes(objectId) === true;
  if (match.method === "ambiguous" || !isOurs) return match;
  return { method: "id", score: 100, transactionId: ours.id };
}

/** What is told of the object is told of the line too. */
function saysTheSame({ amountMinor, currency }: MatchableLineRow, { read }: ActedOn): boolean {
  const theirs = toTheirs(read);
  return theirs?.amountMinor === amountMinor && theirs.currency === currency;
}

/** What line and ledger still disagree on, now that the object was read. */
function whatIsLeft(
  line: MatchableLineRow,
  ours: BookedTransactionRow | undefined,
  { read, effect }: ActedOn,
): Difference | undefined {
  if (effect?.outcome === released) return undefined;
  const difference = judgeLine(line, ours);
  // The word says paid, but no money moved.
  if (read.kind === "purchase" && read.purchase.markedAsPaid) return undefined;
  const isDispute = line.product === "chargeback" || line.product === "chargeback_reversal";
  // A dispute that began and ended unseen leaves lines and nothing to book: the object tells how it stands.
  if (difference !== undefined && ours !== undefined && isDispute && read.kind === "purchase") {
    return differenceOfObject(read, read.purchase.id, ours);
  }
  return difference;
}

/**
 * F20: the bank sent a payout back; Revio has no status and no event for that, the line is the evidence. Credited once, and
 * only if all of it came back for a payout that was paid once.
 */
async function takeBack(
  ctx: RevioContext,
  tx: Tx,
  line: MatchableLineRow,
  ours: BookedTransactionRow,
): Promise<BookedTransactionRow> {
  const subjects = [`payout:${ownerOfLine(line).objectId}`];
  const found = [
    ...(await findOpenBreaksOfSource(tx, { subjects, source: "statement" })),
    ...(await findOpenBreaksOfSource(tx, { subjects, source: "objects" })),
  ];
  const isDoubled = found.some((one) => one.class === "duplicate_at_provider");
  const isWhole =
    line.amountMinor === ours.amountMinor &&
    line.returnsMinor === ours.amountMinor &&
    line.currency === ours.currency;
  if (isDoubled || !isWhole || ours.returnedMinor !== 0n) return ours;
  const withdrawal = await findTransaction(tx, ours.id);
  invariant(withdrawal !== undefined, "a matched withdrawal is there");
  await returnWithdrawal(ctx, tx, { withdrawal, returnedAt: line.occurredAt });
  const [after] = await readBookedTransactions(tx, [ours.id]);
  return after ?? ours;
}
