import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { checkStatementTotals } from "./check-statement-totals.ts";
import { askForStatement, awaitStatement, downloadStatement } from "./fetch-statement.ts";
import { judgeStatedEntries } from "./judge-stated-entries.ts";
import { judgeStatementLines } from "./judge-statement-lines.ts";
import type { RevioContext } from "./revio-context.ts";
import type { StepOutcome } from "./run-step.ts";
import { storeStatementLines } from "./store-statement-lines.ts";

/** The phases of a run over a statement, in order. Each ends by naming the next. */
const phases: Record<
  string,
  (ctx: RevioContext, run: ReconciliationRunRow) => Promise<StepOutcome>
> = {
  requested: askForStatement,
  waiting: awaitStatement,
  downloading: downloadStatement,
  storing: storeStatementLines,
  lines: judgeStatementLines,
  entries: judgeStatedEntries,
  totals: checkStatementTotals,
};

/** One step of a run over Revio's file. */
export async function reconcileStatement(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const phase = phases[run.phase];
  if (phase === undefined) throw new Error(`a statement run has no phase ${run.phase}`);
  return phase(ctx, run);
}
