import { findUnknownPurchaseIds } from "@revio-wallet/db/sql/breaks";
import { findDuePurchaseIds } from "@revio-wallet/db/sql/purchase-looks";
import { findWaitingProviderEventIds } from "@revio-wallet/db/sql/provider-events";
import { findWaitingReplayIds } from "@revio-wallet/db/sql/provider-event-replays";
import { findNeglectedTransactions } from "@revio-wallet/db/sql/find-neglected-transactions";
import { deleteOldSweeps, markSwept } from "@revio-wallet/db/sql/sweeps";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { expireApprovals } from "../approval/expire-approvals.ts";
import type { Context } from "../context.ts";
import { sweepRuns } from "../reconciliation/sweep-runs.ts";
import { watchDoubts } from "./watch-doubts.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const batch = 500;
/** Time for a new job, with its own repetitions, before the next is made for the same thing. */
const pause = 30 * minute;
/** An unknown purchase that is not paid may be paid yet: looked at twice a day, for as long as a card can be disputed. */
const unknownPause = 12 * 60 * minute;
const unknownDays = 60;

/**
 * Makes jobs anew from what the tables say is unfinished: the queue is a hint that may be lost, the tables are the truth.
 * Every handler may run twice, so a job too many does no harm; but a new one
 * each minute would pile up while Revio is down.
 *
 * @returns how many jobs were made
 */
export async function sweepTransactions(ctx: Context): Promise<number> {
  await withTransaction(ctx.pool, (tx) => expireApprovals(ctx, tx));
  await watchDoubts(ctx);
  const runs = await sweepRuns(ctx);
  return withTransaction(ctx.pool, async (tx) => {
    const events = await sweepEvents(ctx, tx);
    const transactions = await sweepNeglected(ctx, tx);
    const purchases = await sweepPurchases(ctx, tx);
    const replays = await sweepReplays(ctx, tx);
    const subjectIds = [...events, ...transactions, ...purchases, ...replays];
    await markSwept(tx, { subjectIds: [...new Set(subjectIds)], at: ctx.clock.now() });
    await deleteOldSweeps(tx, ago(ctx, day));
    return runs + subjectIds.length;
  });
}

function ago(ctx: Context, ms: number): Date {
  return new Date(ctx.clock.now().getTime() - ms);
}

/** Events that no job has settled. */
async function sweepEvents(ctx: Context, tx: Tx): Promise<string[]> {
  const ids = await findWaitingProviderEventIds(tx, {
    before: ago(ctx, 5 * minute),
    sweptBefore: ago(ctx, pause),
    limit: batch,
  });
  for (const providerEventId of ids) {
    await ctx.enqueue(tx, "provider-event.apply", { providerEventId });
  }
  return ids;
}

/** Events that an operator wants processed again, and that no job has. */
async function sweepReplays(ctx: Context, tx: Tx): Promise<string[]> {
  const ids = await findWaitingReplayIds(tx, {
    before: ago(ctx, 15 * minute),
    sweptBefore: ago(ctx, pause),
    limit: batch,
  });
  for (const replayId of ids) await ctx.enqueue(tx, "provider-event.replay", { replayId });
  return ids;
}

/** Deposits and withdrawals that are not finished. */
async function sweepNeglected(ctx: Context, tx: Tx): Promise<string[]> {
  const neglected = await findNeglectedTransactions(tx, {
    queuedBefore: ago(ctx, 30 * minute),
    readBefore: ago(ctx, 120 * minute),
    expiredBefore: ago(ctx, 15 * minute),
    unopenedBefore: ago(ctx, 10 * minute),
    sweptBefore: ago(ctx, pause),
    limit: batch,
  });
  const now = ctx.clock.now();
  for (const { id, kind, status, expiresAt } of neglected) {
    if (kind === "deposit" && status === "created" && (expiresAt ?? now) > now) {
      await ctx.enqueue(tx, "deposit.open-checkout", { transactionId: id });
    } else if (kind === "deposit") {
      await ctx.enqueue(tx, "deposit.check", { transactionId: id, look: 0 });
    } else if (status === "queued") {
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId: id });
    } else {
      await ctx.enqueue(tx, "withdrawal.check", { transactionId: id, look: 0 });
    }
  }
  return neglected.map(({ id }) => id);
}

/** Purchases that are paid and due for another look, and those that stay unknown. */
async function sweepPurchases(ctx: Context, tx: Tx): Promise<string[]> {
  const due = await findDuePurchaseIds(tx, {
    dueAt: ctx.clock.now(),
    sweptBefore: ago(ctx, pause),
    limit: batch,
  });
  const unknown = await findUnknownPurchaseIds(tx, {
    since: ago(ctx, unknownDays * day),
    before: ago(ctx, day),
    sweptBefore: ago(ctx, unknownPause),
    limit: batch,
  });
  const ids = [...due, ...unknown];
  for (const purchaseId of ids) await ctx.enqueue(tx, "purchase.check", { purchaseId });
  return ids;
}
