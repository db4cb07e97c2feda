import {
  lockSavedView,
  type SavedViewRow,
  upsertSavedView,
  type ViewFilters,
} from "@revio-wallet/db/sql/saved-views";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { DatabaseError } from "pg";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { filtersSha256, normaliseFilters } from "./normalise-filters.ts";

export interface ViewToSave {
  /** Made by the client: the same again changes that view, and writes no second one. */
  viewId: string;
  list: string;
  name: string;
  description: string | null;
  isShared: boolean;
  filters: ViewFilters;
}

const duplicates: Record<string, string> = {
  saved_views_own_name_key: "You have a view of this name. Choose another name.",
  saved_views_own_filters_key: "You have a view with just these filters.",
  saved_views_shared_filters_idx: "A view with just these filters is shared already.",
};

/**
 * Keeps the filters of a list under a name, for oneself or for everybody; its owner may change it.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND for somebody else's, DUPLICATE for a name or filters that are there already
 */
export async function saveView(ctx: Context, input: ViewToSave): Promise<SavedViewRow> {
  try {
    return await withTransaction(ctx.pool, (tx) => save(ctx, tx, input));
  } catch (error) {
    const constraint = error instanceof DatabaseError ? (error.constraint ?? "") : "";
    const message = duplicates[constraint];
    if (message === undefined) throw error;
    throw new DomainError("DUPLICATE", message, { cause: error });
  }
}

async function save(ctx: Context, tx: Tx, input: ViewToSave): Promise<SavedViewRow> {
  await requireOperator(ctx, tx, "views.use");
  const { viewId, list, name, description, isShared } = input;
  const before = await lockSavedView(tx, viewId);
  const ownerId = ctx.actor.id;
  if (before !== undefined && (before.ownerId !== ownerId || before.list !== list)) {
    throw notFound("view");
  }
  const filters = normaliseFilters(input.filters);
  const now = ctx.clock.now();
  const row: SavedViewRow = {
    id: viewId,
    ownerId,
    list,
    name,
    description,
    isShared,
    filters,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  await upsertSavedView(tx, { ...row, filtersSha256: filtersSha256(filters) });
  await recordAuditEvent(ctx, tx, {
    action: before === undefined ? "view.saved" : "view.changed",
    subjectKind: "view",
    subjectId: viewId,
    // Not the filters: they may name a person.
    details: {
      list,
      ...(before?.name === name ? {} : { nameBefore: before?.name ?? null, name }),
      ...(before?.isShared === isShared
        ? {}
        : { isSharedBefore: before?.isShared ?? null, isShared }),
    },
  });
  return row;
}
