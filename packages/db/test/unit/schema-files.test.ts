import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { dumpSchema } from "../../src/testing/dump-schema.ts";
import { lockMigrations } from "../../src/testing/read-migrations.ts";

const refresh = "run: pnpm --filter @revio-wallet/db schema:dump";

async function committed(name: string): Promise<string> {
  return readFile(new URL(`../../${name}`, import.meta.url), "utf8");
}

test("schema.sql is what the migrations make", { timeout: 60_000 }, async () => {
  expect(await dumpSchema(), refresh).toBe(await committed("schema.sql"));
});

test("no migration was edited, removed or slipped in without its line in migrations.lock", async () => {
  expect(await lockMigrations(), refresh).toBe(await committed("migrations.lock"));
});
