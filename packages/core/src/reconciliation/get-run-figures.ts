import {
  countBreaksOfRun,
  findJudgedLines,
  type JudgedLineRow,
  type LineFigure,
  type RunBreakFigure,
  sumLinesByVerdict,
} from "@revio-wallet/db/sql/run-figures";
import { findReconciliationRun } from "@revio-wallet/db/sql/reconciliation-runs";
import type { LineVerdict } from "@revio-wallet/db/sql/statement-matching";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** What became of a run's input. Lines add up to the file, by number and by value; breaks are what the run has seen, first or again. */
export interface RunFigures {
  lines: LineFigure[];
  breaks: RunBreakFigure[];
}

/** @throws DomainError FORBIDDEN, NOT_FOUND */
export async function getRunFigures(ctx: Context, input: { runId: string }): Promise<RunFigures> {
  await readRun(ctx, input.runId);
  return {
    lines: await sumLinesByVerdict(ctx.pool, input.runId),
    breaks: await countBreaksOfRun(ctx.pool, input.runId),
  };
}

/**
 * Lines of a run's file in its order, all or those that came out so; `after` is the number of the last one of the page before.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function listRunLines(
  ctx: Context,
  input: {
    runId: string;
    verdict?: LineVerdict | undefined;
    after?: bigint | undefined;
    limit: number;
  },
): Promise<JudgedLineRow[]> {
  await readRun(ctx, input.runId);
  const { runId, verdict, after = 0n, limit } = input;
  return findJudgedLines(ctx.pool, { runId, verdict, after, limit });
}

async function readRun(ctx: Context, runId: string): Promise<void> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const run = await findReconciliationRun(ctx.pool, runId);
  if (run === undefined) throw notFound("reconciliation run");
}
