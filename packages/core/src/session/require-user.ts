import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/**
 * The signed-in user for whom the call is made.
 *
 * @throws DomainError FORBIDDEN for any other actor
 */
export function requireUser(ctx: Pick<Context, "actor">): { id: string; sessionId: string } {
  if (ctx.actor.kind !== "user") {
    throw new DomainError("FORBIDDEN", "Only the user may do this.");
  }
  return { id: ctx.actor.id, sessionId: ctx.actor.sessionId };
}
