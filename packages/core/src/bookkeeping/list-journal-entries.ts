import {
  findJournalEntries,
  findPostings,
  type JournalEntryRow,
  type JournalFilter,
  type PostingRow,
} from "@revio-wallet/db/sql/journal";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkPeriod, type Period } from "../period.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";

export interface ListedJournalEntry extends JournalEntryRow {
  postings: PostingRow[];
}

/** The period is that of posting. */
export interface JournalPage extends Period {
  event?: string | undefined;
  accountCode?: string | undefined;
  transactionId?: string | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/**
 * One page of the journal, the newest first, each entry with its postings. By event, by account or by transaction: one of
 * them, each within a period if one is given.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for two of these at once or for a cursor that is not ours
 */
export async function listJournalEntries(
  ctx: Context,
  page: JournalPage,
): Promise<Page<ListedJournalEntry>> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  const { from, to, limit } = page;
  checkPeriod(page);
  const place = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
  const rows = await findJournalEntries(ctx.pool, {
    filter: filterOf(page),
    from,
    to,
    before: place && { postedAt: place.createdAt, id: place.id },
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const ids = items.map(({ id }) => id);
  const postings = await findPostings(ctx.pool, ids);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => ({
      ...row,
      postings: postings.filter(({ journalEntryId }) => journalEntryId === row.id),
    })),
    nextCursor: last === undefined ? null : encodeCursor({ createdAt: last.postedAt, id: last.id }),
  };
}

function filterOf({ event, accountCode, transactionId }: JournalPage): JournalFilter {
  const asked = (
    [
      ["event", event],
      ["account", accountCode],
      ["transaction", transactionId],
    ] as const
  ).flatMap(([by, value]) => (value === undefined ? [] : [{ by, value }]));
  if (asked.length > 1) {
    throw new DomainError(
      "INVALID_INPUT",
      "Look through the journal by event, by account or by transaction: one of them at a time.",
    );
  }
  return asked[0] ?? { by: "everything" };
}
