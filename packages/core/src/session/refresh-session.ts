import { findRefreshToken, useRefreshTokens } from "@revio-wallet/db/sql/refresh-tokens";
import {
  endSessions,
  lockSession,
  type SessionEndReason,
  type SessionRow,
  touchSession,
} from "@revio-wallet/db/sql/sessions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { addressKey } from "../rate-limit/address-key.ts";
import { checkRateLimit } from "../rate-limit/check-rate-limit.ts";
import { hashSecretToken } from "../secret-token.ts";
import { signAccessToken, unauthenticated } from "./access-token.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import type { SessionContext } from "./session-context.ts";
import { idleEnd, type SessionTokens } from "./start-session.ts";

/**
 * Gives new tokens for a refresh token, which is used up. A used token that comes back later than the grace of a few
 * seconds has two holders, and we cannot tell which is the thief: the whole session ends.
 *
 * Within the grace a second use gets a sibling, for clients whose requests crossed. The next refresh with any of the
 * siblings uses up the others, so of two holders one is always found out when it comes back.
 *
 * @throws DomainError UNAUTHENTICATED for every token that does not work, RATE_LIMITED, BUSY
 */
export async function refreshSession(
  ctx: SessionContext,
  input: { refreshToken: string; ipAddress: string },
): Promise<SessionTokens> {
  await checkRateLimit(ctx, "refresh-per-address", addressKey(input.ipAddress));
  const tokenHash = hashSecretToken(input.refreshToken);
  const tokens = await withTransaction(ctx.pool, async (tx) => {
    const unlocked = await findRefreshToken(tx, tokenHash);
    if (unlocked === undefined) return undefined;
    const session = await lockSession(tx, unlocked.sessionId);
    if (session === undefined || session.endedAt !== null || session.userStatus !== "active") {
      return undefined;
    }
    const now = ctx.clock.now();
    if (now >= session.expiresAt || now >= session.idleExpiresAt) {
      return end(ctx, tx, session, "expired");
    }
    // Read again under the session's lock: the request before us may have used it.
    const token = await findRefreshToken(tx, tokenHash);
    if (token === undefined) return undefined;
    if (token.usedAt === null) {
      await useRefreshTokens(tx, session.id, now);
    } else if (
      now.getTime() - token.usedAt.getTime() >
      ctx.sessionPolicy.refreshGraceSeconds * 1_000
    ) {
      return end(ctx, tx, session, "reuse_detected");
    }
    return continueSession(ctx, tx, session);
  });
  // Thrown after the commit: the end of a session must not be rolled back with the refusal.
  if (tokens === undefined) throw unauthenticated();
  return tokens;
}

async function continueSession(
  ctx: SessionContext,
  tx: Tx,
  session: SessionRow,
): Promise<SessionTokens> {
  const { id, userId, expiresAt } = session;
  const idleExpiresAt = idleEnd(ctx, expiresAt);
  await touchSession(tx, { id, lastUsedAt: ctx.clock.now(), idleExpiresAt });
  await recordAuditEvent({ ...ctx, actor: { kind: "user", id: userId, sessionId: id } }, tx, {
    action: "session.refreshed",
    subjectKind: "session",
    subjectId: id,
  });
  return {
    ...(await signAccessToken(ctx, { userId, sessionId: id }, expiresAt)),
    refreshToken: await issueRefreshToken(ctx, tx, id),
    refreshTokenExpiresAt: idleExpiresAt,
  };
}

async function end(
  ctx: SessionContext,
  tx: Tx,
  session: SessionRow,
  reason: SessionEndReason,
): Promise<undefined> {
  const { id, userId } = session;
  await endSessions(tx, { userId, id, endedAt: ctx.clock.now(), reason });
  await recordAuditEvent(ctx, tx, {
    action: "session.ended",
    subjectKind: "session",
    subjectId: id,
    details: { reason },
  });
  if (reason === "reuse_detected") {
    ctx.log.warn({ sessionId: id, userId }, "a used refresh token came back; session ended");
  }
}
