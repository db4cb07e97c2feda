import {
  cloneDatabase,
  createTemplateDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { CommitOutcomeUnknown, withTransaction } from "@revio-wallet/db/with-transaction";
import { type RunningPostgres, startPostgres } from "@revio-wallet/dev/embedded-postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

/** A server of its own, whose commits wait for a standby that does not exist. */
let postgres: RunningPostgres;
let database: TestDatabase;
let superuser: Client;
beforeAll(async () => {
  postgres = await startPostgres({ persistent: false, durable: false });
  await createTemplateDatabase({ superuserUrl: postgres.superuserUrl });
  database = await cloneDatabase({ superuserUrl: postgres.superuserUrl });
  superuser = new Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  await superuser.query("CREATE TABLE notes (text text)");
  await superuser.query("GRANT SELECT, INSERT ON notes TO wallet_app");
  await superuser.query("ALTER ROLE wallet_app SET synchronous_commit = on");
  await superuser.query("SET synchronous_commit = local");
  await superuser.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  await superuser.query("SELECT pg_reload_conf()");
});
afterAll(async () => {
  await superuser.query("ALTER SYSTEM RESET synchronous_standby_names");
  await superuser.query("SELECT pg_reload_conf()");
  await superuser.end();
  await database.drop();
  await postgres.stop();
});

const waiting = async () => {
  const { rows } = await superuser.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
  );
  return rows;
};

test("F79 the standby is away: COMMIT is not waited for without end, and nobody is told of a success", async () => {
  const writing = withTransaction(database.pool, (tx) =>
    tx.query("INSERT INTO notes VALUES ('F79')"),
  );
  await expect(writing).rejects.toBeInstanceOf(CommitOutcomeUnknown);
  // The connection is given up, not handed to somebody else in the middle of its COMMIT.
  expect(database.pool.idleCount).toBe(0);
  const stuck = await waiting();
  expect(stuck).toHaveLength(1);
  await superuser.query("SELECT pg_terminate_backend($1)", [stuck[0]?.pid]);
  await vi.waitFor(async () => expect(await waiting()).toEqual([]), { timeout: 20_000 });
});

test("F80 a COMMIT whose wait for the standby is cancelled is no success: its outcome is unknown", async () => {
  const writing = withTransaction(database.pool, (tx) =>
    tx.query("INSERT INTO notes VALUES ('F80')"),
  );
  const outcome = writing.then(
    () => "committed",
    (error: unknown) => error,
  );
  await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), { timeout: 20_000 });
  const [backend] = await waiting();
  await superuser.query("SELECT pg_cancel_backend($1)", [backend?.pid]);
  expect(await outcome).toBeInstanceOf(CommitOutcomeUnknown);
  // It is here all the same, and would be gone after a failover.
  const { rows } = await superuser.query("SELECT text FROM notes WHERE text = 'F80'");
  expect(rows).toEqual([{ text: "F80" }]);
});
