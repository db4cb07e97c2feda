import { endSessions } from "@revio-wallet/db/sql/sessions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireUser } from "./require-user.ts";

/** Ends the session that asks. */
export async function signOut(ctx: Context): Promise<void> {
  const { id: userId, sessionId } = requireUser(ctx);
  await withTransaction(ctx.pool, async (tx) => {
    const ended = await endSessions(tx, {
      userId,
      id: sessionId,
      endedAt: ctx.clock.now(),
      reason: "signed_out",
    });
    if (ended === 0) return;
    await recordAuditEvent(ctx, tx, {
      action: "session.ended",
      subjectKind: "session",
      subjectId: sessionId,
      details: { reason: "signed_out" },
    });
  });
}
