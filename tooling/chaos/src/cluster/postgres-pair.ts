import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { startPostgres, type RunningPostgres } from "@revio-wallet/dev/embedded-postgres";
import { findFreePort } from "@revio-wallet/dev/free-port";
import { findServerFiles, type ServerUser } from "@revio-wallet/dev/postgres-server-files";
import { startDatabase, type StackDatabase } from "@revio-wallet/dev/stack-database";
import type { StackSecrets } from "@revio-wallet/dev/stack-secrets";
import { takeBaseBackup } from "./base-backup.ts";
import { dieAtOnce } from "./die-at-once.ts";

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

/** A primary with the wallet's schema and its synchronous standby, and the changes of these roles. */
export class PostgresPair {
  /** As they are with the port of the first primary; clients get the port of a proxy. */
  readonly urls: StackDatabase["urls"];
  readonly #folder: string;
  readonly #runAs: ServerUser | undefined;
  readonly #servers: RunningPostgres[];
  #primary: RunningPostgres;
  #former: RunningPostgres | undefined;
  #standby: RunningPostgres | undefined;
  #standbyRuns = false;
  #generation = 0;
  #built = 0;

  private constructor(folder: string, runAs: ServerUser | undefined, database: StackDatabase) {
    this.#folder = folder;
    this.#runAs = runAs;
    this.urls = database.urls;
    this.#primary = database.postgres;
    this.#servers = [database.postgres];
  }

  static async start(options: {
    readonly folder: string;
    readonly secrets: StackSecrets;
  }): Promise<PostgresPair> {
    const { folder, secrets } = options;
    const { runAs } = await findServerFiles();
    const database = await startDatabase({
      dataDir: join(folder, "postgres-0"),
      port: await findFreePort(0),
      persistent: true,
      secrets,
      extraFlags: serverFlags,
    });
    const pair = new PostgresPair(folder, runAs, database);
    try {
      await pair.addStandby();
      const { superuserUrl } = database.postgres;
      await execute(superuserUrl, `ALTER SYSTEM SET synchronous_standby_names = '${standbyName}'`);
      await execute(superuserUrl, "SELECT pg_reload_conf()");
      return pair;
    } catch (error) {
      await pair.stop();
      throw error;
    }
  }

  /** Of the primary of the moment. */
  get port(): number {
    return this.#primary.port;
  }

  /** The wallet's database on the primary of the moment, as superuser. */
  get superuserUrl(): string {
    const url = new URL(this.#primary.superuserUrl);
    url.pathname = new URL(this.urls.app).pathname;
    return url.href;
  }

  /** Counts failovers: what is true of one primary need not be true of the next. */
  get generation(): number {
    return this.#generation;
  }

  /** The standby dies at once; from now on no COMMIT is answered. */
  async stopStandby(): Promise<void> {
    if (this.#standby === undefined || !this.#standbyRuns) return;
    this.#standbyRuns = false;
    await dieAtOnce(this.#standby);
    await this.#keepLog(this.#standby);
  }

  /** Resolves once it has caught up. */
  async startStandby(): Promise<void> {
    if (this.#standby === undefined || this.#standbyRuns) return;
    await this.#startIn(this.#standby.dataDir);
    await waitUntilInStep(this.#primary.superuserUrl);
  }

  /**
   * The primary dies at once, and only then the standby becomes the primary, also one that was down and lacks the end. The
   * new primary answers no COMMIT before it has a standby: see `addStandby`.
   */
  async failOver(): Promise<void> {
    if (this.#standby === undefined) throw new Error("there is no standby to promote");
    await dieAtOnce(this.#primary);
    await this.#keepLog(this.#primary);
    const next = this.#standbyRuns ? this.#standby : await this.#startIn(this.#standby.dataDir);
    await execute(next.superuserUrl, "SELECT pg_promote(true, 60)");
    this.#former = this.#primary;
    this.#primary = next;
    this.#standby = undefined;
    this.#standbyRuns = false;
    this.#generation += 1;
  }

  /**
   * Starts the primary that was replaced by the last failover once more, as somebody does who has not heard of that: two
   * servers take writes. The caller stops it.
   */
  async reviveFormer(): Promise<RunningPostgres> {
    if (this.#former === undefined) throw new Error("there was no failover");
    return startPostgres({
      dataDir: this.#former.dataDir,
      persistent: true,
      durable: true,
      extraFlags: withStandby,
    });
  }

  /** Builds a new standby from the primary of the moment, and waits until it is in step. */
  async addStandby(): Promise<void> {
    this.#built += 1;
    const target = join(this.#folder, `postgres-${this.#built}`);
    await takeBaseBackup({
      primaryUrl: this.#primary.superuserUrl,
      source: join(this.#primary.dataDir, "data"),
      target,
      runAs: this.#runAs,
    });
    await this.#startIn(target);
    await waitUntilInStep(this.#primary.superuserUrl);
  }

  /** Everything that any of the servers wrote to its log. */
  async serverLog(): Promise<string> {
    const files = [this.#keptLog, ...this.#servers.map(({ logFile }) => logFile)];
    const texts = files.map((file) => readFile(file, "utf8").catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  }

  async stop(): Promise<void> {
    // The standby last: a primary that ends in order waits until its standby has everything.
    await this.#primary.stop();
    await this.#standby?.stop();
  }

  async #startIn(target: string): Promise<RunningPostgres> {
    const server = await startPostgres({
      dataDir: target,
      persistent: true,
      durable: true,
      extraFlags: withStandby,
    });
    this.#servers.push(server);
    this.#standby = server;
    this.#standbyRuns = true;
    return server;
  }

  get #keptLog(): string {
    return join(this.#folder, "postgres-servers.log");
  }

  /* The log is written anew by each start in the same folder. */
  async #keepLog(server: RunningPostgres): Promise<void> {
    const text = await readFile(server.logFile, "utf8").catch(() => "");
    await appendFile(this.#keptLog, `\n=== ${server.dataDir}\n${text}`);
  }
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
