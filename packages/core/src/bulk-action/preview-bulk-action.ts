import { findTransactionsByIds } from "@revio-wallet/db/sql/transactions";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import {
  readTransactionsPage,
  type TransactionsFilter,
} from "../transaction/list-all-transactions.ts";
import { type BulkAction, mostBulkRows, obstacleTo } from "./bulk-action.ts";

export type BulkSelection =
  | { transactionIds: readonly string[] }
  /** The newest that match, as many as one call takes. */
  | { filter: TransactionsFilter };

export interface BulkPreview {
  /** What `run` takes: just these, whatever matches by then. */
  eligible: { transactionIds: string[]; totals: { currency: string; amountMinor: bigint }[] };
  notEligible: { transactionId: string; reason: string }[];
  /** More match than one call takes. */
  isMore: boolean;
}

/**
 * What a bulk action would do, with count and value; nothing is done.
 *
 * @throws DomainError FORBIDDEN
 */
export async function previewBulkAction(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: { action: BulkAction; selection: BulkSelection },
): Promise<BulkPreview> {
  const { action, selection } = input;
  await requireOperator(ctx, ctx.pool, "transactions.view");
  const page =
    "filter" in selection
      ? await readTransactionsPage(ctx, ctx.pool, selection.filter, {
          order: "newest_first",
          limit: mostBulkRows,
        })
      : {
          items: await findTransactionsByIds(ctx.pool, selection.transactionIds),
          nextCursor: null,
        };
  const judged = page.items.map((one) => ({ ...one, obstacle: obstacleTo(action, one) }));
  const eligible = judged.filter(({ obstacle }) => obstacle === null);
  const found = new Set(page.items.map(({ id }) => id));
  const missing =
    "filter" in selection ? [] : selection.transactionIds.filter((id) => !found.has(id));
  const totals = new Map<string, bigint>();
  for (const { currency, amountMinor } of eligible) {
    totals.set(currency, (totals.get(currency) ?? 0n) + amountMinor);
  }
  return {
    eligible: {
      transactionIds: eligible.map(({ id }) => id),
      totals: [...totals].map(([currency, amountMinor]) => ({ currency, amountMinor })),
    },
    notEligible: [
      ...judged.flatMap(({ id, obstacle }) =>
        obstacle === null ? [] : [{ transactionId: id, reason: obstacle }],
      ),
      ...missing.map((transactionId) => ({
        transactionId,
        reason: "There is no such transaction.",
      })),
    ],
    isMore: page.nextCursor !== null,
  };
}
