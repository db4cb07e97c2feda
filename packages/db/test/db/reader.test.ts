import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Prisma } from "../../src/generated/client.ts";
import { createReader, type Reader } from "../../src/reader.ts";
import { available, openUser, payIn, post } from "../support/ledger.ts";
import { type World } from "../support/sample-rows.ts";
import { insertWorld } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { useDatabase } from "../support/test-database.ts";

const database = useDatabase();
let reader: Reader;
let world: World;
let holderId: string;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
  holderId = await openUser(database.pool, 12_345n);
  reader = createReader({ connectionString: database.readerUrl, max: 2 });
});
afterAll(async () => {
  await reader.$disconnect();
});

type Finder = {
  findFirst(): Promise<unknown>;
  deleteMany(): Promise<unknown>;
  updateMany(query: object): Promise<unknown>;
};
const models = Object.values(Prisma.ModelName);
const finderOf = (model: string) =>
  (reader as unknown as Record<string, Finder>)[
    model.charAt(0).toLowerCase() + model.slice(1)
  ] as Finder;

test.each(models)("wallet_reader may read every field of %s", async (model) => {
  await expect(finderOf(model).findFirst()).resolves.toBeDefined();
});

test.each(models)("a delete of %s fails by privilege", async (model) => {
  await expect(finderOf(model).deleteMany()).rejects.toThrow(/permission denied|denied access/);
});

describe("writes fail by privilege, not by good manners", () => {
  test("update", async () => {
    await expect(reader.balance.updateMany({ data: { amountMinor: 0n } })).rejects.toThrow(
      /permission denied|denied access/,
    );
  });

  test("insert", async () => {
    await expect(reader.currency.create({ data: { code: "USD", exponent: 2 } })).rejects.toThrow(
      /permission denied|denied access/,
    );
  });

  test("raw SQL", async () => {
    await expect(
      reader.$executeRaw`UPDATE transactions SET status = 'completed'`,
    ).rejects.toMatchObject({
      meta: { driverAdapterError: { cause: { originalCode: sqlState.privilege } } },
    });
  });

  test("posting", async () => {
    await expect(reader.$queryRaw`SELECT * FROM post_journal_entries('[]')`).rejects.toMatchObject({
      meta: { driverAdapterError: { cause: { originalCode: sqlState.privilege } } },
    });
  });
});

test("credentials and execution URLs are out of reach, also in raw SQL", async () => {
  for (const statement of [
    "SELECT password_hash FROM users",
    "SELECT * FROM users",
    "SELECT execution_url_ciphertext FROM revio_payouts",
    "SELECT body_ciphertext FROM provider_events",
    "SELECT wrapped_key FROM data_keys",
  ]) {
    await expect(reader.$queryRawUnsafe(statement)).rejects.toMatchObject({
      meta: { driverAdapterError: { cause: { originalCode: sqlState.privilege } } },
    });
  }
});

test("money is bigint, time keeps its instant, bytes are bytes, relations resolve", async () => {
  const entry = payIn(holderId, 9_007_199_254_740_993n, { occurredAt: "2026-11-23T08:00:00.123Z" });
  await post(database.pool, entry);
  const found = await reader.journalEntry.findUniqueOrThrow({
    where: { id: entry.id },
    include: { postings: { include: { ledgerAccount: true }, orderBy: { direction: "asc" } } },
  });
  expect(found.occurredAt).toEqual(new Date("2026-11-23T08:00:00.123Z"));
  expect(found.fingerprint).toHaveLength(32);
  expect(
    found.postings.map(({ ledgerAccount, amountMinor }) => [ledgerAccount.code, amountMinor]),
  ).toEqual([
    [available(holderId), 9_007_199_254_740_993n],
    ["house:revio_float:ZAR", 9_007_199_254_740_993n],
  ]);
  const deposit = await reader.transaction.findUniqueOrThrow({
    where: { id: world.depositId },
    include: { user: true },
  });
  expect(deposit).toMatchObject({
    amountMinor: 10_000n,
    user: { id: world.userId, status: "active" },
  });
});

test("its timeouts stand on the server", async () => {
  const rows = await reader.$queryRaw`
    SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
           current_setting('idle_in_transaction_session_timeout') AS idle, current_user::text AS role`;
  expect(rows).toEqual([{ statement: "15s", lock: "4s", idle: "20s", role: "wallet_reader" }]);
});
