import {
  advanceReconciliationRun,
  type ReconciliationRunRow,
  type RunStep,
} from "@revio-wallet/db/sql/reconciliation-runs";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { RevioContext } from "./revio-context.ts";

/** What a step of a run came to. */
export type StepOutcome =
  /** The run has moved on. */
  | { kind: "moved" }
  /** Another process has moved it: it does the rest. */
  | { kind: "overtaken" }
  /** Nothing to do until then. */
  | { kind: "wait"; until: Date };

/**
 * Commits a step: the run moves on from just where `run` was read, and `work` is written with it. If another process was
 * faster, nothing is written.
 */
export async function commitStep(
  ctx: RevioContext,
  run: ReconciliationRunRow,
  step: RunStep,
  work?: (tx: Tx) => Promise<void>,
): Promise<StepOutcome> {
  return withTransaction(ctx.pool, async (tx) => {
    const moved = await advanceReconciliationRun(tx, run, { ...step, at: ctx.clock.now() });
    if (!moved) return { kind: "overtaken" };
    await work?.(tx);
    if (step.state !== undefined) {
      await recordAuditEvent(ctx, tx, {
        action: `reconciliation.${step.state}`,
        subjectKind: "reconciliation_run",
        subjectId: run.id,
        details: { kind: run.kind, breaks: (run.breakCount + BigInt(step.breaks ?? 0)).toString() },
      });
    }
    return { kind: "moved" };
  });
}
