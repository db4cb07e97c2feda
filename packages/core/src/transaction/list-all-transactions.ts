import {
  findListedTransactions,
  type TransactionListFilter,
} from "@revio-wallet/db/sql/transaction-list";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, type Page, toPage } from "./page-cursor.ts";
import { toTransaction, type Transaction } from "./transaction.ts";
import {
  statusChanges,
  type TransactionKind,
  type TransactionStatus,
} from "./transaction-status.ts";

/** What operators look for, over all users. What is left out does not narrow. */
export interface TransactionsFilter extends Omit<TransactionListFilter, "pairs"> {
  kinds?: readonly TransactionKind[] | undefined;
  statuses?: readonly TransactionStatus[] | undefined;
}

export interface ListedTransaction extends Transaction {
  userId: string;
  /** How many breaks about it are open. */
  openBreaks: number;
}

/**
 * One page of all users' transactions by time of creation. Pages do not shift while new ones come in, and cost the same at any
 * depth: every filter is served by an index.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listAllTransactions(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: TransactionsFilter & {
    order: "newest_first" | "oldest_first";
    cursor?: string | undefined;
    /** 1 to 100. */
    limit: number;
  },
): Promise<Page<ListedTransaction>> {
  await requireOperator(ctx, ctx.pool, "transactions.view");
  const { order, cursor, limit, ...filter } = input;
  return readTransactionsPage(ctx, ctx.pool, filter, { order, cursor, limit });
}

/** The same for whoever has asked for the right already. */
export async function readTransactionsPage(
  ctx: Pick<Context, "clock">,
  db: Queryable,
  filter: TransactionsFilter,
  page: { order: "newest_first" | "oldest_first"; cursor?: string | undefined; limit: number },
): Promise<Page<ListedTransaction>> {
  const rows = await findListedTransactions(db, toListFilter(filter), {
    newestFirst: page.order === "newest_first",
    after: page.cursor === undefined ? undefined : decodeCursor(page.cursor),
    limit: page.limit + 1,
  });
  const now = ctx.clock.now();
  return toPage(rows, page.limit, (row) => ({
    ...toTransaction(row, now),
    userId: row.userId,
    openBreaks: row.openBreaks,
  }));
}

/** Kinds and statuses become the pairs that there are; none if the two lists have none in common. */
export function toListFilter({
  kinds,
  statuses,
  ...rest
}: TransactionsFilter): TransactionListFilter {
  if (kinds === undefined && statuses === undefined) return rest;
  const pairs = Object.entries(statusChanges)
    .filter(([kind]) => kinds === undefined || kinds.includes(kind as TransactionKind))
    .flatMap(([kind, changes]) => Object.keys(changes).map((status) => ({ kind, status })))
    .filter(
      ({ status }) => statuses === undefined || statuses.includes(status as TransactionStatus),
    );
  return { ...rest, pairs };
}
