import { deleteSavedView, lockSavedView } from "@revio-wallet/db/sql/saved-views";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Deletes a view of one's own. Deleting twice answers the second time that there is none.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, also for somebody else's
 */
export async function deleteView(ctx: Context, input: { viewId: string }): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "views.use");
    const view = await lockSavedView(tx, input.viewId);
    if (view?.ownerId !== ctx.actor.id) throw notFound("view");
    await deleteSavedView(tx, view.id);
    await recordAuditEvent(ctx, tx, {
      action: "view.deleted",
      subjectKind: "view",
      subjectId: view.id,
      details: { list: view.list, name: view.name, isShared: view.isShared },
    });
  });
}
