import { findOperatorNames } from "@revio-wallet/db/sql/operator-names";
import { findSavedViews, type SavedViewRow } from "@revio-wallet/db/sql/saved-views";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

export interface SavedView extends SavedViewRow {
  ownerName: string | null;
  isMine: boolean;
}

/**
 * The views of a list that the operator may choose from: their own, and those that others share.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listViews(
  ctx: Pick<Context, "pool" | "actor">,
  input: { list: string },
): Promise<SavedView[]> {
  await requireOperator(ctx, ctx.pool, "views.use");
  const ownerId = ctx.actor.id;
  const rows = await findSavedViews(ctx.pool, { ownerId, list: input.list });
  const names = await findOperatorNames(
    ctx.pool,
    rows.map((row) => row.ownerId),
  );
  return rows.map((row) => ({
    ...row,
    ownerName: names.get(row.ownerId) ?? null,
    isMine: row.ownerId === ownerId,
  }));
}
