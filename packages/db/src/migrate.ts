import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import { Client, DatabaseError } from "pg";
import { PgBoss } from "pg-boss";
import { roles } from "./bootstrap.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/** Schema that pg-boss owns its tables in. */
export const jobSchema = "pgboss";

/**
 * How long a statement waits for the lock on a table. All who come after it wait behind it, so it is less than the 4 s that
 * statements of the application wait: the file is rolled back and tried again, and traffic never fails for a migration.
 */
const lockTimeoutMs = 2_000;
const lockAttempts = 30;

export interface MigrateOptions {
  ownerUrl: string;
  log?: (line: string) => void;
  /** Instead of this package's migrations, for tests. */
  folder?: string;
  /** Instead of 2 s, for tests; the pause between two attempts is as long. */
  lockTimeoutMs?: number;
}

/**
 * Brings the database to the newest schema, as owner, over a direct connection: our SQL files in order (one database
 * transaction each), then the job tables of pg-boss. A second migrator waits for the first. Runs again without effect.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const client = new Client({
    connectionString: options.ownerUrl,
    options: `-c lock_timeout=${options.lockTimeoutMs ?? lockTimeoutMs}ms -c statement_timeout=60s`,
  });
  // One that dies between two statements fails the next one.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await waitForOtherMigrators(client);
    await runFiles(client, options);
    await migrateJobs(options.ownerUrl);
    await client.query(`GRANT SELECT ON schema_migrations TO ${roles.app}`);
    await client.query(`GRANT USAGE ON SCHEMA ${jobSchema} TO ${roles.app}`);
    await client.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobSchema} TO ${roles.app}`,
    );
    await client.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobSchema} TO ${roles.app}`);
    await client.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${jobSchema} TO ${roles.app}`);
  } finally {
    await client.end();
  }
}

/** Runs the files that are missing. One that cannot get a lock in time is rolled back, and begun again after a pause. */
async function runFiles(client: Client, options: MigrateOptions): Promise<void> {
  const log = options.log ?? (() => undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      await runner({
        dbClient: client,
        dir: options.folder ?? migrationsFolder,
        direction: "up",
        singleTransaction: false,
        advisoryLockMode: "wait",
        migrationsTable: "schema_migrations",
        checkOrder: true,
        log: () => undefined,
        logger: { debug: () => undefined, info: log, warn: log, error: log },
      });
      return;
    } catch (error) {
      if (attempt === lockAttempts || !isLockTimeout(error)) throw error;
      // The tool leaves the database transaction of the failed file open.
      await client.query("ROLLBACK");
      log("Somebody holds a lock that this file needs. Trying again.");
      await pause(options.lockTimeoutMs ?? lockTimeoutMs);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "55P03";
}

/**
 * One lock around everything, held until the connection ends: the tool's own covers only our files, and two GRANTs at once
 * on one table fail ("tuple concurrently updated"). Waits for as long as a migration takes. Class 2 of the lock space in
 * account_lock_key().
 */
async function waitForOtherMigrators(client: Client): Promise<void> {
  await client.query("SET lock_timeout = 0; SET statement_timeout = 0");
  await client.query("SELECT pg_advisory_lock(2::bigint << 56)");
  await client.query("RESET lock_timeout; RESET statement_timeout");
}

async function migrateJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: jobSchema,
    max: 1,
    supervise: false,
    schedule: false,
  });
  let failure: unknown;
  boss.on("error", (error) => {
    failure ??= error;
  });
  await boss.start();
  await boss.stop({ graceful: false });
  if (failure !== undefined) throw failure;
}
