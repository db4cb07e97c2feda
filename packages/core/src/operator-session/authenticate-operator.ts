import { findOperatorSession, touchOperatorSession } from "@revio-wallet/db/sql/operator-sessions";
import { DomainError } from "../errors.ts";
import { hashSecretToken } from "../secret-token.ts";
import { toOperatorSession, type OperatorSession } from "./operator-session.ts";
import type { OperatorSignInContext } from "./operator-session-context.ts";

/** A use is written down this often at the most. */
const touchAfterMs = 30_000;

/**
 * The session whose token this is, at each request anew: one that was ended, or whose operator was suspended, is over now.
 * Whether it still misses a factor is for the caller to ask.
 *
 * @throws DomainError UNAUTHENTICATED
 */
export async function authenticateOperator(
  ctx: Pick<OperatorSignInContext, "pool" | "clock" | "operatorSessionPolicy">,
  token: string,
  /** `isUse: false`: a look that nobody asked for, as that of a live stream. It does not keep the session from ending. */
  { isUse = true }: { isUse?: boolean } = {},
): Promise<OperatorSession> {
  const row = await findOperatorSession(ctx.pool, hashSecretToken(token));
  const now = ctx.clock.now();
  if (
    row === undefined ||
    row.endedAt !== null ||
    row.operatorStatus !== "active" ||
    row.idleExpiresAt <= now ||
    row.expiresAt <= now
  ) {
    throw new DomainError("UNAUTHENTICATED", "Sign in again.");
  }
  if (isUse && row.factor !== null && now.getTime() - row.lastUsedAt.getTime() >= touchAfterMs) {
    const idleMs = ctx.operatorSessionPolicy.idleSeconds * 1_000;
    const idleExpiresAt = new Date(now.getTime() + idleMs);
    await touchOperatorSession(ctx.pool, { id: row.id, usedAt: now, idleExpiresAt });
  }
  return toOperatorSession(ctx, row);
}
