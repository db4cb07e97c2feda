import { endSessions } from "@revio-wallet/db/sql/sessions";
import { lockUser, updateUserStatus } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * An operator shuts a user out, at once: every session ends, and requests under way with a valid access token meet the
 * look-up that each of them makes. Money on its way is not touched; what is queued waits with its reserve. Suspending twice changes nothing.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if the user is closed
 */
export async function suspendUser(
  ctx: Context,
  input: { userId: string; reason: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.suspend");
    const user = await lockUser(tx, input.userId);
    if (user === undefined) throw notFound("user");
    if (user.status === "suspended") return;
    if (user.status === "closed") throw new DomainError("WRONG_STATE", "This user is closed.");
    const now = ctx.clock.now();
    await updateUserStatus(tx, { userId: user.id, status: "suspended", updatedAt: now });
    const endedSessions = await endSessions(tx, {
      userId: user.id,
      endedAt: now,
      reason: "user_suspended",
    });
    await recordAuditEvent(ctx, tx, {
      action: "user.suspended",
      subjectKind: "user",
      subjectId: user.id,
      details: { reason: input.reason, endedSessions },
    });
  });
}
