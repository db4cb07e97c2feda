import { findSession } from "@revio-wallet/db/sql/sessions";
import type { Actor } from "../context.ts";
import { unauthenticated, verifyAccessToken } from "./access-token.ts";
import type { SessionContext } from "./session-context.ts";

/**
 * Who sends this access token. The session is looked up each time: after signing out, or a suspension, the next request
 * is refused although the token itself has not run out.
 *
 * @throws DomainError UNAUTHENTICATED, the same for every reason
 */
export async function authenticate(
  ctx: Pick<SessionContext, "pool" | "clock" | "accessTokenKeys">,
  accessToken: string,
): Promise<Extract<Actor, { kind: "user" }>> {
  const { userId, sessionId } = await verifyAccessToken(ctx, accessToken);
  const session = await findSession(ctx.pool, sessionId);
  const now = ctx.clock.now();
  const usable =
    session !== undefined &&
    session.userId === userId &&
    session.userStatus === "active" &&
    session.endedAt === null &&
    now < session.expiresAt &&
    now < session.idleExpiresAt;
  if (!usable) throw unauthenticated();
  return { kind: "user", id: userId, sessionId };
}
