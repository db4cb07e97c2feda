import type { Queryable } from "../pool.ts";

export interface JournalEntryRow {
  id: string;
  sequence: bigint;
  entryKey: string;
  event: string;
  transactionId: string | null;
  transactionReference: string | null;
  occurredAt: Date;
  postedAt: Date;
}

/** What entries are looked for by: at most one thing, so that one index gives both the rows and their order. */
export type JournalFilter =
  | { by: "everything" }
  | { by: "event" | "account" | "transaction"; value: string };

const columns = `e.id, e.sequence, e.entry_key AS "entryKey", e.event, e.transaction_id AS "transactionId",
  t.reference AS "transactionReference", e.occurred_at AS "occurredAt", e.posted_at AS "postedAt"`;

const entries = { from: "journal_entries e", at: "e.posted_at", id: "e.id" };
/** By an account the order is read from its postings, which bear the time of their entry. */
const sources = {
  everything: { ...entries, where: "" },
  event: { ...entries, where: "e.event = $6 AND" },
  transaction: { ...entries, where: "e.transaction_id = $6::uuid AND" },
  account: {
    from: "postings p JOIN journal_entries e ON e.id = p.journal_entry_id",
    at: "p.posted_at",
    id: "p.journal_entry_id",
    where: "p.ledger_account_id = (SELECT a.id FROM ledger_accounts a WHERE a.code = $6) AND",
  },
};

/** Journal entries, the newest first, after a place in that order. */
export async function findJournalEntries(
  db: Queryable,
  page: {
    filter: JournalFilter;
    /** Posted at or after. */
    from: Date | undefined;
    /** Posted before. */
    to: Date | undefined;
    before: { postedAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<JournalEntryRow[]> {
  const { filter } = page;
  const { from, at, id, where } = sources[filter.by];
  const { rows } = await db.query<JournalEntryRow>(
    `SELECT ${columns} FROM ${from} LEFT JOIN transactions t ON t.id = e.transaction_id
     WHERE ${where} ($1::timestamptz IS NULL OR ${at} >= $1) AND ($2::timestamptz IS NULL OR ${at} < $2)
       AND ($3::timestamptz IS NULL OR (${at}, ${id}) < ($3, $4::uuid))
     ORDER BY ${at} DESC, ${id} DESC LIMIT $5`,
    [
      page.from ?? null,
      page.to ?? null,
      page.before?.postedAt ?? null,
      page.before?.id ?? null,
      page.limit,
      ...("value" in filter ? [filter.value] : []),
    ],
  );
  return rows;
}

export interface PostingRow {
  id: bigint;
  journalEntryId: string;
  accountCode: string;
  accountName: string;
  accountType: "asset" | "liability" | "income" | "expense";
  normalSide: "debit" | "credit";
  /** Null: an account of the house. */
  userId: string | null;
  currency: string;
  direction: "debit" | "credit";
  amountMinor: bigint;
  /** User accounts only. */
  balanceBeforeMinor: bigint | null;
  balanceAfterMinor: bigint | null;
}

/** The postings of some entries, each entry's in the order in which they were written. */
export async function findPostings(
  db: Queryable,
  journalEntryIds: readonly string[],
): Promise<PostingRow[]> {
  const { rows } = await db.query<PostingRow>(
    `SELECT p.id, p.journal_entry_id AS "journalEntryId", a.code AS "accountCode", a.name AS "accountName", a.type AS "accountType",
            a.normal_side AS "normalSide", a.user_id AS "userId", p.currency, p.direction, p.amount_minor AS "amountMinor",
            p.balance_before_minor AS "balanceBeforeMinor", p.balance_after_minor AS "balanceAfterMinor"
     FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE p.journal_entry_id = ANY ($1::uuid[]) ORDER BY p.journal_entry_id, p.id`,
    [journalEntryIds],
  );
  return rows;
}

export async function findJournalEntry(
  db: Queryable,
  id: string,
): Promise<JournalEntryRow | undefined> {
  const { rows } = await db.query<JournalEntryRow>(
    `SELECT ${columns} FROM journal_entries e LEFT JOIN transactions t ON t.id = e.transaction_id WHERE e.id = $1`,
    [id],
  );
  return rows[0];
}

export interface EntryLinkRow {
  position: bigint;
  chainedAt: Date;
  itemHash: Buffer;
  chainHash: Buffer;
  /** The hash of what the entry says now. Differs from `itemHash` if it was changed since. */
  hashNow: Buffer;
}

/** Where an entry stands in the journal's hash chain; undefined until the chain has come to it. */
export async function findEntryLink(
  db: Queryable,
  sequence: bigint,
): Promise<EntryLinkRow | undefined> {
  const { rows } = await db.query<EntryLinkRow>(
    `SELECT position, chained_at AS "chainedAt", item_hash AS "itemHash", chain_hash AS "chainHash", journal_entry_hash($1) AS "hashNow"
     FROM chain_links WHERE stream = 'journal' AND item_sequence = $1`,
    [sequence],
  );
  return rows[0];
}

export interface EntryOriginRow {
  /** The approval that an adjustment rests on. */
  approvalId: string | null;
  /** The break that the entry resolved. */
  breakId: string | null;
}

/** What an entry rests on, apart from its transaction. */
export async function findEntryOrigins(
  db: Queryable,
  entry: { id: string; approvalId: string | null },
): Promise<EntryOriginRow> {
  const { rows } = await db.query<EntryOriginRow>(
    `SELECT (SELECT p.id FROM approvals p WHERE p.id = $2::uuid) AS "approvalId",
            (SELECT b.id FROM breaks b WHERE b.journal_entry_id = $1 ORDER BY b.resolved_at LIMIT 1) AS "breakId"`,
    [entry.id, entry.approvalId],
  );
  return rows[0] ?? { approvalId: null, breakId: null };
}
