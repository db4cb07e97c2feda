import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/** Roles that may shut a user out, and let them in again. */
const roles: ReadonlySet<string> = new Set(["support", "operator", "administrator"]);

/** @throws DomainError FORBIDDEN unless the actor is an operator, active now, in one of those roles */
export async function requireStatusOperator(ctx: Pick<Context, "actor">, tx: Tx): Promise<void> {
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(tx, ctx.actor.id) : undefined;
  if (role === undefined || !roles.has(role)) {
    throw new DomainError("FORBIDDEN", "You may not change the status of users.");
  }
}
