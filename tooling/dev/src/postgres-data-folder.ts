import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  canEnter,
  openCacheFolder,
  reachableBases,
  type ServerFiles,
} from "./postgres-server-files.ts";

/** Where one cluster lives. `folder` is ours; `data` belongs to the user that runs the server. */
export interface DataFolder {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
}

/** The data folder belongs to a PostgreSQL server that somebody still uses. */
export class DataFolderInUseError extends Error {
  readonly code = "DATA_FOLDER_IN_USE";
  constructor(folder: string, server: number, owner: number, port: number) {
    super(
      `PostgreSQL (process ${server}, port ${port}) already runs on ${folder}, ` +
        `started by process ${owner}. Stop that one first.`,
    );
  }
}

/**
 * Chooses and makes the folder of a cluster: the requested one, or a new temporary one.
 *
 * As root, a requested folder that the server's user cannot enter is replaced by one in the
 * temporary folder whose name is made of the requested path, so that later runs find it again.
 */
export async function openDataFolder(
  requested: string | undefined,
  { runAs }: ServerFiles,
): Promise<DataFolder> {
  const folder =
    requested === undefined
      ? await mkdtemp(join(firstBase(runAs), "revio-wallet-postgres-"))
      : await openRequested(resolve(requested), runAs);
  // Others may pass through to `data`, which only the server's user can open.
  if (runAs !== undefined) await chmod(folder, 0o711);
  return layOut(folder);
}

/** `realpath`: PostgreSQL writes the resolved path into its lock file. */
async function layOut(folder: string): Promise<DataFolder> {
  const real = await realpath(folder);
  return { folder: real, data: join(real, "data"), log: join(real, "postgres.log") };
}

function firstBase(runAs: ServerFiles["runAs"]): string {
  const [base] = reachableBases(runAs);
  if (base === undefined) {
    throw new Error("No temporary folder is open to the user that runs PostgreSQL. Set TMPDIR.");
  }
  return base;
}

async function openRequested(folder: string, runAs: ServerFiles["runAs"]): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (runAs === undefined || canEnter(dirname(folder), runAs)) return folder;
  const cache = join(await openCacheFolder(firstBase(runAs), folder), "postgres");
  await mkdir(cache, { recursive: true, mode: 0o711 });
  return cache;
}

function passwordFileOf(folder: string): string {
  return join(folder, "superuser-password");
}

/**
 * Makes the cluster if it is not there or was left half made, and returns the superuser's
 * password, which is random per cluster and kept in a file that only we can read.
 */
export async function initialiseCluster(
  files: ServerFiles,
  { folder, data }: DataFolder,
  durable: boolean,
): Promise<string> {
  const passwordFile = passwordFileOf(folder);
  // Written last, so its presence means that initdb finished.
  const kept = await readFile(passwordFile, "utf8").catch(() => undefined);
  if (kept !== undefined) return kept;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  const password = randomBytes(24).toString("base64url");
  const initialPassword = join(folder, "initial-password");
  await writeFile(initialPassword, password, { mode: 0o600 });
  if (files.runAs !== undefined) {
    for (const path of [data, initialPassword]) {
      await chown(path, files.runAs.uid, files.runAs.gid);
    }
  }
  try {
    runInitdb(files, { folder, data, initialPassword, durable });
  } finally {
    await rm(initialPassword, { force: true });
  }
  await writeFile(passwordFile, password, { mode: 0o600 });
  return password;
}

function runInitdb(
  { initdb, runAs }: ServerFiles,
  cluster: { folder: string; data: string; initialPassword: string; durable: boolean },
): void {
  const result = spawnSync(
    initdb,
    [
      `--pgdata=${cluster.data}`,
      "--username=postgres",
      `--pwfile=${cluster.initialPassword}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-instructions",
      ...(cluster.durable ? [] : ["--no-sync"]),
    ],
    { ...runAs, cwd: cluster.folder, env: { LC_ALL: "C", TZ: "UTC" }, encoding: "utf8" },
  );
  if (result.status === 0) return;
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  throw new Error(`PostgreSQL could not make a cluster in ${cluster.data}: ${reason}`);
}

/**
 * Clears what a killed run left behind: a stale lock file, or a server whose starter is gone.
 * Throws {@link DataFolderInUseError} when the starter is still alive.
 */
export async function recoverDataFolder({ folder, data }: DataFolder): Promise<void> {
  const lockFile = join(data, "postmaster.pid");
  const lock = (await readFile(lockFile, "utf8").catch(() => "")).split("\n");
  const server = Number(lock[0]);
  if (!Number.isInteger(server) || server <= 0) return;
  if (await isServerOf(server, data)) {
    const owner = Number(await readFile(join(folder, "owner.pid"), "utf8").catch(() => "0"));
    if (isAlive(owner)) throw new DataFolderInUseError(data, server, owner, Number(lock[3]));
    await stopOrphan(server, data);
  }
  // The number may now belong to another program; PostgreSQL would then refuse to start.
  await rm(lockFile, { force: true });
}

/** Notes this process as the one that uses the folder. */
export async function claimDataFolder({ folder }: DataFolder): Promise<void> {
  await writeFile(join(folder, "owner.pid"), String(process.pid));
}

/** Deletes a cluster that nobody uses. */
export async function emptyDataFolder({ folder, data }: DataFolder): Promise<void> {
  await rm(passwordFileOf(folder), { force: true });
  await rm(data, { recursive: true, force: true });
}

async function stopOrphan(server: number, data: string): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    try {
      process.kill(server, signal);
    } catch {
      return;
    }
    for (let tenths = 0; tenths < 100; tenths += 1) {
      if (!(await isServerOf(server, data))) return;
      await sleep(100);
    }
  }
  throw new Error(`PostgreSQL (process ${server}) on ${data} does not stop.`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command =
    process.platform === "linux"
      ? await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
      : spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return command.includes("postgres") && command.includes(data);
}
