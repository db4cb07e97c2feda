import { Client, type Pool } from "pg";
import type { Enqueue, JobName, JobPayloads } from "../../src/jobs.ts";

export interface StoredJob<Name extends JobName = JobName> {
  id: bigint;
  name: Name;
  payload: JobPayloads[Name];
  attempts: number;
}

/**
 * A queue in a table of the same database: a job is there if and only if the database transaction that made it commits,
 * as with pg-boss.
 */
export interface JobTable {
  enqueue: Enqueue;
  /** Due at `now`, oldest first. */
  due(now: Date): Promise<StoredJob[]>;
  /** When the next job is due, if any is waiting. */
  nextDueAt(): Promise<Date | undefined>;
  done(job: StoredJob): Promise<void>;
  failed(job: StoredJob, again: Date, error: unknown): Promise<void>;
  /** Loses every job, as a queue whose retention is over. */
  lose(): Promise<void>;
  waiting(name?: JobName): Promise<number>;
}

export async function createJobTable(pool: Pool, superuserUrl: string): Promise<JobTable> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(
    `CREATE TABLE test_jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, payload jsonb NOT NULL,
       start_after timestamptz, attempts int NOT NULL DEFAULT 0, done boolean NOT NULL DEFAULT false, error text);
     GRANT SELECT, INSERT, UPDATE, DELETE ON test_jobs TO wallet_app`,
  );
  await client.end();
  return {
    enqueue: async (tx, name, payload, options) => {
      await tx.query("INSERT INTO test_jobs (name, payload, start_after) VALUES ($1, $2, $3)", [
        name,
        JSON.stringify(payload),
        options?.startAfter ?? null,
      ]);
    },
    due: async (now) => {
      const { rows } = await pool.query<StoredJob>(
        `SELECT id, name, payload, attempts FROM test_jobs
         WHERE NOT done AND (start_after IS NULL OR start_after <= $1) ORDER BY id`,
        [now],
      );
      return rows;
    },
    nextDueAt: async () => {
      const { rows } = await pool.query<{ at: Date | null }>(
        "SELECT min(coalesce(start_after, '-infinity')) AS at FROM test_jobs WHERE NOT done",
      );
      return rows[0]?.at ?? undefined;
    },
    done: async (job) => {
      await pool.query("UPDATE test_jobs SET done = true WHERE id = $1", [job.id]);
    },
    failed: async (job, again, error) => {
      await pool.query(
        "UPDATE test_jobs SET attempts = attempts + 1, start_after = $2, error = $3 WHERE id = $1",
        [job.id, again, String(error)],
      );
    },
    lose: async () => {
      await pool.query("DELETE FROM test_jobs");
    },
    waiting: async (name) => {
      const { rows } = await pool.query<{ count: bigint }>(
        "SELECT count(*) AS count FROM test_jobs WHERE NOT done AND name = coalesce($1, name)",
        [name ?? null],
      );
      return Number(rows[0]?.count);
    },
  };
}
