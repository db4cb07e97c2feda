import {
  type EntryLinkRow,
  findEntryLink,
  findEntryOrigins,
  findJournalEntry,
  findPostings,
} from "@revio-wallet/db/sql/journal";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { ListedJournalEntry } from "./list-journal-entries.ts";

/** Where an entry stands in the hash chain. Hashes in hex. */
export interface EntryLink {
  position: bigint;
  chainedAt: Date;
  itemHash: string;
  chainHash: string;
  /** Whether the entry, hashed just now, is still what was chained. */
  isIntact: boolean;
}

export interface JournalEntryDetails extends ListedJournalEntry {
  /** Null until the chain has come to it: about a minute. */
  link: EntryLink | null;
  approvalId: string | null;
  /** The break that it resolved. */
  breakId: string | null;
}

/**
 * One journal entry: its postings, its link in the hash chain, compared just now, and what it rests on.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getJournalEntry(
  ctx: Context,
  input: { journalEntryId: string },
): Promise<JournalEntryDetails> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  return withSnapshot(
    ctx.pool,
    async (db) => {
      const entry = await findJournalEntry(db, input.journalEntryId);
      if (entry === undefined) throw notFound("journal entry");
      const postings = await findPostings(db, [entry.id]);
      const link = await findEntryLink(db, entry.sequence);
      const origins = await findEntryOrigins(db, { id: entry.id, approvalId: subjectOf(entry) });
      return { ...entry, ...origins, postings, link: link === undefined ? null : toLink(link) };
    },
    { timeoutSeconds: 15 },
  );
}

/** What the entry's key names: of an adjustment, the approval that it rests on. */
function subjectOf({ event, entryKey }: { event: string; entryKey: string }): string | null {
  const subject = entryKey.slice(event.length + 1);
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(subject) ? subject : null;
}

function toLink(row: EntryLinkRow): EntryLink {
  return {
    position: row.position,
    chainedAt: row.chainedAt,
    itemHash: row.itemHash.toString("hex"),
    chainHash: row.chainHash.toString("hex"),
    isIntact: row.itemHash.equals(row.hashNow),
  };
}
