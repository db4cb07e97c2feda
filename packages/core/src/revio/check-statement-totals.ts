import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { type StatementTotals, sumStatementLines } from "@revio-wallet/db/sql/statement-files";
import type { Difference } from "../reconciliation/classify-break.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";

/** Last step of a run over a statement: where the file states its own totals, they are the sums of its lines (F110). */
export async function checkStatementTotals(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const wrong = (await sumStatementLines(ctx.pool, run.id)).filter(
    ({ statedMinor, statedFeeMinor, summedMinor, summedFeeMinor }) =>
      statedMinor !== null && (statedMinor !== summedMinor || statedFeeMinor !== summedFeeMinor),
  );
  const [first] = wrong;
  const step = { state: "completed", breaks: first === undefined ? 0 : 1 } as const;
  return commitStep(ctx, run, step, async (tx) => {
    await settleComparison(ctx, tx, {
      subject: `statement:${run.id}`,
      source: "statement",
      runId: run.id,
      difference: first && differenceOf(first),
    });
  });
}

function differenceOf(totals: StatementTotals): Difference {
  const { currency, summedMinor, summedFeeMinor } = totals;
  const off = (totals.statedMinor ?? 0n) - summedMinor;
  const feeOff = (totals.statedFeeMinor ?? 0n) - summedFeeMinor;
  const larger = off === 0n ? feeOff : off;
  return {
    class: "batch_total",
    severity: "critical",
    atStake: { amountMinor: larger < 0n ? -larger : larger, currency },
    expected: `${summedMinor} and fees ${summedFeeMinor} ${currency}, the sums of the lines`,
    found: `${totals.statedMinor} and fees ${totals.statedFeeMinor} ${currency}`,
  };
}
