import type { Tx } from "../with-transaction.ts";

/** Parameter of the SQL function of the same name; amounts as text, times as ISO 8601. */
export interface EntryParameter {
  id: string;
  key: string;
  event: string;
  transactionId: string | null;
  occurredAt: string;
  postedAt: string;
  postings: { account: string; direction: "debit" | "credit"; amountMinor: string }[];
}

export interface EntryRow {
  outcome: "posted" | "duplicate" | "conflict" | "insufficient_funds";
  journalEntryId: string | null;
  /** With insufficient_funds: the account that would fall below zero. */
  reason: string | null;
}

/** Calls the one SQL function that writes the ledger; rows come back in the order of the entries. */
export async function postJournalEntriesSql(
  tx: Tx,
  entries: EntryParameter[],
): Promise<EntryRow[]> {
  const { rows } = await tx.query<EntryRow>({
    name: "post_journal_entries",
    text: `SELECT outcome, journal_entry_id AS "journalEntryId", reason FROM post_journal_entries($1::jsonb)`,
    values: [JSON.stringify(entries)],
  });
  return rows;
}
