import type { Queryable } from "@revio-wallet/db/pool";
import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/** Roles that work on reconciliation. */
const reconcilers: ReadonlySet<string> = new Set([
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
]);

/**
 * Lets the system itself and operators who reconcile pass; the role is read now.
 *
 * @throws DomainError FORBIDDEN
 */
export async function requireReconciler(ctx: Pick<Context, "actor">, db: Queryable): Promise<void> {
  if (ctx.actor.kind === "system") return;
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(db, ctx.actor.id) : undefined;
  if (role === undefined || !reconcilers.has(role)) {
    throw new DomainError("FORBIDDEN", "You may not work on reconciliation.");
  }
}
