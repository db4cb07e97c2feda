import { endSessions } from "@revio-wallet/db/sql/sessions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireUser } from "./require-user.ts";

/** Ends all sessions of the user, or all but the one that asks. */
export async function signOutEverywhere(
  ctx: Context,
  input: { keepCurrent?: boolean | undefined } = {},
): Promise<{ endedSessions: number }> {
  const { id: userId, sessionId } = requireUser(ctx);
  return withTransaction(ctx.pool, async (tx) => {
    const endedSessions = await endSessions(tx, {
      userId,
      exceptId: input.keepCurrent === true ? sessionId : undefined,
      endedAt: ctx.clock.now(),
      reason: "signed_out",
    });
    await recordAuditEvent(ctx, tx, {
      action: "sessions.ended",
      subjectKind: "user",
      subjectId: userId,
      details: { reason: "signed_out", endedSessions },
    });
    return { endedSessions };
  });
}
