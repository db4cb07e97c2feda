import { type JobClaim, postponeClaimedJob } from "@revio-wallet/db/sql/claimed-jobs";
import type { Context } from "../context.ts";

/** Longest pause between two looks at a provider that is down: after an outage all jobs are back within twice this. */
const longestPauseMs = 5 * 60_000;
const firstPauseMs = 5_000;

export interface PostponableJob extends JobClaim {
  /** How often it was postponed before. */
  postponed: number;
}

/** Days, at one look each five minutes; then the job uses up its tries, and the sweeper goes on from the tables. */
export const mostPostponements = 1_000;

/**
 * Puts a claimed job back because Revio is not asked at present: no try is used up. Pauses grow and are spread evenly, so
 * that after an outage the jobs come back as a trickle, not as a wave.
 *
 * @returns false if it has been postponed for too long, or is not this worker's any more
 */
export async function postponeJob(
  ctx: Pick<Context, "pool" | "clock">,
  job: PostponableJob,
  pausedForMs: number,
  random: () => number = Math.random,
): Promise<boolean> {
  if (job.postponed >= mostPostponements) return false;
  const spreadMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(job.postponed, 16));
  const waitMs = Math.min(pausedForMs, 15 * 60_000) + random() * spreadMs;
  const startAfter = new Date(ctx.clock.now().getTime() + waitMs);
  return postponeClaimedJob(ctx.pool, job, startAfter);
}
