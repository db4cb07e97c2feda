import { endSessions } from "@revio-wallet/db/sql/sessions";
import { lockUser, updatePassword } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import type { RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { requireUser } from "../session/require-user.ts";
import { confirmPassword } from "./confirm-password.ts";
import { hashPassword } from "./password-hash.ts";
import { acceptPassword } from "./password-policy.ts";
import { readUserDetails } from "./user-details.ts";

/**
 * The user replaces the password; every other session of theirs ends. Operators have no way to set one.
 *
 * @throws DomainError INVALID_CREDENTIALS, INVALID_INPUT, RATE_LIMITED, BUSY, WRONG_STATE
 */
export async function changePassword(
  ctx: Context & RateLimitContext,
  input: { currentPassword: string; newPassword: string },
): Promise<{ endedSessions: number }> {
  const { id, sessionId } = requireUser(ctx);
  const { user, attempt } = await confirmPassword(ctx, input.currentPassword);
  await attempt.withdrawn();
  const { email, fullName } = await readUserDetails(ctx, ctx.pool, user);
  const accepted = acceptPassword(input.newPassword, [email, fullName]);
  const passwordHash = await hashPassword(ctx, accepted);
  const now = ctx.clock.now();

  return withTransaction(ctx.pool, async (tx) => {
    const locked = await lockUser(tx, id);
    if (locked?.passwordHash !== user.passwordHash) {
      // Another change, or a newer hash of the same password, came in between.
      throw new DomainError("WRONG_STATE", "The password was changed meanwhile. Try again.");
    }
    await updatePassword(tx, { userId: id, passwordHash, changedAt: now });
    const endedSessions = await endSessions(tx, {
      userId: id,
      exceptId: sessionId,
      endedAt: now,
      reason: "password_changed",
    });
    await recordAuditEvent(ctx, tx, {
      action: "user.password_changed",
      subjectKind: "user",
      subjectId: id,
      details: { endedSessions },
    });
    return { endedSessions };
  });
}
