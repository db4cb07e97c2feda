import type { Queryable } from "../pool.ts";

/** A job that this process has claimed; `retryCount` names the claim, so that a stale one changes nothing. */
export interface JobClaim {
  queue: string;
  jobId: string;
  retryCount: number;
}

/**
 * Puts a claimed job back into its queue for later, with one more try: this one did not count. The next claim has a
 * higher `retry_count` all the same, so what the worker of this one still says about the job is not heard.
 *
 * @returns false if the claim is not the job's current one
 */
export async function postponeClaimedJob(
  db: Queryable,
  claim: JobClaim,
  startAfter: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE pgboss.job SET state = 'retry', start_after = $4, retry_limit = retry_limit + 1, heartbeat_on = NULL
     WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
    [claim.queue, claim.jobId, claim.retryCount, startAfter],
  );
  return rowCount === 1;
}

/** Takes the remaining tries from a claimed job: when it fails now, it goes to the dead letters at once. */
export async function endTriesOfClaimedJob(db: Queryable, claim: JobClaim): Promise<void> {
  await db.query(
    `UPDATE pgboss.job SET retry_limit = retry_count
     WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
    [claim.queue, claim.jobId, claim.retryCount],
  );
}
