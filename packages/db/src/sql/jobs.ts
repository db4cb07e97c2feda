import type { Queryable } from "../pool.ts";
import { deadLetterCause } from "./dead-letters.ts";

export type JobState = "created" | "retry" | "active" | "completed" | "cancelled" | "failed";

/** A background job as the queue keeps it. What it gave back is not read: it may say anything. */
export interface JobRow {
  id: string;
  queue: string;
  state: JobState;
  /** Ids only. */
  payload: unknown;
  /** Tries that were begun after the first. */
  retryCount: number;
  retryLimit: number;
  createdOn: Date;
  startAfter: Date;
  startedOn: Date | null;
  completedOn: Date | null;
  heartbeatOn: Date | null;
  /** Kind of the last error; none of its words. */
  failure: string | null;
  /** Of a dead letter: the job that died. */
  source: {
    queue: string | null;
    jobId: string | null;
    createdOn: string | null;
    retryCount: number | null;
  } | null;
  /** Place in the order of creation, to the microsecond. */
  place: string;
}

const failure = `CASE WHEN source_name IS NOT NULL THEN ${deadLetterCause}
  WHEN state IN ('retry', 'failed') THEN coalesce(output ->> 'message', output ->> 'value') END`;

const columns = `id, name AS queue, state, data AS payload, retry_count AS "retryCount", retry_limit AS "retryLimit", created_on AS "createdOn",
  start_after AS "startAfter", started_on AS "startedOn", completed_on AS "completedOn", heartbeat_on AS "heartbeatOn", ${failure} AS failure,
  CASE WHEN source_name IS NOT NULL THEN jsonb_build_object('queue', source_name, 'jobId', source_id, 'createdOn', source_created_on,
    'retryCount', source_retry_count) END AS source,
  to_char(created_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;

/** What people ask for: each is a part of the queue's jobs. */
export type JobFilterState = "ready" | "deferred" | "active" | "completed" | "dead";

const conditions: Record<JobFilterState, string> = {
  ready: "state IN ('created', 'retry') AND start_after <= $2",
  deferred: "state IN ('created', 'retry') AND start_after > $2",
  active: "state = 'active' AND $2::timestamptz IS NOT NULL",
  completed: "state = 'completed' AND $2::timestamptz IS NOT NULL",
  dead: "state = 'created' AND $2::timestamptz IS NOT NULL",
};

/** Jobs of one queue, newest first, after a place in that order; the dead ones are those of its dead letters. */
export async function findJobs(
  db: Queryable,
  filter: {
    queue: string;
    state: JobFilterState;
    now: Date;
    after: { place: string; id: string } | undefined;
    limit: number;
  },
): Promise<JobRow[]> {
  const { rows } = await db.query<JobRow>(
    `SELECT ${columns} FROM pgboss.job WHERE name = $1 AND ${conditions[filter.state]}
       AND ($3::timestamptz IS NULL OR (created_on, id) < ($3, $4::uuid))
     ORDER BY created_on DESC, id DESC LIMIT $5`,
    [
      filter.state === "dead" ? `${filter.queue}.dead` : filter.queue,
      filter.now,
      filter.after?.place ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** A job by its id, in whatever queue; undefined once it has been cleaned away. */
export async function findJob(db: Queryable, id: string): Promise<JobRow | undefined> {
  const { rows } = await db.query<JobRow>(
    `SELECT ${columns} FROM pgboss.job WHERE name IN (SELECT name FROM pgboss.queue) AND id = $1`,
    [id],
  );
  return rows[0];
}

/** Jobs that were made for a provider event: the one that came with it, and those of its replays; oldest first, at most 20. */
export async function findJobsOfProviderEvent(
  db: Queryable,
  event: { id: string; receivedAt: Date },
): Promise<JobRow[]> {
  // Jobs have no index on what they are about: the first is found by its time, and dead letters are few.
  const { rows } = await db.query<JobRow>(
    `SELECT * FROM (
       (SELECT ${columns} FROM pgboss.job WHERE name = 'provider-event.apply' AND data ->> 'providerEventId' = $1::text
          AND created_on BETWEEN $2::timestamptz - interval '1 min' AND $2::timestamptz + interval '1 min' LIMIT 10)
       UNION ALL
       (SELECT ${columns} FROM pgboss.job WHERE name = 'provider-event.apply.dead' AND state = 'created' AND data ->> 'providerEventId' = $1::text LIMIT 10)
     ) j ORDER BY place, id`,
    [event.id, event.receivedAt],
  );
  return rows;
}

export interface QueueThroughput {
  queue: string;
  /** In the last hour, counted no further than asked. */
  completed: number;
  died: number;
  /** From the beginning of a job's last try to its end, in milliseconds, over the newest of the hour. */
  runP50Ms: number | null;
  runP95Ms: number | null;
}

/** What each queue that is not one of dead letters got done since then. */
export async function readQueueThroughput(
  db: Queryable,
  filter: { since: Date; atMost: number; sample: number },
): Promise<QueueThroughput[]> {
  const { rows } = await db.query<QueueThroughput>(
    `SELECT q.name AS queue,
       (SELECT count(*)::int FROM (SELECT 1 FROM pgboss.job j WHERE j.name = q.name AND j.completed_on >= $1 AND j.state = 'completed' LIMIT $2) c) AS completed,
       (SELECT count(*)::int FROM (SELECT 1 FROM pgboss.job j WHERE j.name = q.dead_letter AND j.created_on >= $1 LIMIT $2) d) AS died,
       r.p50 AS "runP50Ms", r.p95 AS "runP95Ms"
     FROM pgboss.queue q CROSS JOIN LATERAL (
       SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS p95 FROM (
         SELECT (extract(epoch FROM j.completed_on - j.started_on) * 1000)::int AS ms FROM pgboss.job j
         WHERE j.name = q.name AND j.completed_on >= $1 AND j.state = 'completed' AND j.started_on IS NOT NULL
         ORDER BY j.completed_on DESC LIMIT $3
       ) newest
     ) r
     WHERE q.dead_letter IS NOT NULL ORDER BY q.name`,
    [filter.since, filter.atMost, filter.sample],
  );
  return rows;
}

export interface WorkerRow {
  id: string;
  host: string;
  pid: number;
  startedOn: Date;
  heartbeatOn: Date;
  /** Queues that it takes jobs from. */
  queues: string[];
  crashRestarts: number;
}

/** Workers whose heartbeat has not been missed three times, oldest first. */
export async function findLiveWorkers(db: Queryable): Promise<WorkerRow[]> {
  const { rows } = await db.query<WorkerRow>(
    `SELECT id, host, pid, started_on AS "startedOn", heartbeat_on AS "heartbeatOn", crash_restarts AS "crashRestarts",
       ARRAY(SELECT DISTINCT w ->> 'queue' FROM jsonb_array_elements(workers) w WHERE w ->> 'queue' IS NOT NULL ORDER BY 1) AS queues
     FROM pgboss.instance
     WHERE stopped_on IS NULL AND name = 'worker' AND heartbeat_on >= now() - heartbeat_seconds * 3 * interval '1 second'
     ORDER BY started_on, id LIMIT 100`,
  );
  return rows;
}

export interface RedrivePreviewRow {
  cause: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
}

/** Dead jobs of one queue that a redrive would take, by cause. */
export async function readRedrivePreview(
  db: Queryable,
  filter: { queue: string; cause?: string | undefined; jobId?: string | undefined },
): Promise<RedrivePreviewRow[]> {
  const { rows } = await db.query<RedrivePreviewRow>(
    `SELECT ${deadLetterCause} AS cause, count(*)::int AS count, min(created_on) AS "firstAt", max(created_on) AS "lastAt" FROM pgboss.job
     WHERE name = $1 || '.dead' AND state = 'created' AND ($2::uuid IS NULL OR id = $2) AND ($3::text IS NULL OR ${deadLetterCause} = $3)
     GROUP BY 1 ORDER BY 2 DESC, 1`,
    [filter.queue, filter.jobId ?? null, filter.cause ?? null],
  );
  return rows;
}
