import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { spawnGuarded, type GuardedChild } from "./child-process.ts";
import { findFreePort } from "./free-port.ts";
import {
  claimDataFolder,
  emptyDataFolder,
  initialiseCluster,
  openDataFolder,
  recoverDataFolder,
  type DataFolder,
} from "./postgres-data-folder.ts";
import { findServerFiles, type ServerFiles } from "./postgres-server-files.ts";

export interface StartPostgresOptions {
  /** Folder of the cluster; without it, a new temporary one. */
  readonly dataDir?: string | undefined;
  /** TCP port on 127.0.0.1; without it, any free one. */
  readonly port?: number | undefined;
  /** Keep the cluster after `stop()`. A cluster that is not kept is also deleted if we are killed. */
  readonly persistent: boolean;
  /** `false` turns fsync off: fast, and a power cut may lose data. */
  readonly durable: boolean;
  /** More server settings, as in `["-c", "log_statement=all"]`. */
  readonly extraFlags?: readonly string[] | undefined;
}

export interface RunningPostgres {
  readonly port: number;
  /** URL of the database `postgres` as superuser, with its password. */
  readonly superuserUrl: string;
  /** Where the cluster really lives (as root it may not be where it was asked for). */
  readonly dataDir: string;
  readonly logFile: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Fast shutdown: open connections are closed, committed data is kept. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const attempts = 5;

/**
 * Starts PostgreSQL 18 from the npm package, making the cluster if needed.
 *
 * Listens on 127.0.0.1 alone and asks for a password (SCRAM). Works as root and as a normal user,
 * recovers from a killed earlier run, and never outlives this process.
 * Throws `DataFolderInUseError` when a live process already runs a server on `dataDir`.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const files = await findServerFiles();
  const folder = await openDataFolder(options.dataDir, files);
  await recoverDataFolder(folder);
  if (!options.persistent) await emptyDataFolder(folder);
  await claimDataFolder(folder);
  const password = await initialiseCluster(files, folder, options.durable);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort(0));
    const server = await spawnServer(files, folder, port, options);
    const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    const failure = await waitUntilReady(server, superuserUrl);
    if (failure === undefined) return running(server, folder, port, superuserUrl, options);
    await server.stop();
    const log = await tail(folder.log);
    if (attempt === attempts || !isWorthRetrying(log, options)) {
      if (!options.persistent) await rm(folder.folder, { recursive: true, force: true });
      throw new Error(`PostgreSQL did not start on port ${port}: ${failure}\n${log}`);
    }
    await sleep(300 * attempt);
  }
}

/*
 * Between choosing a port and listening, another program can take it. After a kill, backends of the
 * old server may hold its shared memory for a moment longer.
 */
function isWorthRetrying(log: string, { port }: StartPostgresOptions): boolean {
  const portTaken = port === undefined && log.includes("Address already in use");
  return portTaken || log.includes("pre-existing shared memory block");
}

async function spawnServer(
  files: ServerFiles,
  folder: DataFolder,
  port: number,
  { durable, persistent, extraFlags = [] }: StartPostgresOptions,
): Promise<GuardedChild> {
  const log = await open(folder.log, "w", 0o600);
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  try {
    return await spawnGuarded(files.postgres, ["-D", folder.data, ...flags, ...extraFlags], {
      cwd: folder.folder,
      env: { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" },
      stdio: ["ignore", log.fd, log.fd],
      runAs: files.runAs,
      stopSignal: "SIGINT",
      // Signals to the postmaster alone: it ends its own backends in order.
      stopScope: "process",
      graceMs: 30_000,
      removeIfOrphaned: persistent ? undefined : folder.folder,
    });
  } finally {
    await log.close();
  }
}

/** Resolves with the reason when the server did not become ready. */
async function waitUntilReady(server: GuardedChild, url: string): Promise<string | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  let reason = "no answer";
  while (Date.now() < deadline) {
    if (server.exit()) return `the server ended with code ${server.exit()?.code}`;
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      // Another server may have taken the port first: ask who answers.
      const { rows } = await client.query<{ ours: boolean }>(
        "select pg_read_file('postmaster.pid', 0, 20) like $1 as ours",
        [`${server.pid}\n%`],
      );
      if (rows[0]?.ours) return undefined;
      reason = "another PostgreSQL server answers on this port";
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(25);
  }
  return reason;
}

function running(
  server: GuardedChild,
  folder: DataFolder,
  port: number,
  superuserUrl: string,
  { persistent }: StartPostgresOptions,
): RunningPostgres {
  return {
    port,
    superuserUrl,
    dataDir: folder.folder,
    logFile: folder.log,
    pid: server.pid,
    stop: async () => {
      await server.stop();
      if (!persistent) await rm(folder.folder, { recursive: true, force: true });
    },
  };
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-20).join("\n");
}
