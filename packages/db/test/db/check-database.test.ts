import { expect, test } from "vitest";
import { checkDatabase } from "../../src/check-database.ts";
import { newestMigration } from "../../src/newest-migration.ts";
import { createPool } from "../../src/pool.ts";
import { startPoolerProxy } from "../support/pooler-proxy.ts";
import { useDatabase } from "../support/test-database.ts";

const database = useDatabase();

test("the schema of this build, over a direct connection, is fit", async () => {
  expect(await checkDatabase(database.pool, newestMigration())).toEqual({ unknownMigrations: [] });
});

test("F93 new code on an old schema is refused: the migration that is missing is named, with what to do", async () => {
  await expect(checkDatabase(database.pool, "99991231000000_future")).rejects.toThrow(
    /lacks migration 99991231000000_future.*Run the migrations/,
  );
});

test("F93 a newer schema is fine, and what is unknown is told: expand first, contract later", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT name FROM schema_migrations ORDER BY name DESC LIMIT 2",
  );
  const [newest, older] = rows.map(({ name }) => name);
  expect(await checkDatabase(database.pool, older ?? "")).toEqual({
    unknownMigrations: [newest],
  });
});

test("F93 old code on a schema from which something was taken away is refused, before it does anything", async () => {
  const contract = "99990101000000_contract_users_phone";
  await database.owner.query(
    "INSERT INTO schema_migrations (name, run_on) VALUES ('99980101000000_more', now()), ($1, now())",
    [contract],
  );
  try {
    await expect(checkDatabase(database.pool, newestMigration())).rejects.toThrow(
      /has migration 99990101000000_contract_users_phone.*newer version/,
    );
    // The build that it came with goes on.
    expect(await checkDatabase(database.pool, contract)).toEqual({ unknownMigrations: [] });
  } finally {
    await database.owner.query("DELETE FROM schema_migrations WHERE name LIKE '999%'");
  }
});

test.each(["statement", "transaction"] as const)(
  "F90 a proxy that pools by %s is refused with a clear message",
  async (mode) => {
    const proxy = await startPoolerProxy(database.appUrl, mode);
    const pool = createPool({ connectionString: proxy.url, max: 1 });
    try {
      await expect(checkDatabase(pool, newestMigration())).rejects.toThrow(
        /does not keep sessions/,
      );
    } finally {
      await pool.end();
      await proxy.close();
    }
  },
);
