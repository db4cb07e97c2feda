import { type EntryLineRow, findEntryLines } from "@revio-wallet/db/sql/transaction-entries";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** A journal entry as an accountant reads it. Minor units. */
export interface TransactionEntry {
  id: string;
  event: string;
  occurredAt: Date;
  postedAt: Date;
  /** `pending`: a reserve that is not settled or released yet. */
  stage: "pending" | "posted";
  postings: Omit<
    EntryLineRow,
    "journalEntryId" | "sequence" | "event" | "transactionId" | "occurredAt" | "postedAt"
  >[];
  /** Computed from the postings. */
  totals: { currency: string; debitMinor: bigint; creditMinor: bigint; isBalanced: boolean }[];
  /** Entries that this one takes back, in whole or in part, and those that take it back. */
  reverses: EntryLink[];
  reversedBy: EntryLink[];
}

interface EntryLink {
  entryId: string;
  event: string;
  transactionId: string;
}

/** What takes back what. A refund and a chargeback may take back a part. */
const reversals: Record<string, string> = {
  "withdrawal.released": "withdrawal.reserved",
  "withdrawal.return_received": "withdrawal.completed",
  "withdrawal.return_credited": "withdrawal.completed",
  "chargeback.reversed": "deposit.charged_back",
  "deposit.charged_back": "deposit.completed",
  "deposit.refunded": "deposit.completed",
};

/**
 * The journal entries of a transaction as debits and credits, in the order of posting, with totals and what reverses what.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function readTransactionEntries(
  ctx: Pick<Context, "pool" | "actor">,
  input: { transactionId: string },
): Promise<TransactionEntry[]> {
  const { transactionId } = input;
  const lines = await withSnapshot(
    ctx.pool,
    async (db) => {
      await requireOperator(ctx, db, "transactions.view");
      if ((await findTransaction(db, transactionId)) === undefined) throw notFound("transaction");
      return findEntryLines(db, transactionId);
    },
    { timeoutSeconds: 15 },
  );
  const all = groupBy(lines, ({ journalEntryId }) => journalEntryId);
  const links = all.flatMap(([first]) =>
    first === undefined
      ? []
      : [{ entryId: first.journalEntryId, event: first.event, transactionId: first.transactionId }],
  );
  return all
    .filter(([first]) => first?.transactionId === transactionId)
    .map((entryLines) => toEntry(entryLines, links));
}

function toEntry(lines: EntryLineRow[], all: EntryLink[]): TransactionEntry {
  const [first] = lines;
  if (first === undefined) throw new Error("a journal entry has postings");
  const { journalEntryId, event, transactionId, occurredAt, postedAt } = first;
  const isOther = ({ entryId }: EntryLink) => entryId !== journalEntryId;
  const reverses = all.filter((one) => isOther(one) && reversals[event] === one.event);
  const reversedBy = all.filter((one) => isOther(one) && reversals[one.event] === event);
  const isSettled = all.some(
    (one) =>
      one.transactionId === transactionId &&
      (one.event === "withdrawal.released" || one.event === "withdrawal.completed"),
  );
  return {
    id: journalEntryId,
    event,
    occurredAt,
    postedAt,
    stage: event === "withdrawal.reserved" && !isSettled ? "pending" : "posted",
    postings: lines.map((line) => ({
      postingId: line.postingId,
      accountId: line.accountId,
      accountCode: line.accountCode,
      accountName: line.accountName,
      accountType: line.accountType,
      userId: line.userId,
      currency: line.currency,
      direction: line.direction,
      amountMinor: line.amountMinor,
      balanceBeforeMinor: line.balanceBeforeMinor,
      balanceAfterMinor: line.balanceAfterMinor,
    })),
    totals: totalsOf(lines),
    reverses,
    reversedBy,
  };
}

function totalsOf(lines: EntryLineRow[]): TransactionEntry["totals"] {
  return groupBy(lines, ({ currency }) => currency).map((ofCurrency) => {
    const currency = ofCurrency[0]?.currency ?? "";
    const sum = (side: EntryLineRow["direction"]) =>
      ofCurrency
        .filter(({ direction }) => direction === side)
        .reduce((total, { amountMinor }) => total + amountMinor, 0n);
    const [debitMinor, creditMinor] = [sum("debit"), sum("credit")];
    return { currency, debitMinor, creditMinor, isBalanced: debitMinor === creditMinor };
  });
}

function groupBy(lines: EntryLineRow[], keyOf: (line: EntryLineRow) => string): EntryLineRow[][] {
  const groups = new Map<string, EntryLineRow[]>();
  for (const line of lines) {
    const group = groups.get(keyOf(line));
    if (group === undefined) groups.set(keyOf(line), [line]);
    else group.push(line);
  }
  return [...groups.values()];
}
