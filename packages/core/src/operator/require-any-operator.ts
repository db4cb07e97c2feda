import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/**
 * Any role may look.
 *
 * @throws DomainError FORBIDDEN
 */
export async function requireAnyOperator(ctx: Pick<Context, "pool" | "actor">): Promise<void> {
  const isOne =
    ctx.actor.kind === "operator" &&
    (await findActiveOperatorRole(ctx.pool, ctx.actor.id)) !== undefined;
  if (!isOne) throw new DomainError("FORBIDDEN", "Only operators see this.");
}
