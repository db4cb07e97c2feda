import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
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
