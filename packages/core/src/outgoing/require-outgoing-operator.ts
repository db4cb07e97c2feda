import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/** Who may put the brake on, and who may take it off again. `look`: any operator. */
const roles = {
  look: [
    "viewer",
    "support",
    "operator",
    "reconciliation_maker",
    "reconciliation_checker",
    "administrator",
  ],
  stop: ["operator", "reconciliation_checker", "administrator"],
  unfreeze: ["reconciliation_checker", "administrator"],
  resume: ["administrator"],
} as const;

/** @throws DomainError FORBIDDEN unless the actor is an operator, active now, who may do that */
export async function requireOutgoingOperator(
  ctx: Pick<Context, "actor">,
  db: Queryable,
  to: keyof typeof roles,
): Promise<void> {
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(db, ctx.actor.id) : undefined;
  if (role === undefined || !(roles[to] as readonly string[]).includes(role)) {
    throw new DomainError("FORBIDDEN", "You may not do this.");
  }
}
