import { withdrawOwnApproval } from "@revio-wallet/db/sql/approvals";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { notOpen } from "./refused-by-database.ts";

/**
 * The maker takes an open proposal of theirs back. A proposal is never edited: this one ends, and another may be made.
 *
 * @throws DomainError FORBIDDEN, WRONG_STATE if it is not open (any more), or not theirs
 */
export async function withdrawRequest(
  ctx: Context,
  input: { approvalId: string; reason: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "approvals.withdraw");
    const withdrawn = await withdrawOwnApproval(tx, {
      id: input.approvalId,
      requestedBy: ctx.actor.id,
      at: ctx.clock.now(),
    });
    if (!withdrawn) throw notOpen();
    await recordAuditEvent(ctx, tx, {
      action: "approval.withdrawn",
      subjectKind: "approval",
      subjectId: input.approvalId,
      details: { reason: input.reason },
    });
  });
}
