import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { bootstrapDatabase } from "../../src/bootstrap.ts";
import { jobSchema, migrate } from "../../src/migrate.ts";
import { readMigrations } from "../../src/testing/read-migrations.ts";
import { useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase();
const emptyName = `test_${randomUUID().replaceAll("-", "")}`;
let emptyOwnerUrl: string;

beforeAll(async () => {
  const superuserUrl = inject("superuserUrl");
  const password = decodeURIComponent(new URL(superuserUrl).password);
  await bootstrapDatabase({
    superuserUrl,
    database: emptyName,
    passwords: { owner: password, app: password, reader: password },
  });
  const url = new URL(database.ownerUrl);
  url.pathname = `/${emptyName}`;
  emptyOwnerUrl = url.toString();
});
afterAll(async () => {
  await withClient(inject("superuserUrl"), (superuser) =>
    superuser.query(`DROP DATABASE ${emptyName} WITH (FORCE)`),
  );
});

async function applied(ownerUrl: string): Promise<string[]> {
  return withClient(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ name: string }>(
      "SELECT name FROM schema_migrations ORDER BY id",
    );
    return rows.map(({ name }) => name);
  });
}

const fileNames = async () =>
  (await readMigrations()).map(({ name }) => name.replace(/\.sql$/, ""));

test("two migrators at once bring an empty database up, each file once", async () => {
  const lines: string[] = [];
  await Promise.all(
    Array.from({ length: 3 }, () =>
      migrate({ ownerUrl: emptyOwnerUrl, log: (line) => lines.push(line) }),
    ),
  );
  expect(await applied(emptyOwnerUrl)).toEqual(await fileNames());
});

test("a migrator waits for another one for longer than a statement may wait for a lock", async () => {
  await withClient(database.ownerUrl, async (other) => {
    await other.query("SELECT pg_advisory_lock(2::bigint << 56)");
    let done = false;
    const waiting = migrate({ ownerUrl: database.ownerUrl }).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    expect(done).toBe(false);
    await other.query("SELECT pg_advisory_unlock(2::bigint << 56)");
    await waiting;
  });
});

test("migrating again changes nothing", async () => {
  const snapshot = () =>
    withClient(database.ownerUrl, async (owner) => {
      const { rows } = await owner.query(
        `SELECT c.oid, c.relname, c.relacl::text, c.relfilenode FROM pg_class c
         WHERE c.relnamespace IN ('public'::regnamespace, $1::regnamespace) ORDER BY 1`,
        [jobSchema],
      );
      const functions = await owner.query(
        "SELECT oid, proname, prosrc, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
      );
      return {
        classes: rows,
        functions: functions.rows,
        applied: await applied(database.ownerUrl),
      };
    });
  const before = await snapshot();
  expect(before.classes.length).toBeGreaterThan(50);
  await migrate({ ownerUrl: database.ownerUrl });
  expect(await snapshot()).toEqual(before);
});

test("the files' names are stamps in order, and none uses the marker that would cut it", async () => {
  const migrations = await readMigrations();
  expect(migrations.length).toBeGreaterThan(5);
  for (const { name, sql } of migrations) {
    expect(name).toMatch(/^\d{14}_[a-z_]+\.sql$/);
    expect(sql).not.toMatch(/^\s*--\s*(up|down) migration/im);
  }
});
