import { unfreezeUserOutgoing } from "@revio-wallet/db/sql/freeze-user-outgoing";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { submitQueued } from "../withdrawal/submit-queued.ts";

/**
 * Lets money leave a user's account again, after somebody has looked, and sends what waited for that on its way. Nothing
 * lifts a freeze but this. Unfreezing twice changes nothing.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function unfreezeOutgoing(
  ctx: Context,
  input: { userId: string; reason: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.unfreeze");
    if ((await lockUser(tx, input.userId)) === undefined) throw notFound("user");
    const frozenFor = await unfreezeUserOutgoing(tx, { userId: input.userId, at: ctx.clock.now() });
    if (frozenFor === undefined) return;
    const waiting = await submitQueued(ctx, tx, { userId: input.userId });
    await recordAuditEvent(ctx, tx, {
      action: "user.outgoing_unfrozen",
      subjectKind: "user",
      subjectId: input.userId,
      details: { reason: input.reason, frozenFor, waiting },
    });
  });
}
