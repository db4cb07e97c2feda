import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/**
 * Every active operator may read breaks; all but viewers may look after them.
 *
 * @throws DomainError FORBIDDEN
 */
export async function requireBreakOperator(
  ctx: Pick<Context, "actor">,
  db: Queryable,
  act: "read" | "write",
): Promise<void> {
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(db, ctx.actor.id) : undefined;
  if (role === undefined || (act === "write" && role === "viewer")) {
    throw new DomainError("FORBIDDEN", "You may not do this with breaks.");
  }
}
