import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { startPostgres, type RunningPostgres } from "@revio-wallet/dev/embedded-postgres";
import { findFreePort } from "@revio-wallet/dev/free-port";
import { findServerFiles } from "@revio-wallet/dev/postgres-server-files";
import { startDatabase, type StackDatabase } from "@revio-wallet/dev/stack-database";
import type { StackSecrets } from "@revio-wallet/dev/stack-secrets";
import { takeBaseBackup } from "./base-backup.ts";

const standbyName = "s1";

/*
 * A COMMIT is answered once the standby has it. A server that crashes stays down, as in PostgreSQL's own recovery tests: a
 * restart by itself would hide the crash. fsync is off: processes are killed here, no machine loses its power.
 */
const serverFlags = [
  "synchronous_commit=on",
  "restart_after_crash=off",
  "fsync=off",
  "wal_keep_size=1GB",
  "wal_receiver_timeout=10s",
  "wal_retrieve_retry_interval=200ms",
  "hot_standby=on",
].flatMap((setting) => ["-c", setting]);
const withStandby = [...serverFlags, "-c", `synchronous_standby_names=${standbyName}`];

export interface PostgresPair {
  /** Of the primary of the moment. */
  port(): number;
  /** The wallet's database on the primary of the moment, as superuser. */
  superuserUrl(): string;
  /** Counts failovers: what is true of one primary need not be true of the next. */
  generation(): number;
  /** As they are with the port of the first primary; clients get the port of a proxy. */
  readonly urls: StackDatabase["urls"];
  /** The standby dies at once; from now on no COMMIT is answered. */
  stopStandby(): Promise<void>;
  startStandby(): Promise<void>;
  /** The primary dies at once, and only then the standby becomes the primary. It has no standby yet: see `addStandby`. */
  failOver(): Promise<void>;
  /** Builds a new standby from the primary of the moment, and waits until it is in step. */
  addStandby(): Promise<void>;
  /** Everything that any of the servers wrote to its log. */
  serverLog(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a primary with the wallet's schema and its synchronous standby. */
export async function startPostgresPair(options: {
  readonly folder: string;
  readonly secrets: StackSecrets;
}): Promise<PostgresPair> {
  const { folder, secrets } = options;
  const { runAs } = await findServerFiles();
  const keptLog = join(folder, "postgres-servers.log");
  const dataDir = join(folder, "postgres-0");
  const database = await startDatabase({
    dataDir,
    port: await findFreePort(0),
    persistent: true,
    secrets,
    extraFlags: serverFlags,
  });
  let primary = database.postgres;
  let standby: RunningPostgres | undefined;
  let standbyRuns = false;
  let generation = 0;
  let built = 0;
  const servers: RunningPostgres[] = [primary];

  /* The log is written anew by each start in the same folder. */
  const keepLog = async (server: RunningPostgres): Promise<void> => {
    const text = await readFile(server.logFile, "utf8").catch(() => "");
    await appendFile(keptLog, `\n=== ${server.dataDir}\n${text}`);
  };
  const startIn = async (target: string): Promise<RunningPostgres> => {
    const server = await startPostgres({
      dataDir: target,
      persistent: true,
      durable: true,
      extraFlags: withStandby,
    });
    servers.push(server);
    standby = server;
    standbyRuns = true;
    return server;
  };
  const pair: PostgresPair = {
    port: () => primary.port,
    superuserUrl: () => inWallet(primary.superuserUrl, database.urls.app),
    generation: () => generation,
    urls: database.urls,
    async stopStandby() {
      if (standby === undefined) return;
      standbyRuns = false;
      await dieAtOnce(standby);
      await keepLog(standby);
    },
    async startStandby() {
      if (standby === undefined || standbyRuns) return;
      await startIn(standby.dataDir);
      await waitUntilInStep(primary.superuserUrl);
    },
    async failOver() {
      if (standby === undefined) throw new Error("there is no standby to promote");
      await dieAtOnce(primary);
      await keepLog(primary);
      const next = standbyRuns ? standby : await startIn(standby.dataDir);
      await execute(next.superuserUrl, "SELECT pg_promote(true, 60)");
      primary = next;
      standby = undefined;
      standbyRuns = false;
      generation += 1;
    },
    async addStandby() {
      built += 1;
      const target = join(folder, `postgres-${built}`);
      await takeBaseBackup({
        primaryUrl: primary.superuserUrl,
        source: join(primary.dataDir, "data"),
        target,
        runAs,
      });
      await startIn(target);
      await waitUntilInStep(primary.superuserUrl);
    },
    async serverLog() {
      const current = await Promise.all(
        servers.map(({ logFile }) => readFile(logFile, "utf8").catch(() => "")),
      );
      const kept = await readFile(keptLog, "utf8").catch(() => "");
      return [kept, ...current].join("\n");
    },
    async stop() {
      // The standby last: a primary that ends in order waits until its standby has everything.
      await primary.stop();
      await standby?.stop();
    },
  };
  try {
    await pair.addStandby();
    await execute(
      primary.superuserUrl,
      `ALTER SYSTEM SET synchronous_standby_names = '${standbyName}'`,
    );
    await execute(primary.superuserUrl, "SELECT pg_reload_conf()");
    return pair;
  } catch (error) {
    await pair.stop();
    throw error;
  }
}

/** SIGQUIT: no checkpoint, no goodbye; what `pg_ctl stop -m immediate` does. */
async function dieAtOnce(server: RunningPostgres): Promise<void> {
  try {
    process.kill(server.pid, "SIGQUIT");
  } catch {
    // Dead already.
  }
  await server.stop();
}

async function waitUntilInStep(primaryUrl: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const rows = await execute<{ state: string }>(
      primaryUrl,
      `SELECT state FROM pg_stat_replication WHERE application_name = '${standbyName}' AND state = 'streaming'`,
    );
    if (rows.length > 0) return;
    await sleep(100);
  }
  throw new Error("The standby does not follow the primary.");
}

async function execute<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

function inWallet(superuserUrl: string, appUrl: string): string {
  const url = new URL(superuserUrl);
  url.pathname = new URL(appUrl).pathname;
  return url.href;
}
