import {
  completeOperatorSession,
  lockOperatorSession,
  type SignInFactor,
} from "@revio-wallet/db/sql/operator-sessions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError } from "../errors.ts";
import { hashSecretToken, newSecretToken } from "../secret-token.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/**
 * A factor has passed in this session: it gets the time of a whole one, and another token; the one before is worth nothing
 * from now on.
 *
 * @throws DomainError UNAUTHENTICATED if the session was ended meanwhile
 */
export async function completeSession(
  ctx: OperatorSessionContext,
  tx: Tx,
  factor: SignInFactor,
): Promise<{ token: string }> {
  const now = ctx.clock.now();
  const session = await lockOperatorSession(tx, ctx.operatorSession.id);
  if (session === undefined || session.endedAt !== null || session.operatorStatus !== "active") {
    throw new DomainError("UNAUTHENTICATED", "Sign in again.");
  }
  const { idleSeconds, absoluteSeconds } = ctx.operatorSessionPolicy;
  const token = newSecretToken(ctx);
  // A stronger factor in a session that was whole already does not make it longer.
  const expiresAt =
    session.factor === null ? new Date(now.getTime() + absoluteSeconds * 1_000) : session.expiresAt;
  await completeOperatorSession(tx, {
    id: session.id,
    factor,
    tokenHash: hashSecretToken(token),
    at: now,
    idleExpiresAt: new Date(Math.min(now.getTime() + idleSeconds * 1_000, expiresAt.getTime())),
    expiresAt,
  });
  await recordAuditEvent(ctx, tx, {
    action: "operator_session.completed",
    subjectKind: "operator_session",
    subjectId: session.id,
    details: { factor },
  });
  return { token };
}
