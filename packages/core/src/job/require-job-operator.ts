import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/** Roles that may look after background jobs. */
const roles: ReadonlySet<string> = new Set(["operator", "administrator"]);

/** @throws DomainError FORBIDDEN unless the actor is an operator, active now, in one of those roles */
export async function requireJobOperator(
  ctx: Pick<Context, "actor">,
  db: Queryable,
): Promise<void> {
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(db, ctx.actor.id) : undefined;
  if (role === undefined || !roles.has(role)) {
    throw new DomainError("FORBIDDEN", "You may not look after background jobs.");
  }
}
