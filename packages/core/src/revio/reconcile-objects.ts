import {
  type BookedTransactionRow,
  findSubjectsToLookAtAgain,
  readBookedTransactions,
  readTransactionsOfWindow,
} from "@revio-wallet/db/sql/reconciliation-facts";
import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { classifyBreak } from "../reconciliation/classify-break.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import { compareObject } from "./compare-object.ts";
import type { ObjectKind } from "./read-object.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";

/** Few: after a crash these are read again. One at a time, so that customers' calls to Revio go first. */
const batch = 20;

/**
 * One step of a run over objects: those of open breaks are looked at again, then those of every transaction to which
 * something happened in the window.
 */
export async function reconcileObjects(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  return run.phase === "open_breaks" ? lookAgain(ctx, run) : compareTransactions(ctx, run);
}

async function lookAgain(ctx: RevioContext, run: ReconciliationRunRow): Promise<StepOutcome> {
  const page = await findSubjectsToLookAtAgain(ctx.pool, { after: run.cursor, limit: batch });
  let breaks = 0;
  for (const { subject, transactionId } of page) {
    const [object, objectId = ""] = subject.split(":");
    const differs = await compareObject(ctx, {
      runId: run.id,
      object: object as ObjectKind,
      objectId,
      transactionId: transactionId ?? undefined,
    });
    if (differs) breaks += 1;
  }
  const last = page.at(-1)?.subject;
  return last === undefined
    ? commitStep(ctx, run, { phase: "transactions", cursor: "" })
    : commitStep(ctx, run, { cursor: last, checked: page.length, breaks });
}

async function compareTransactions(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const page = await readTransactionsOfWindow(ctx.pool, {
    from: run.windowFrom,
    to: run.windowTo,
    after: run.cursor,
    limit: batch,
  });
  const last = page.at(-1)?.place;
  if (last === undefined) return commitStep(ctx, run, { state: "completed" });
  const ids = [...new Set(page.map(({ transactionId }) => transactionId))];
  let breaks = 0;
  for (const transaction of await readBookedTransactions(ctx.pool, ids)) {
    breaks += await compareTransaction(ctx, run.id, transaction);
  }
  return commitStep(ctx, run, { cursor: last, checked: ids.length, breaks });
}

/** Every attempt of it. Returns how many differ. */
async function compareTransaction(
  ctx: RevioContext,
  runId: string,
  transaction: BookedTransactionRow,
): Promise<number> {
  const { id, kind, objectIds } = transaction;
  const object = kind === "deposit" ? "purchase" : "payout";
  let breaks = 0;
  for (const objectId of objectIds) {
    if (await compareObject(ctx, { runId, object, objectId, transactionId: id })) breaks += 1;
  }
  if (objectIds.length > 0) return breaks;
  // Nothing at Revio that we know of: then nothing may be booked either.
  const differs = await withTransaction(ctx.pool, async (tx) => {
    const [ours] = await readBookedTransactions(tx, [id]);
    return settleComparison(ctx, tx, {
      subject: `transaction:${id}`,
      source: "objects",
      runId,
      ours,
      difference: classifyBreak(undefined, ours),
    });
  });
  return differs ? 1 : 0;
}
