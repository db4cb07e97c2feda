import type { Queryable } from "../pool.ts";

export interface QueueHealth {
  queue: string;
  /** May run now, and waits for a worker. */
  ready: number;
  /** Waits for its time: later looks, pauses between tries. */
  waiting: number;
  active: number;
  dead: number;
  /** How long the oldest ready job has been due, in seconds; 0 without one. */
  oldestReadySeconds: number;
}

/** Figures of every queue that is not one of dead letters, by name. `now` must be the server's time within a second or so. */
export async function readQueueHealth(db: Queryable, now: Date): Promise<QueueHealth[]> {
  const { rows } = await db.query<QueueHealth>(
    `SELECT q.name AS queue,
       count(*) FILTER (WHERE j.name = q.name AND j.state IN ('created', 'retry') AND j.start_after <= $1)::int AS ready,
       count(*) FILTER (WHERE j.name = q.name AND j.state IN ('created', 'retry') AND j.start_after > $1)::int AS waiting,
       count(*) FILTER (WHERE j.name = q.name AND j.state = 'active')::int AS active,
       count(*) FILTER (WHERE j.name <> q.name AND j.state = 'created')::int AS dead,
       coalesce(extract(epoch FROM $1 - min(j.start_after)
         FILTER (WHERE j.name = q.name AND j.state IN ('created', 'retry') AND j.start_after <= $1)), 0)::float8 AS "oldestReadySeconds"
     FROM pgboss.queue q LEFT JOIN pgboss.job j ON j.name IN (q.name, q.dead_letter) AND j.state < 'completed'
     WHERE q.dead_letter IS NOT NULL
     GROUP BY q.name ORDER BY q.name`,
    [now],
  );
  return rows;
}
