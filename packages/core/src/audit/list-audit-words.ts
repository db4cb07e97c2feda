import { findAuditActions, findAuditSubjectKinds } from "@revio-wallet/db/sql/audit-lists";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Every action and every kind of subject that is on record: what there is to filter by.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listAuditWords(
  ctx: Pick<Context, "pool" | "actor">,
): Promise<{ actions: string[]; subjectKinds: string[] }> {
  await requireOperator(ctx, ctx.pool, "audit.view");
  return {
    actions: await findAuditActions(ctx.pool),
    subjectKinds: await findAuditSubjectKinds(ctx.pool),
  };
}
