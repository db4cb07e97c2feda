import { readBookedTransactions } from "@revio-wallet/db/sql/reconciliation-facts";
import {
  hasStatementProduct,
  readStatedEntries,
  type StatedEntryRow,
} from "@revio-wallet/db/sql/statement-matching";
import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import type { Difference } from "../reconciliation/classify-break.ts";
import { endComparisons, settleComparison } from "../reconciliation/settle-comparison.ts";
import { type ActedOn, withObject } from "./compare-object.ts";
import { toTheirs } from "./read-object.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";

const batch = 500;

/**
 * One step the other way round: is everything that we booked in the window in Revio's file? What is not is read back: the
 * object may have been lost, may never have been paid, or only the line is missing.
 */
export async function judgeStatedEntries(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const page = await readStatedEntries(ctx.pool, {
    runId: run.id,
    from: run.windowFrom,
    to: run.windowTo,
    after: run.cursor,
    limit: batch,
  });
  const last = page.at(-1)?.place;
  if (last === undefined) return commitStep(ctx, run, { phase: "totals", cursor: "" });
  const missing = page.filter(({ isStated }) => !isStated);
  // Whether Revio's files have payouts at all is not documented: without any, their absence says nothing.
  const hasPayouts =
    missing.every(({ kind }) => kind !== "withdrawal") ||
    (await hasStatementProduct(ctx.pool, run.id, "payout"));
  let breaks = 0;
  for (const entry of missing) {
    if (entry.kind === "withdrawal" && !hasPayouts) continue;
    if (await lookForEntry(ctx, run.id, entry)) breaks += 1;
  }
  if (!hasPayouts) ctx.log.warn({ runId: run.id }, "the statement has no payouts");
  return commitStep(ctx, run, { cursor: last, checked: page.length, breaks }, (tx) =>
    endComparisons(ctx, tx, {
      subjects: page.filter(({ isStated }) => isStated).map(subjectOf),
      source: "statement",
    }),
  );
}

async function lookForEntry(
  ctx: RevioContext,
  runId: string,
  entry: StatedEntryRow,
): Promise<boolean> {
  const [ours] = await readBookedTransactions(ctx.pool, [entry.transactionId]);
  const objectId = ours?.settledObjectId ?? ours?.objectIds[0];
  const settle = async (tx: Tx, acted: ActedOn | undefined) =>
    settleComparison(ctx, tx, {
      subject: subjectOf(entry),
      source: "statement",
      runId,
      ours: acted?.ours ?? ours,
      difference: differenceOf(entry, ours?.bookedMinor ?? 0n, ours?.currency ?? "ZAR", acted),
      details: { event: entry.event, objectId: objectId ?? null },
    });
  if (objectId === undefined) return withTransaction(ctx.pool, (tx) => settle(tx, undefined));
  const object = entry.kind === "withdrawal" ? "payout" : "purchase";
  return withObject(ctx, { object, objectId, transactionId: entry.transactionId }, settle);
}

function differenceOf(
  entry: StatedEntryRow,
  bookedMinor: bigint,
  currency: string,
  acted: ActedOn | undefined,
): Difference {
  const theirs = acted && toTheirs(acted.read);
  const amountMinor = bookedMinor < 0n ? -bookedMinor : bookedMinor;
  const common = {
    atStake: { amountMinor, currency },
    expected: `a line for ${entry.event}`,
  };
  if (theirs === undefined) {
    return { ...common, class: "missing_at_provider", severity: "critical", found: "nothing" };
  }
  if (!theirs.moved) {
    return { ...common, class: "status_mismatch", severity: "critical", found: theirs.status };
  }
  // Revio has it, its file has not.
  const found = `no line; the object is ${theirs.status}`;
  return { ...common, class: "missing_at_provider", severity: "warning", found };
}

function subjectOf({ journalEntryId }: StatedEntryRow): string {
  return `journal_entry:${journalEntryId}`;
}
