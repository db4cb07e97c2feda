import { readStatementBalances, readStatementPage } from "@revio-wallet/db/sql/account-statements";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { checkPeriod, type Period } from "../period.ts";
import type { Page } from "../transaction/page-cursor.ts";
import { decodePostingCursor, encodePostingCursor } from "./posting-cursor.ts";

/** The period is that of posting. */
export interface StatementFilter extends Period {
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/** A line of a statement; amounts in minor units, balances in the account's normal side. */
export interface StatementLine {
  id: bigint;
  accountCode: string;
  accountName: string;
  direction: "debit" | "credit";
  amountMinor: bigint;
  /** Of the line's account, behind this line. */
  balanceAfterMinor: bigint;
  currency: string;
  journalEntryId: string;
  event: string;
  transactionId: string | null;
  transactionReference: string | null;
  postedAt: Date;
}

/** What an account held before the first line of the period, and behind the last one. */
export interface StatementBalances {
  accountCode: string;
  accountName: string;
  currency: string;
  normalSide: "debit" | "credit";
  openingMinor: bigint;
  closingMinor: bigint;
}

export interface Statement extends Page<StatementLine> {
  accounts: StatementBalances[];
}

/**
 * Postings of some accounts, the newest first, with running balances, opening and closing: opening and all lines of the
 * period make closing. In order of the time of posting, which may differ by moments from the order in which the stored
 * running balances came to be.
 *
 * @throws DomainError INVALID_INPUT for a cursor that is not ours, or a period that ends before it begins
 */
export async function readStatement(
  ctx: Pick<Context, "pool">,
  accountCodes: readonly string[],
  filter: StatementFilter,
): Promise<Statement> {
  const { from, to, limit } = filter;
  checkPeriod(filter);
  const before = filter.cursor === undefined ? undefined : decodePostingCursor(filter.cursor);
  return withSnapshot(
    ctx.pool,
    async (db) => {
      const balances = await readStatementBalances(db, { accountCodes, from, to });
      const page = { accountCodes, from, to, before, limit: limit + 1 };
      const rows = await readStatementPage(db, page);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        accounts: balances.map((row) => ({
          accountCode: row.code,
          accountName: row.name,
          currency: row.currency,
          normalSide: row.normalSide,
          openingMinor: BigInt(row.openingMinor),
          closingMinor: BigInt(row.closingMinor),
        })),
        items: items.map((row) => ({ ...row, balanceAfterMinor: BigInt(row.balanceAfterMinor) })),
        nextCursor: last === undefined ? null : encodePostingCursor(last),
      };
    },
    { timeoutSeconds: 15 },
  );
}
