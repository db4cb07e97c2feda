import { type EntryRow, postJournalEntriesSql } from "@revio-wallet/db/sql/post-journal-entries";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant, InvariantViolation } from "../errors.ts";
import type { LedgerAccountCode } from "./chart-of-accounts.ts";
import type { JournalEntry } from "./journal-entry.ts";

/** What became of one entry. */
export type PostingResult =
  | { outcome: "posted"; journalEntryId: string }
  /** The same entry was posted before; nothing was written now. */
  | { outcome: "duplicate"; journalEntryId: string }
  /** A user account would fall below zero; nothing was written. */
  | { outcome: "insufficient_funds"; account: LedgerAccountCode };

/**
 * Writes 1 to 100 journal entries in one round trip, in order, each judged on what those before it left. The one way
 * into the ledger: it locks the user accounts in sorted order, moves their balances, and writes entries and postings.
 *
 * @throws InvariantViolation if a key was posted before with other content
 */
export async function postJournalEntries(
  ctx: Pick<Context, "clock" | "ids">,
  tx: Tx,
  entries: JournalEntry[],
): Promise<PostingResult[]> {
  const now = ctx.clock.now();
  const rows = await postJournalEntriesSql(
    tx,
    entries.map((entry) => ({
      id: ctx.ids.uuid(now),
      key: entry.key,
      event: entry.event,
      transactionId: entry.transactionId ?? null,
      occurredAt: entry.occurredAt.toISOString(),
      postedAt: now.toISOString(),
      postings: entry.postings.map(({ account, direction, amountMinor }) => ({
        account,
        direction,
        amountMinor: amountMinor.toString(),
      })),
    })),
  );
  invariant(rows.length === entries.length, "one result per entry");
  return rows.map((row, index) => toResult(row, entries[index]?.key ?? ""));
}

function toResult({ outcome, journalEntryId, reason }: EntryRow, key: string): PostingResult {
  if (outcome === "conflict") {
    throw new InvariantViolation(`${key} was posted before with other content`);
  }
  if (outcome === "insufficient_funds") {
    return { outcome, account: reason as LedgerAccountCode };
  }
  invariant(journalEntryId !== null, "a posted entry has an id");
  return { outcome, journalEntryId };
}

/** Posts one entry that must fit: a shortfall here is a defect, not a customer's error. Runs again without effect. */
export async function postJournalEntry(
  ctx: Pick<Context, "clock" | "ids">,
  tx: Tx,
  entry: JournalEntry,
): Promise<void> {
  const [result] = await postJournalEntries(ctx, tx, [entry]);
  invariant(
    result !== undefined && result.outcome !== "insufficient_funds",
    `${entry.key} does not fit the accounts it moves`,
  );
}
