import { readdirSync } from "node:fs";

/** Name of the newest migration beside this code: the schema that it was written for. */
export function newestMigration(): string {
  const names = readdirSync(new URL("../migrations", import.meta.url))
    .filter((name) => /^\d{14}_.*\.sql$/.test(name))
    .sort();
  const newest = names.at(-1);
  if (newest === undefined) throw new Error("packages/db/migrations is empty");
  return newest.replace(/\.sql$/, "");
}
