import { hasApprovalRight, type ApprovalKind } from "@revio-wallet/db/sql/approvals";
import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { isPermitted, type Permission } from "./permissions.ts";

/** What a verb of operators needs them to be allowed to. */
export type Right = Permission | { request: ApprovalKind } | { decide: ApprovalKind };

/**
 * The actor is an operator, active now, whose role allows it. What an approval allows is judged once more by triggers, with
 * the operator's row locked and the amount before them.
 *
 * @throws DomainError FORBIDDEN
 */
export async function requireOperator(
  ctx: Pick<Context, "actor">,
  db: Queryable,
  to: Right,
): Promise<void> {
  if (ctx.actor.kind !== "operator" || !(await isAllowed(db, ctx.actor.id, to))) {
    throw new DomainError("FORBIDDEN", "You may not do this.");
  }
}

async function isAllowed(db: Queryable, operatorId: string, to: Right): Promise<boolean> {
  if (typeof to === "object") return hasApprovalRight(db, { operatorId, ...to });
  const role = await findActiveOperatorRole(db, operatorId);
  return role !== undefined && isPermitted(role, to);
}
