import type { Enqueue, JobName } from "@revio-wallet/core/jobs";
import type { Log } from "@revio-wallet/core/context";
import { PgBoss } from "pg-boss";

/** As in packages/db/src/migrate.ts, which would bring the migration tool along. */
const jobSchema = "pgboss";

/** A connection to the job tables. Nobody but the migration creates or changes them. */
export function createBoss(options: {
  connectionString: string;
  role: "api" | "worker";
  log: Log;
}): PgBoss {
  const isWorker = options.role === "worker";
  const boss = new PgBoss({
    connectionString: options.connectionString,
    schema: jobSchema,
    application_name: `wallet-${options.role}-jobs`,
    instanceName: options.role,
    instanceHeartbeatSeconds: 15,
    max: isWorker ? 6 : 2,
    connectionTimeoutMillis: 5_000,
    options: "-c statement_timeout=30s -c lock_timeout=10s -c timezone=UTC",
    migrate: false,
    createSchema: false,
    // Upkeep, cron and the listener are the worker's.
    supervise: isWorker,
    schedule: isWorker,
    useListenNotify: isWorker,
    // The application role does not own the indexes; the migration role reindexes.
    reindex: false,
  });
  boss.on("error", (error) => options.log.error(errorFields(error), "job queue error"));
  boss.on("warning", ({ message }) => options.log.warn({ warning: message }, "job queue warning"));
  return boss;
}

/**
 * Some errors come as plain copies, which the log would call "object". Of the server's own, which have a severity, only the
 * code: their messages can hold the values of a row.
 */
function errorFields(error: unknown): Record<string, unknown> {
  if (error instanceof Error || typeof error !== "object" || error === null) return { error };
  const { code, queue, message, severity } = error as Record<string, unknown>;
  const reason = severity === undefined ? String(message).slice(0, 500) : undefined;
  return { code, queue, reason };
}

/**
 * Adds jobs inside the caller's database transaction: `send` runs on its connection, so the job commits or vanishes with
 * the rest. `started` is awaited first, because a queue that is not known yet is looked up on a connection of its own.
 */
export function createEnqueue(boss: PgBoss, started: () => Promise<unknown>): Enqueue {
  return async (tx, name, payload, options) => {
    await started();
    const db = { executeSql: (text: string, values?: unknown[]) => tx.query<object>(text, values) };
    const id = await boss.send(name, payload, {
      db,
      ...(options?.startAfter === undefined ? {} : { startAfter: options.startAfter }),
    });
    // Only queue policies and singleton keys refuse a job, and we use neither: the queue was changed under us.
    if (id === null) throw new JobRefused(name);
  };
}

class JobRefused extends Error {
  override readonly name = "JobRefused";

  constructor(job: JobName) {
    super(`the queue ${job} refused a job; its policy is not the one of the registry`);
  }
}
