import { PGlite } from "@electric-sql/pglite";
import { pgDump } from "@electric-sql/pglite-tools/pg_dump";
import { roles } from "../bootstrap.ts";
import { readMigrations } from "./read-migrations.ts";

/** Lines that differ from run to run or say nothing about the schema. */
const noise =
  /^(\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|--|-- Name: .*|-- Dumped .*|-- PostgreSQL database dump.*)$/;

/**
 * The database on one page: applies all migrations to an in-memory PostgreSQL 18 and dumps what they made.
 * (No server needed, and no pg_dump of the right version, which few machines have.)
 */
export async function dumpSchema(): Promise<string> {
  const database = await PGlite.create();
  try {
    for (const role of Object.values(roles)) await database.exec(`CREATE ROLE ${role}`);
    for (const { sql } of await readMigrations()) await database.exec(sql);
    const file = await pgDump({ pg: database, args: ["--schema-only", "--no-owner"] });
    const lines = (await file.text()).split("\n").filter((line) => !noise.test(line));
    const text = lines.join("\n").replaceAll(/\n{3,}/g, "\n\n");
    return `-- What migrations/*.sql make. Written by \`pnpm --filter @revio-wallet/db schema:dump\`.\n\n${text.trim()}\n`;
  } finally {
    await database.close();
  }
}
