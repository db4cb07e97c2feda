import { endOperatorSessions } from "@revio-wallet/db/sql/operator-sessions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { notFound } from "../errors.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/** Ends the session that asks. Again without effect. */
export async function signOutOperator(ctx: OperatorSessionContext): Promise<void> {
  await end(ctx, { id: ctx.operatorSession.id, reason: "signed_out" });
}

/**
 * The operator ends one session of theirs, or all but the one that asks. It is over at its next request.
 *
 * @throws DomainError NOT_FOUND if there is no such open session of theirs
 */
export async function revokeOwnSessions(
  ctx: OperatorSessionContext,
  which: { id: string } | "others",
): Promise<void> {
  const ended = await end(
    ctx,
    which === "others"
      ? { exceptId: ctx.operatorSession.id, reason: "revoked" }
      : { id: which.id, reason: "revoked" },
  );
  if (which !== "others" && ended === 0) throw notFound("session");
}

function end(
  ctx: OperatorSessionContext,
  which: { id?: string; exceptId?: string; reason: "signed_out" | "revoked" },
): Promise<number> {
  return withTransaction(ctx.pool, async (tx) => {
    const { operatorId } = ctx.operatorSession;
    const ended = await endOperatorSessions(tx, {
      ...which,
      operatorId,
      endedAt: ctx.clock.now(),
    });
    for (const subjectId of ended) {
      await recordAuditEvent(ctx, tx, {
        action: "operator_session.ended",
        subjectKind: "operator_session",
        subjectId,
        details: { reason: which.reason },
      });
    }
    return ended.length;
  });
}
