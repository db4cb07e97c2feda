import {
  findReconciliationRun,
  listReconciliationRuns,
  type ReconciliationRunRow,
} from "@revio-wallet/db/sql/reconciliation-runs";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Runs, newest first; `before` is the last one of the page before.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND if `before` is none
 */
export async function listRuns(
  ctx: Pick<Context, "pool" | "actor">,
  input: { before?: string | undefined; limit: number },
): Promise<ReconciliationRunRow[]> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const { before: id, limit } = input;
  const before = id === undefined ? undefined : await findReconciliationRun(ctx.pool, id);
  if (id !== undefined && before === undefined) throw notFound("reconciliation run");
  return listReconciliationRuns(ctx.pool, { before, limit });
}
