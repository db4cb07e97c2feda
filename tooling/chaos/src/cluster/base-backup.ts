import { spawn } from "node:child_process";
import { appendFile, chmod, chown, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import type { ServerUser } from "@revio-wallet/dev/postgres-server-files";

/** What a running server makes for itself; WAL is streamed by the standby instead. */
const leftOut = new Set([
  "backup_label",
  "pg_dynshmem",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_wal",
  "postmaster.opts",
  "postmaster.pid",
  "standby.signal",
]);

/**
 * Copies a running primary into `target` (a folder as `startPostgres` lays it out), ready to be started as its standby.
 * Does what pg_basebackup does, which the npm package lacks.
 */
export async function takeBaseBackup(options: {
  readonly primaryUrl: string;
  /** The primary's `data`. */
  readonly source: string;
  readonly target: string;
  readonly runAs: ServerUser | undefined;
}): Promise<void> {
  const { primaryUrl, source, target, runAs } = options;
  const own = async (path: string): Promise<void> => {
    if (runAs !== undefined) await chown(path, runAs.uid, runAs.gid);
  };
  await mkdir(target, { recursive: true });
  await chmod(target, 0o711);
  const data = join(target, "data");
  await mkdir(data, { mode: 0o700 });
  await own(data);
  // The session has to stay open from start to stop.
  const client = new Client({ connectionString: primaryUrl });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_backup_start('chaos', fast => true)");
    const entries = (await readdir(source)).filter((name) => !leftOut.has(name));
    await copy(
      entries.map((name) => join(source, name)),
      data,
    );
    const { rows } = await client.query<{ labelfile: string }>(
      "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)",
    );
    await writeFile(join(data, "backup_label"), rows[0]?.labelfile ?? "", { mode: 0o600 });
  } finally {
    await client.end();
  }
  for (const name of leftOut) {
    if (!name.startsWith("pg_")) continue;
    await mkdir(join(data, name), { mode: 0o700 });
    await own(join(data, name));
  }
  for (const name of ["archive_status", "summaries"]) {
    await mkdir(join(data, "pg_wal", name), { mode: 0o700 });
    await own(join(data, "pg_wal", name));
  }
  await writeFile(join(data, "standby.signal"), "", { mode: 0o600 });
  const { port, username, password } = new URL(primaryUrl);
  const conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=s1`;
  await appendFile(join(data, "postgresql.auto.conf"), `primary_conninfo = '${conninfo}'\n`);
  for (const name of ["backup_label", "standby.signal"]) await own(join(data, name));
  // As `startPostgres` keeps it; its presence means that the cluster is complete.
  await writeFile(join(target, "superuser-password"), password, { mode: 0o600 });
}

/** `cp -a` keeps owners and modes. A file that the server deletes meanwhile is no loss: WAL replay deletes it too. */
function copy(entries: readonly string[], data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("cp", ["-a", "--", ...entries, data], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    });
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const real = complaints
        .split("\n")
        .filter((line) => line !== "" && !line.includes("No such file or directory"));
      if (code === 0 || real.length === 0) resolve();
      else reject(new Error(`The base backup could not be copied:\n${real.join("\n")}`));
    });
  });
}
