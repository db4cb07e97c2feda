import {
  findLiveWorkers,
  type QueueThroughput,
  readQueueThroughput,
  type WorkerRow,
} from "@revio-wallet/db/sql/jobs";
import { type QueueHealth, readQueueHealth } from "@revio-wallet/db/sql/read-queue-health";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

const hourMs = 60 * 60_000;
/** Figures of throughput are exact up to here; at it they mean "so many or more". */
const countedUpTo = 10_000;
/** Newest jobs that run times are taken over. */
const sample = 500;
/** A job that has been ready for so long means too few workers. */
const lateSeconds = 120;

export type QueueWarning = "no_worker" | "late" | "dead_letters";

export interface Queue extends QueueHealth, Omit<QueueThroughput, "queue"> {
  /** Live workers that take its jobs. */
  workers: number;
  warnings: QueueWarning[];
}

export interface Queues {
  queues: Queue[];
  workers: WorkerRow[];
  /** Beginning of the hour that throughput is told of. */
  since: Date;
  countedUpTo: number;
}

/**
 * Every queue with what waits, runs, is done and is dead, and who works on it.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listQueues(ctx: Pick<Context, "pool" | "actor" | "clock">): Promise<Queues> {
  await requireOperator(ctx, ctx.pool, "queues.view");
  const now = ctx.clock.now();
  const since = new Date(now.getTime() - hourMs);
  const health = await readQueueHealth(ctx.pool, now);
  const done = await readQueueThroughput(ctx.pool, { since, atMost: countedUpTo, sample });
  const workers = await findLiveWorkers(ctx.pool);
  // One that has just started tells what it works on with its next sign of life.
  const isStarting = workers.some(({ queues: names }) => names.length === 0);
  const throughputOf = new Map(done.map(({ queue, ...figures }) => [queue, figures]));
  const none = { completed: 0, died: 0, runP50Ms: null, runP95Ms: null };
  const queues = health.map((figures) => {
    const working = workers.filter(({ queues: names }) => names.includes(figures.queue)).length;
    const throughput = throughputOf.get(figures.queue) ?? none;
    const warnings = warningsOf(figures, working > 0 || isStarting);
    return { ...figures, ...throughput, workers: working, warnings };
  });
  return { queues, workers, since, countedUpTo };
}

function warningsOf(figures: QueueHealth, isWorkedOn: boolean): QueueWarning[] {
  const warnings: QueueWarning[] = [];
  if (!isWorkedOn) warnings.push("no_worker");
  if (figures.oldestReadySeconds > lateSeconds) warnings.push("late");
  if (figures.dead > 0) warnings.push("dead_letters");
  return warnings;
}
