import type { Enqueue, JobName } from "@revio-wallet/core/jobs";
import type { Queryable } from "@revio-wallet/db/pool";

/** A queue in a table: a job exists if and only if the database transaction that made it commits, as with pg-boss. */
export const queueSchema = `
  CREATE TABLE sim_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    payload jsonb NOT NULL,
    start_after timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'ready',
    attempts int NOT NULL DEFAULT 0,
    active_until timestamptz
  );
  CREATE INDEX ON sim_jobs (start_after) WHERE state <> 'done';
  GRANT SELECT, INSERT, UPDATE, DELETE ON sim_jobs TO wallet_app`;

export interface ClaimedJob {
  id: bigint;
  name: JobName;
  payload: unknown;
  attempts: number;
}

/** As the worker's queues are set: silence for so long, and another worker takes the job. */
const expireMs = 180_000;
export const retryLimit = 20;

export function enqueueAt(now: () => Date): Enqueue {
  return async (tx, name, payload, options) => {
    await tx.query(insertJobSql, [name, JSON.stringify(payload), options?.startAfter ?? now()]);
  };
}

export const insertJobSql = "INSERT INTO sim_jobs (name, payload, start_after) VALUES ($1, $2, $3)";

/** Takes one due job, or one whose worker has been silent for too long. */
export async function claimJob(db: Queryable, now: Date): Promise<ClaimedJob | undefined> {
  const { rows } = await db.query<ClaimedJob>(
    `UPDATE sim_jobs SET state = 'active', attempts = attempts + 1, active_until = $2 WHERE id = (
       SELECT id FROM sim_jobs WHERE (state = 'ready' AND start_after <= $1) OR (state = 'active' AND active_until <= $1)
       ORDER BY start_after, id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, name, payload, attempts`,
    [now, new Date(now.getTime() + expireMs)],
  );
  return rows[0];
}

/** A job that fails every time: no handler knows it. */
export const poison = "poison";

/** As the worker's queues are set: so long until the next try. */
export const firstPauseMs = 2_000;
const longestPauseMs = 900_000;

export function pauseAfter({ attempts }: Pick<ClaimedJob, "attempts">): number {
  return Math.min(firstPauseMs * 2 ** Math.min(attempts, 10), longestPauseMs);
}

/** Fenced: a worker that was too slow settles nothing of the attempt that came after it. */
export async function settleJob(
  db: Queryable,
  job: ClaimedJob,
  outcome: "done" | { retryAt: Date },
  { fenced = true, tries = retryLimit } = {},
): Promise<void> {
  const [state, startAfter] =
    outcome === "done"
      ? ["done", null]
      : [job.attempts > tries ? "dead" : "ready", outcome.retryAt];
  await db.query(
    "UPDATE sim_jobs SET state = $3, start_after = coalesce($4, start_after) WHERE id = $1 AND (attempts = $2 OR $5)",
    [job.id, job.attempts, state, startAfter, !fenced],
  );
}

/** When the next job can be taken, if any waits. */
export async function nextJobAt(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT min(CASE state WHEN 'active' THEN active_until ELSE start_after END) AS at
     FROM sim_jobs WHERE state IN ('ready', 'active')`,
  );
  return rows[0]?.at ?? undefined;
}
