import { open, rm, statfs } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { median } from "./statistics.ts";

export interface MachineFacts {
  cores: number;
  cpu: string;
  /** Of the last minute, before the bench began: above 0.5 others were at work too. */
  loadBefore: number;
  node: string;
  postgres: string;
  /** Settings that decide what a commit costs. */
  settings: Record<string, string>;
  /** Of the folder with the database. */
  fileSystem: string;
  /** Median of writing 8 kB and waiting until they are on the disk. */
  diskFlushMs: number;
}

/** What the figures depend on besides the code. */
export async function readMachineFacts(options: {
  superuserUrl: string;
  dataDir: string;
  loadBefore: number;
}): Promise<MachineFacts> {
  const { superuserUrl, dataDir, loadBefore } = options;
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    loadBefore,
    node: process.version,
    ...(await readServer(superuserUrl)),
    fileSystem: fileSystems[(await statfs(dataDir)).type] ?? "other",
    diskFlushMs: await measureFlush(dataDir),
  };
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

const settingNames = [
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "wal_sync_method",
  "shared_buffers",
  "max_wal_size",
  "autovacuum",
];

async function readServer(
  connectionString: string,
): Promise<Pick<MachineFacts, "postgres" | "settings">> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; value: string }>(
      "SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name",
      [["server_version", ...settingNames]],
    );
    const { server_version: postgres = "unknown", ...settings } = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    );
    return { postgres, settings };
  } finally {
    await client.end();
  }
}

/** Magic numbers of statfs(2). */
const fileSystems: Record<number, string> = {
  0xef53: "ext4",
  0x01021994: "tmpfs: nothing is ever flushed to a disk",
  0x794c7630: "overlayfs",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x2fc12fc1: "zfs",
};

async function measureFlush(folder: string): Promise<number> {
  const path = join(folder, "flush-probe");
  const file = await open(path, "w");
  const times: number[] = [];
  try {
    for (let number = 0; number < 50; number += 1) {
      const from = performance.now();
      await file.write(Buffer.alloc(8_192), 0, 8_192, number * 8_192);
      await file.datasync();
      times.push(performance.now() - from);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  return median(times);
}
