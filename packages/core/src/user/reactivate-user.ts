import { lockUser, updateUserStatus } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { submitQueued } from "../withdrawal/submit-queued.ts";

/**
 * An operator lets a suspended user in again, and withdrawals that waited for that go out. Sessions from before stay ended.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if the user is closed
 */
export async function reactivateUser(
  ctx: Context,
  input: { userId: string; reason: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.suspend");
    const user = await lockUser(tx, input.userId);
    if (user === undefined) throw notFound("user");
    if (user.status === "active") return;
    if (user.status === "closed") throw new DomainError("WRONG_STATE", "This user is closed.");
    await updateUserStatus(tx, {
      userId: user.id,
      status: "active",
      updatedAt: ctx.clock.now(),
    });
    const waiting = await submitQueued(ctx, tx, { userId: user.id });
    await recordAuditEvent(ctx, tx, {
      action: "user.reactivated",
      subjectKind: "user",
      subjectId: user.id,
      details: { reason: input.reason, waiting },
    });
  });
}
