import { randomUUID } from "node:crypto";
import { registerUser } from "@revio-wallet/core/user/register-user";
import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import { type TransactionOptions, withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { trpcErrorAnswer } from "../../src/http/error-answer.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
beforeAll(async () => {
  services = await openTestServices("api", { DATABASE_POOL_SIZE: "2" });
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

async function expectBusy(call: Promise<unknown>): Promise<void> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  const answer = trpcErrorAnswer(error, "request");
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.text()).toContain('"appCode":"BUSY"');
}

const ask = () => withTransaction(services.pool, (tx) => tx.query("SELECT 1"));

test("F84 all connections of the pool are in use: told to come again, after a bounded wait", async () => {
  const held = [await services.pool.connect(), await services.pool.connect()];
  await expectBusy(ask());
  for (const client of held) client.release();
  await ask();
});

test("F84 the server takes no more connections (53300): told to come again", async () => {
  const { rows } = await superuser.query<{ name: string }>("SELECT current_database() AS name");
  const name = rows[0]?.name;
  const limit = (count: number) =>
    superuser.query(`ALTER DATABASE ${name} CONNECTION LIMIT ${count}`);
  await superuser.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'wallet_app'`,
  );
  await limit(0);
  try {
    await expectBusy(ask());
  } finally {
    await limit(-1);
  }
  await ask();
});

test("F61 whoever holds an account's lock stalls: others of that account are told to come again, other accounts go on, and the server ends the holder", async () => {
  const ctx = services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "test" });
  const accountOf = async (ipAddress: string) => {
    const email = `${randomUUID()}@example.com`;
    const person = { fullName: "Thandi Nkosi", password: randomUUID(), email, ipAddress };
    return `user:${(await registerUser(ctx, person)).id}:available:ZAR`;
  };
  const [account, other] = [await accountOf("10.0.0.1"), await accountOf("10.0.0.2")];
  const lock = (code: string, options?: TransactionOptions) =>
    withTransaction(services.pool, (tx) => lockAccounts(tx, [code]), options);
  const { rows } = await services.pool.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name",
  );
  expect(rows.map(({ name, setting }) => `${name} ${setting}`)).toEqual([
    "idle_in_transaction_session_timeout 20000",
    "lock_timeout 4000",
  ]);

  // As a process does that is stopped in the middle of its database transaction.
  const stalled = new Client({ connectionString: services.database.appUrl });
  stalled.on("error", () => undefined);
  await stalled.connect();
  await stalled.query("BEGIN");
  await stalled.query("SELECT lock_accounts($1)::text", [[account]]);
  await expectBusy(lock(account, { lockTimeoutMs: 300 }));
  await lock(other, { lockTimeoutMs: 300 });
  // Nobody's connection is lost to the wait.
  expect(services.pool.idleCount).toBe(services.pool.totalCount);

  await stalled.query("SET LOCAL idle_in_transaction_session_timeout = '200ms'");
  await vi.waitFor(() => lock(account, { lockTimeoutMs: 300 }), {
    timeout: 20_000,
  });
  await expect(stalled.query("SELECT 1")).rejects.toThrow();
  await stalled.end().catch(() => undefined);
});
