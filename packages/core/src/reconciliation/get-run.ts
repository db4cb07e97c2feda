import {
  findReconciliationRun,
  type ReconciliationRunRow,
} from "@revio-wallet/db/sql/reconciliation-runs";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** @throws DomainError FORBIDDEN, NOT_FOUND */
export async function getRun(
  ctx: Pick<Context, "pool" | "actor">,
  input: { runId: string },
): Promise<ReconciliationRunRow> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const run = await findReconciliationRun(ctx.pool, input.runId);
  if (run === undefined) throw notFound("reconciliation run");
  return run;
}
