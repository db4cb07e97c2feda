import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";

const folder = new URL("../../migrations/", import.meta.url);

/** The migration files in the order in which they are applied. */
export async function readMigrations(): Promise<{ name: string; sql: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), "utf8") })),
  );
}

/**
 * One line per file: SHA-256 and name, as `sha256sum` writes them. The migration tool does not notice when a file that
 * was applied is edited; the committed `migrations.lock` does.
 */
export async function lockMigrations(): Promise<string> {
  const migrations = await readMigrations();
  const lines = migrations.map(
    ({ name, sql }) => `${createHash("sha256").update(sql).digest("hex")}  ${name}\n`,
  );
  return lines.join("");
}
