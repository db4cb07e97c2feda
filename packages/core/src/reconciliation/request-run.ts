import {
  findReconciliationRunOfWindow,
  insertReconciliationRun,
  type ReconciliationKind,
  type ReconciliationRunRow,
  reviveReconciliationRun,
} from "@revio-wallet/db/sql/reconciliation-runs";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import { firstPhase } from "./first-phase.ts";
import { requireOperator } from "../operator/require-operator.ts";

const longestMs = 31 * 24 * 60 * 60_000;

/**
 * Asks for a run. The same kind and window again gives the run that is there, and changes nothing; one that has failed
 * begins anew. Windows begin and end with whole seconds.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a window that is not over, is empty, or is longer than 31 days
 */
export async function requestRun(
  ctx: Context,
  asked: { kind: ReconciliationKind; windowFrom: Date; windowTo: Date },
): Promise<ReconciliationRunRow> {
  const at = ctx.clock.now();
  const input = {
    kind: asked.kind,
    windowFrom: wholeSecond(asked.windowFrom),
    windowTo: wholeSecond(asked.windowTo),
  };
  const length = input.windowTo.getTime() - input.windowFrom.getTime();
  if (length <= 0 || length > longestMs || input.windowTo > at) {
    throw new DomainError("INVALID_INPUT", "Ask for a window of at most 31 days that is over.");
  }
  return withTransaction(ctx.pool, async (tx) => {
    if (ctx.actor.kind !== "system") await requireOperator(ctx, tx, "reconciliation.start");
    const { kind } = input;
    const isOperator = ctx.actor.kind === "operator";
    const inserted = await insertReconciliationRun(tx, {
      ...input,
      id: ctx.ids.uuid(at),
      phase: firstPhase[kind],
      requestedByKind: isOperator ? "operator" : "system",
      requestedBy: ctx.actor.id,
      at,
    });
    const run = inserted ?? (await findReconciliationRunOfWindow(tx, input));
    invariant(run !== undefined, "a run that is there can be found");
    const isAnew =
      inserted !== undefined ||
      (await reviveReconciliationRun(tx, { id: run.id, phase: firstPhase[kind], at }));
    if (!isAnew) return run;
    await recordAuditEvent(ctx, tx, {
      action: "reconciliation.requested",
      subjectKind: "reconciliation_run",
      subjectId: run.id,
      details: {
        kind,
        windowFrom: input.windowFrom.toISOString(),
        windowTo: input.windowTo.toISOString(),
      },
    });
    await ctx.enqueue(tx, "reconciliation.run", { runId: run.id });
    return (await findReconciliationRunOfWindow(tx, input)) ?? run;
  });
}

/** Revio's times are whole seconds: a window that begins within one would cut off what happened in it before. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}
