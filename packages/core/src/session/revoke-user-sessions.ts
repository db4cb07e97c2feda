import { endSessions } from "@revio-wallet/db/sql/sessions";
import { hasSession } from "@revio-wallet/db/sql/user-lists";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * An operator ends one session of a user, or all of them: over at the user's next request. What is over stays as it is, so
 * doing it twice changes nothing.
 *
 * @returns how many were open
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function revokeUserSessions(
  ctx: Context,
  input: { userId: string; sessionId?: string | undefined; reason: string },
): Promise<{ endedSessions: number }> {
  const { userId, sessionId, reason } = input;
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.endSessions");
    if ((await lockUser(tx, userId)) === undefined) throw notFound("user");
    if (sessionId !== undefined && !(await hasSession(tx, { id: sessionId, userId }))) {
      throw notFound("session");
    }
    const endedAt = ctx.clock.now();
    const ended = { userId, id: sessionId, endedAt, reason: "revoked" } as const;
    const endedSessions = await endSessions(tx, ended);
    if (endedSessions === 0) return { endedSessions };
    await recordAuditEvent(ctx, tx, {
      action: sessionId === undefined ? "user.sessions_revoked" : "user.session_revoked",
      subjectKind: "user",
      subjectId: userId,
      details: { reason, endedSessions, ...(sessionId === undefined ? {} : { sessionId }) },
    });
    return { endedSessions };
  });
}
