import { insertSession } from "@revio-wallet/db/sql/sessions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { signAccessToken } from "./access-token.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import type { SessionContext } from "./session-context.ts";
import type { PassedFactor } from "./totp/check-second-factor.ts";

/** What a client keeps. The refresh token is good once; each refresh gives the next. */
export interface SessionTokens {
  accessToken: string;
  accessTokenExpiresAt: Date;
  refreshToken: string;
  refreshTokenExpiresAt: Date;
}

/** Opens a session with its first tokens; always a new one, so there is nothing to fix in advance. */
export async function startSession(
  ctx: SessionContext,
  tx: Tx,
  input: { userId: string; userAgent: string | undefined; factor: PassedFactor },
): Promise<SessionTokens> {
  const now = ctx.clock.now();
  const sessionId = ctx.ids.uuid(now);
  const expiresAt = new Date(now.getTime() + ctx.sessionPolicy.absoluteSeconds * 1_000);
  const idleExpiresAt = idleEnd(ctx, expiresAt);
  await insertSession(tx, {
    id: sessionId,
    userId: input.userId,
    createdAt: now,
    idleExpiresAt,
    expiresAt,
    userAgent: input.userAgent === undefined ? null : storableUserAgent(input.userAgent),
  });
  const actor = { kind: "user", id: input.userId, sessionId } as const;
  await recordAuditEvent({ ...ctx, actor }, tx, {
    action: "session.started",
    subjectKind: "session",
    subjectId: sessionId,
    details: { secondFactor: input.factor },
  });
  return {
    ...(await signAccessToken(ctx, { userId: input.userId, sessionId }, expiresAt)),
    refreshToken: await issueRefreshToken(ctx, tx, sessionId),
    refreshTokenExpiresAt: idleExpiresAt,
  };
}

/** When a session used now ends for want of use; never after its absolute end. */
export function idleEnd(
  ctx: Pick<SessionContext, "clock" | "sessionPolicy">,
  expiresAt: Date,
): Date {
  const idleMs = ctx.sessionPolicy.idleSeconds * 1_000;
  return new Date(Math.min(ctx.clock.now().getTime() + idleMs, expiresAt.getTime()));
}

/** Shown in "your devices" only. PostgreSQL takes no NUL, and half a surrogate pair is no character. */
export function storableUserAgent(userAgent: string): string {
  const shown = userAgent.replace(/\p{C}/gu, "");
  return Array.from(shown).slice(0, 200).join("");
}
