import { setTimeout as sleep } from "node:timers/promises";
import type { Services } from "../context.ts";
import { jobs } from "./registry.ts";
import type { RunningJobs } from "./running-jobs.ts";

/** For handlers that were told to end, and for connections that are still in use. */
const lastWordsMs = 3_000;

/**
 * Ends a worker without leaving a job behind: takes no more, lets running jobs finish within `drainMs`, then hands the rest
 * back to the queue at once, where another worker finds them in seconds instead of when they expire. Their calls to Revio
 * are aborted: what was under way is in doubt, and the tables say so.
 *
 * @param hurry aborted when there is no time for running jobs
 */
export async function stopWorker(
  services: Pick<Services, "boss" | "log" | "close">,
  running: RunningJobs,
  options: { drainMs: number; hurry: AbortSignal },
): Promise<void> {
  const { boss, log } = services;
  const { drainMs, hurry } = options;
  await Promise.allSettled(Object.keys(jobs).map((name) => boss.offWork(name, { wait: false })));
  const drained = new AbortController();
  const over = sleep(drainMs, undefined, { signal: AbortSignal.any([hurry, drained.signal]) });
  await Promise.race([running.idle(), over.catch(() => undefined)]);
  drained.abort();
  if (running.count > 0) log.warn({ running: running.count }, "jobs are handed back to the queue");
  // Not graceful: fails what is still active, so that it may be claimed again, and aborts its signal. What has just ended may not be
  // on record as done yet: that takes a moment more, and without it would be done again.
  await boss.stop(
    running.count > 0 ? { graceful: false } : { graceful: true, timeout: lastWordsMs },
  );
  await Promise.race([running.idle(), sleep(lastWordsMs)]);
  await Promise.race([services.close(), sleep(lastWordsMs)]);
}
