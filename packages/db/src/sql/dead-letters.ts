import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface DeadLetterGroup {
  /** The queue that they died in. */
  queue: string;
  /** The kind of error of the last try; none of its words. */
  cause: string;
  count: bigint;
  firstAt: Date;
  lastAt: Date;
}

/** The kind of the last error, as run-job.ts stored it. */
export const deadLetterCause =
  "coalesce(source_output ->> 'message', source_output ->> 'value', 'unknown')";

/** Dead jobs of all queues by queue and cause, biggest first. */
export async function readDeadLetterGroups(db: Queryable): Promise<DeadLetterGroup[]> {
  const { rows } = await db.query<DeadLetterGroup>(
    `SELECT left(name, -5) AS queue, ${deadLetterCause} AS cause, count(*) AS count,
       min(created_on) AS "firstAt", max(created_on) AS "lastAt"
     FROM pgboss.job WHERE name LIKE '%.dead' AND state = 'created'
     GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
  );
  return rows;
}

export interface DeadLetterRow {
  id: string;
  payload: unknown;
}

/** Locks dead jobs, oldest first. Those that another redrive holds at this moment are left to it. */
export async function lockDeadLetters(
  tx: Tx,
  filter: { queue: string; cause?: string | undefined; jobId?: string | undefined; limit: number },
): Promise<DeadLetterRow[]> {
  const { rows } = await tx.query<DeadLetterRow>(
    `SELECT id, data AS payload FROM pgboss.job
     WHERE name = $1 || '.dead' AND state = 'created' AND ($2::uuid IS NULL OR id = $2) AND ($3::text IS NULL OR ${deadLetterCause} = $3)
     ORDER BY created_on, id LIMIT $4 FOR UPDATE SKIP LOCKED`,
    [filter.queue, filter.jobId ?? null, filter.cause ?? null, filter.limit],
  );
  return rows;
}

/** @returns how many there were */
export async function deleteDeadLetters(
  tx: Tx,
  of: { queue: string; jobIds: readonly string[] },
): Promise<number> {
  const { rowCount } = await tx.query(
    "DELETE FROM pgboss.job WHERE name = $1 || '.dead' AND id = ANY ($2::uuid[])",
    [of.queue, of.jobIds],
  );
  return rowCount ?? 0;
}
