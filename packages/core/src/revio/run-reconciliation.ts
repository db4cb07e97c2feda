import {
  findReconciliationRun,
  type ReconciliationRunRow,
  touchReconciliationRun,
} from "@revio-wallet/db/sql/reconciliation-runs";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { JobPayloads } from "../jobs.ts";
import { reconcileFloat } from "./reconcile-float.ts";
import { reconcileObjects } from "./reconcile-objects.ts";
import { reconcileStatement } from "./reconcile-statement.ts";
import type { RevioContext } from "./revio-context.ts";
import type { StepOutcome } from "./run-step.ts";

/** One job works so long; the next goes on. */
const budgetMs = 60_000;

/**
 * Works on a run, step by step, from wherever it is: after a crash, beside another process, or for the first time. Each
 * step commits what it found together with the place it has got to.
 */
export async function runReconciliation(
  ctx: RevioContext,
  { runId }: JobPayloads["reconciliation.run"],
): Promise<void> {
  const until = ctx.clock.now().getTime() + budgetMs;
  for (;;) {
    const run = await findReconciliationRun(ctx.pool, runId);
    if (run?.state !== "running") return;
    const outcome = await step(ctx, run);
    if (outcome.kind === "overtaken") return;
    const isOver = outcome.kind === "moved" && ctx.clock.now().getTime() >= until;
    if (outcome.kind === "wait" || isOver) {
      const startAfter = outcome.kind === "wait" ? { startAfter: outcome.until } : {};
      await withTransaction(ctx.pool, async (tx) => {
        // Who waits does not neglect it: the sweeper makes no second job.
        await touchReconciliationRun(tx, { id: runId, at: ctx.clock.now() });
        await ctx.enqueue(tx, "reconciliation.run", { runId }, startAfter);
      });
      return;
    }
  }
}

function step(ctx: RevioContext, run: ReconciliationRunRow): Promise<StepOutcome> {
  switch (run.kind) {
    case "objects":
      return reconcileObjects(ctx, run);
    case "statement":
      return reconcileStatement(ctx, run);
    default:
      return reconcileFloat(ctx, run);
  }
}
