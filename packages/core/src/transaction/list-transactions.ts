import type { Context } from "../context.ts";
import { after, type Page, toPage } from "./page-cursor.ts";
import { toTransaction, type Transaction } from "./transaction.ts";
import type { TransactionKind, TransactionStatus } from "./transaction-status.ts";

export interface TransactionFilter {
  userId: string;
  kinds?: TransactionKind[] | undefined;
  statuses?: TransactionStatus[] | undefined;
  /** Created at or after. */
  from?: Date | undefined;
  /** Created before. */
  to?: Date | undefined;
  minAmountMinor?: bigint | undefined;
  maxAmountMinor?: bigint | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/**
 * One page of a user's history, newest first. Pages do not shift while new transactions come in.
 *
 * @throws DomainError INVALID_INPUT for a cursor that is not ours
 */
export async function listTransactions(
  ctx: Pick<Context, "reader" | "clock">,
  filter: TransactionFilter,
): Promise<Page<Transaction>> {
  const { userId, kinds, statuses, from, to, minAmountMinor, maxAmountMinor, limit } = filter;
  const rows = await ctx.reader.transaction.findMany({
    where: {
      userId,
      ...(kinds === undefined ? {} : { kind: { in: kinds } }),
      ...(statuses === undefined ? {} : { status: { in: statuses } }),
      createdAt: {
        ...(from === undefined ? {} : { gte: from }),
        ...(to === undefined ? {} : { lt: to }),
      },
      amountMinor: {
        ...(minAmountMinor === undefined ? {} : { gte: minAmountMinor }),
        ...(maxAmountMinor === undefined ? {} : { lte: maxAmountMinor }),
      },
      ...after(filter.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const now = ctx.clock.now();
  return toPage(rows, limit, (row) => toTransaction(row, now));
}
