import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
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

test("F92 two migrators at once bring an empty database up, each file once", async () => {
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
    await new Promise((resolve) => setTimeout(resolve, 2_500));
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

/** All migrations of this package, and some of the test's own after them. */
async function withMore(
  more: Record<string, string>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  try {
    await cp(fileURLToPath(new URL("../../migrations", import.meta.url)), folder, {
      recursive: true,
    });
    for (const [name, sql] of Object.entries(more)) await writeFile(join(folder, name), sql);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
const newest = async () => (await applied(database.ownerUrl)).at(-1);
const waitsForLock = (count: number) =>
  vi.waitFor(
    async () => {
      const { rowCount } = await database.owner.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      expect(rowCount).toBe(count);
    },
    { timeout: 10_000 },
  );

test("F91 under traffic: a file that does not get its lock is rolled back and tried again; statements that come meanwhile succeed", async () => {
  const sql = "ALTER TABLE users ADD COLUMN note text";
  await withMore({ "99970101000000_note.sql": sql }, async (folder) => {
    const lines: string[] = [];
    const client = await database.pool.connect();
    // A request that is slow holds the table.
    await client.query("BEGIN");
    await client.query("SELECT count(*) FROM users");
    const migrating = migrate({
      ownerUrl: database.ownerUrl,
      folder,
      lockTimeoutMs: 500,
      log: (line) => lines.push(line),
    });
    await waitsForLock(1);
    // They wait behind the migration, and it gives up before they do.
    await Promise.all(
      Array.from({ length: 5 }, () => database.pool.query("SELECT count(*) FROM users")),
    );
    await vi.waitFor(() => expect(lines.join()).toContain("Trying again"), { timeout: 10_000 });
    expect(await newest()).not.toBe("99970101000000_note");
    await client.query("COMMIT");
    client.release();
    await migrating;
    expect(await newest()).toBe("99970101000000_note");
    expect((await database.pool.query("SELECT note FROM users")).rowCount).toBe(0);
  });
});

test("F91 without a word of ours a migration waits for less long than the statements that wait behind it", async () => {
  const { rows } = await database.pool.query<{ lock_timeout: string }>("SHOW lock_timeout");
  expect(rows[0]?.lock_timeout).toBe("4s");
  const sql = "CREATE TABLE patience AS SELECT current_setting('lock_timeout') AS lock_timeout";
  const files = { "99970101000000_note.sql": "SELECT 1", "99980101000000_patience.sql": sql };
  await withMore(files, async (folder) => {
    await migrate({ ownerUrl: database.ownerUrl, folder });
    const { rows: seen } = await database.owner.query("SELECT lock_timeout FROM patience");
    expect(seen).toEqual([{ lock_timeout: "2s" }]);
  });
});

test("F92 one that dies half way leaves nothing of its file, and all of those before it; the next one goes on from there", async () => {
  const files = {
    "99970101000000_note.sql": "SELECT 1",
    "99980101000000_patience.sql": "SELECT 1",
    "99990101000000_whole.sql": "CREATE TABLE whole ()",
    "99990101000001_half.sql":
      "CREATE TABLE half (); SELECT pg_advisory_xact_lock(4711); CREATE TABLE other_half ()",
  };
  await withMore(files, async (folder) => {
    await withClient(database.ownerUrl, async (holder) => {
      await holder.query("SELECT pg_advisory_lock(4711)");
      const dying = migrate({ ownerUrl: database.ownerUrl, folder, lockTimeoutMs: 20_000 });
      const died = expect(dying).rejects.toThrow();
      await waitsForLock(1);
      await database.owner.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      await died;
    });
    expect(await newest()).toBe("99990101000000_whole");
    const tables = async () => {
      const { rows } = await database.owner.query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relname IN ('whole', 'half', 'other_half') ORDER BY 1",
      );
      return rows.map(({ name }) => name);
    };
    expect(await tables()).toEqual(["whole"]);
    await migrate({ ownerUrl: database.ownerUrl, folder });
    expect(await tables()).toEqual(["half", "other_half", "whole"]);
    expect(await newest()).toBe("99990101000001_half");
  });
});

test("the files' names are stamps in order, and none uses the marker that would cut it", async () => {
  const migrations = await readMigrations();
  expect(migrations.length).toBeGreaterThan(5);
  for (const { name, sql } of migrations) {
    expect(name).toMatch(/^\d{14}_[a-z_]+\.sql$/);
    expect(sql).not.toMatch(/^\s*--\s*(up|down) migration/im);
  }
});
