import { endSessions } from "@revio-wallet/db/sql/sessions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireUser } from "./require-user.ts";

/**
 * The user ends one session of theirs: the lost telephone in "your devices".
 *
 * @throws DomainError NOT_FOUND if it is not theirs, or not open
 */
export async function endSession(ctx: Context, input: { sessionId: string }): Promise<void> {
  const { id: userId } = requireUser(ctx);
  await withTransaction(ctx.pool, async (tx) => {
    const ended = await endSessions(tx, {
      userId,
      id: input.sessionId,
      endedAt: ctx.clock.now(),
      reason: "revoked",
    });
    if (ended === 0) throw notFound("session");
    await recordAuditEvent(ctx, tx, {
      action: "session.ended",
      subjectKind: "session",
      subjectId: input.sessionId,
      details: { reason: "revoked" },
    });
  });
}
