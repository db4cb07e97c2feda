import type { Actor } from "../../src/context.ts";
import type { JobName, JobPayloads } from "../../src/jobs.ts";
import { closeDays } from "../../src/day-close/close-day.ts";
import type { DayCloseContext } from "../../src/day-close/day-close-context.ts";
import { extendChains } from "../../src/integrity/extend-chains.ts";
import { stepIntegrity } from "../../src/integrity/step-integrity.ts";
import { verifyIntegrity } from "../../src/integrity/verify-integrity.ts";
import { foldCheckpoints } from "../../src/ledger/fold-checkpoints.ts";
import { requestDailyRuns } from "../../src/reconciliation/request-daily-runs.ts";
import { applyProviderEvent } from "../../src/revio/apply-provider-event.ts";
import { checkDeposit } from "../../src/revio/check-deposit.ts";
import { checkPayout } from "../../src/revio/check-payout.ts";
import { checkPurchase } from "../../src/revio/check-purchase.ts";
import { openDelayedCheckout } from "../../src/revio/open-delayed-checkout.ts";
import { purgeForgedDeliveries } from "../../src/revio/purge-forged-deliveries.ts";
import { replayProviderEvent } from "../../src/revio/replay-provider-event.ts";
import { purgeProviderCalls } from "../../src/provider-call/purge-provider-calls.ts";
import { runReconciliation } from "../../src/revio/run-reconciliation.ts";
import { submitPayout } from "../../src/revio/submit-payout.ts";
import { sweepTransactions } from "../../src/revio/sweep-transactions.ts";
import type { RevioContext } from "../../src/revio/revio-context.ts";
import type { JobTable, StoredJob } from "./job-table.ts";
import { asTask } from "./tripwire.ts";

/** All that a job may ask for. */
type JobContext = RevioContext & DayCloseContext;

interface Worker {
  jobs: JobTable;
  ctx: JobContext;
}

export interface RunJobsOptions {
  /** Runs each job so many times, all at once. */
  copies?: number;
  /** Only jobs of this name. */
  only?: JobName;
  /** The process that runs them. */
  as?: JobContext;
  /** At once, not one after the other. */
  parallel?: boolean;
}

/** The verb that each job calls, as in the worker. */
export const handlers: {
  [Name in JobName]: (ctx: JobContext, payload: JobPayloads[Name]) => Promise<unknown>;
} = {
  "provider-event.apply": (ctx, payload) => applyProviderEvent(ctx, payload),
  "provider-event.replay": (ctx, payload) => replayProviderEvent(ctx, payload),
  "deposit.open-checkout": (ctx, payload) => openDelayedCheckout(ctx, payload),
  "deposit.check": (ctx, payload) => checkDeposit(ctx, payload),
  "purchase.check": (ctx, payload) => checkPurchase(ctx, payload),
  "withdrawal.submit": (ctx, payload) => submitPayout(ctx, payload),
  "withdrawal.check": (ctx, payload) => checkPayout(ctx, payload),
  "transaction.sweep": (ctx) => sweepTransactions(ctx),
  "ledger.fold-checkpoints": (ctx) => foldCheckpoints(ctx),
  "ledger.chain": (ctx) => extendChains(ctx),
  "integrity.step": (ctx) => stepIntegrity(ctx),
  "integrity.verify": (ctx) => verifyIntegrity(ctx),
  "day.close": (ctx) => closeDays(ctx),
  "provider-delivery.purge": (ctx) => purgeForgedDeliveries(ctx),
  "provider-call.purge": (ctx) => purgeProviderCalls(ctx),
  "reconciliation.request-daily": (ctx) => requestDailyRuns(ctx),
  "reconciliation.run": (ctx, payload) => runReconciliation(ctx, payload),
};

export function actorOf(name: JobName): Actor {
  return name === "provider-event.apply" || name === "provider-event.replay"
    ? { kind: "provider", id: "revio" }
    : { kind: "system", id: name };
}

/** Runs what is due once; what fails comes again after a minute. Returns how many ran. */
export async function runDueJobs(world: Worker, options: RunJobsOptions = {}): Promise<number> {
  const due = await world.jobs.due(world.ctx.clock.now());
  const wanted = due.filter(({ name }) => options.only === undefined || name === options.only);
  if (options.parallel) await Promise.all(wanted.map((job) => runJob(world, job, options)));
  else for (const job of wanted) await runJob(world, job, options);
  return wanted.length;
}

async function runJob(world: Worker, job: StoredJob, options: RunJobsOptions): Promise<void> {
  const ctx = { ...(options.as ?? world.ctx), actor: actorOf(job.name) };
  const handler = handlers[job.name] as (ctx: JobContext, payload: unknown) => Promise<unknown>;
  const runs = Array.from({ length: options.copies ?? 1 }, () =>
    asTask(() => handler(ctx, job.payload)),
  );
  const failure = (await Promise.allSettled(runs)).find(({ status }) => status === "rejected");
  if (failure === undefined) {
    await world.jobs.done(job);
    return;
  }
  const again = new Date(world.ctx.clock.now().getTime() + 60_000);
  await world.jobs.failed(job, again, (failure as PromiseRejectedResult).reason);
}
