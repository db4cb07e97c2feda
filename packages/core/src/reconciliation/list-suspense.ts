import {
  findSuspensePayments,
  type SuspensePaymentRow,
} from "@revio-wallet/db/sql/suspense-payments";
import { heldOf } from "../approval/suspense-release.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";

/** A payment that nobody may be credited with, and what of it is held now, minor units. */
export type SuspensePayment = SuspensePaymentRow & { heldMinor: bigint };

/**
 * Payments in suspense, the longest held first; or those that have left it.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listSuspense(
  ctx: Context,
  filter: { state: "held" | "released"; cursor?: string | undefined; limit: number },
): Promise<Page<SuspensePayment>> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const place = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  const rows = await findSuspensePayments(ctx.pool, {
    isHeld: filter.state === "held",
    after: place && { heldAt: place.createdAt, purchaseId: place.id },
    limit: filter.limit + 1,
  });
  const items = rows
    .slice(0, filter.limit)
    .map((row) => ({ ...row, heldMinor: row.releasedAt === null ? heldOf(row) : 0n }));
  const last = rows.length > filter.limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last ? encodeCursor({ createdAt: last.heldAt, id: last.purchaseId }) : null,
  };
}
