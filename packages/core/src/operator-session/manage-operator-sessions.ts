import { endOperatorSessions } from "@revio-wallet/db/sql/operator-sessions";
import { findOperator } from "@revio-wallet/db/sql/operators";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type ListedOperatorSession, readOpenSessions } from "./list-operator-sessions.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/**
 * Another operator's sessions that can still be used, the last used first.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function listOperatorSessions(
  ctx: OperatorSessionContext,
  input: { operatorId: string },
): Promise<ListedOperatorSession[]> {
  await requireOperator(ctx, ctx.pool, "operators.manage");
  if ((await findOperator(ctx.pool, input.operatorId)) === undefined) throw notFound("operator");
  return readOpenSessions(ctx, input.operatorId);
}

/**
 * Ends one session of an operator, or all of them; each is over at its next request. Returns how many ended.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND if there is no such operator, or no such open session
 */
export async function revokeOperatorSessions(
  ctx: Context,
  input: { operatorId: string; sessionId?: string | undefined; reason: string },
): Promise<number> {
  const { operatorId, sessionId, reason } = input;
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "operators.manage");
    if ((await findOperator(tx, operatorId)) === undefined) throw notFound("operator");
    const ended = await endOperatorSessions(tx, {
      operatorId,
      id: sessionId,
      endedAt: ctx.clock.now(),
      reason: "revoked",
    });
    if (sessionId !== undefined && ended.length === 0) throw notFound("session");
    for (const subjectId of ended) {
      await recordAuditEvent(ctx, tx, {
        action: "operator_session.ended",
        subjectKind: "operator_session",
        subjectId,
        details: { operatorId, reason: "revoked", why: reason },
      });
    }
    return ended.length;
  });
}
