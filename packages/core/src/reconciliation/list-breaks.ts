import { findBreaks } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import type { Context } from "../context.ts";
import { type Page, decodeCursor, encodeCursor } from "../transaction/page-cursor.ts";
import { requireOperator } from "../operator/require-operator.ts";

export interface BreakFilter {
  state: BreakRow["state"];
  ownerId?: string | undefined;
  transactionId?: string | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/**
 * One page of the operators' queue, oldest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listBreaks(ctx: Context, filter: BreakFilter): Promise<Page<BreakRow>> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const place = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  const rows = await findBreaks(ctx.pool, {
    state: filter.state,
    ownerId: filter.ownerId,
    transactionId: filter.transactionId,
    after: place && { openedAt: place.createdAt, id: place.id },
    limit: filter.limit + 1,
  });
  const items = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor({ createdAt: last.openedAt, id: last.id }),
  };
}
