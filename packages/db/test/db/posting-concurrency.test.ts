import { olderAreOver } from "../../src/testing/older-are-over.ts";
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { foldCheckpoints } from "../../src/sql/fold-checkpoints.ts";
import { withTransaction } from "../../src/with-transaction.ts";
import {
  available,
  balanceOf,
  findLedgerDefects,
  float,
  foldedBalance,
  openUser,
  payIn,
  payOut,
  post,
  summedBalance,
  transfer,
  type Entry,
} from "../support/ledger.ts";
import { useDatabase } from "../support/test-database.ts";

const database = useDatabase({ poolSize: 50 });
afterEach(async () => {
  expect(await findLedgerDefects(database.pool)).toEqual([]);
});

async function postAll(entries: Entry[]): Promise<string[]> {
  return Promise.all(
    entries.map(async (entry) => {
      const [row] = await withTransaction(database.pool, (tx) => post(tx, entry));
      return row?.outcome ?? "";
    }),
  );
}

const count = (outcomes: string[], outcome: string) =>
  outcomes.filter((one) => one === outcome).length;

test("100 debits at once on a balance that allows 3: exactly 3 are posted", async () => {
  const userId = await openUser(database.pool, 350n);
  const outcomes = await postAll(Array.from({ length: 100 }, () => payOut(userId, 100n)));
  expect(count(outcomes, "posted")).toBe(3);
  expect(count(outcomes, "insufficient_funds")).toBe(97);
  expect(await balanceOf(database.pool, available(userId))).toBe(50n);
});

test("the same key 20 times at once is posted once", async () => {
  const userId = await openUser(database.pool);
  const entry = payIn(userId, 100n);
  const outcomes = await postAll(
    Array.from({ length: 20 }, () => ({ ...entry, id: randomUUID() })),
  );
  expect(count(outcomes, "posted")).toBe(1);
  expect(count(outcomes, "duplicate")).toBe(19);
  expect(await balanceOf(database.pool, available(userId))).toBe(100n);
});

test("… also where no user account is locked, between house accounts", async () => {
  const entry = transfer(float, "house:suspense:ZAR", 100n);
  const outcomes = await postAll(
    Array.from({ length: 20 }, () => ({ ...entry, id: randomUUID() })),
  );
  expect(count(outcomes, "posted")).toBe(1);
  expect(count(outcomes, "duplicate")).toBe(19);
});

test("the same key at once for different users: one is posted, the others are conflicts", async () => {
  const users = await Promise.all(Array.from({ length: 10 }, () => openUser(database.pool)));
  const key = `shared:${randomUUID()}`;
  const outcomes = await postAll(users.map((userId) => payIn(userId, 100n, { key })));
  expect(count(outcomes, "posted")).toBe(1);
  expect(count(outcomes, "conflict")).toBe(9);
});

test("F60 A → B and B → A 200 times: no deadlock reaches the caller, no cent is lost", async () => {
  const [a, b] = await Promise.all([
    openUser(database.pool, 10_000n),
    openUser(database.pool, 10_000n),
  ]);
  const transfers = Array.from({ length: 200 }, (_, index) =>
    index % 2 === 0
      ? transfer(available(a), available(b), 7n)
      : transfer(available(b), available(a), 7n),
  );
  expect(count(await postAll(transfers), "posted")).toBe(200);
  expect(await balanceOf(database.pool, available(a))).toBe(10_000n);
  expect(await balanceOf(database.pool, available(b))).toBe(10_000n);
});

test("F60 opposite order within one database transaction deadlocks in PostgreSQL, and is retried as a whole", async () => {
  const [a, b] = await Promise.all([
    openUser(database.pool, 10_000n),
    openUser(database.pool, 10_000n),
  ]);
  let attempts = 0;
  const move = (first: string, second: string) =>
    withTransaction(database.pool, async (tx) => {
      attempts += 1;
      await post(tx, payOut(first, 1n));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await post(tx, payOut(second, 1n));
    });
  await Promise.all(
    Array.from({ length: 4 }, (_, index) => (index % 2 === 0 ? move(a, b) : move(b, a))),
  );
  expect(attempts).toBeGreaterThan(4);
  expect(await balanceOf(database.pool, available(a))).toBe(9_996n);
  expect(await balanceOf(database.pool, available(b))).toBe(9_996n);
});

test("F60 batches over the same accounts in any order", async () => {
  const users = await Promise.all(
    Array.from({ length: 20 }, () => openUser(database.pool, 1_000n)),
  );
  const batches = Array.from({ length: 20 }, (_, turn) => {
    const rotated = [...users.slice(turn), ...users.slice(0, turn)];
    return (turn % 2 === 0 ? rotated : rotated.toReversed()).map((userId) => payOut(userId, 10n));
  });
  const outcomes = await Promise.all(
    batches.map((entries) => withTransaction(database.pool, (tx) => post(tx, ...entries))),
  );
  expect(outcomes.flat().every(({ outcome }) => outcome === "posted")).toBe(true);
  for (const userId of users) expect(await balanceOf(database.pool, available(userId))).toBe(800n);
});

test("a posting that is rolled back leaves the key and the money free", async () => {
  const userId = await openUser(database.pool, 100n);
  const entry = payOut(userId, 100n);
  await expect(
    withTransaction(database.pool, async (tx) => {
      await post(tx, entry);
      throw new Error("changed its mind");
    }),
  ).rejects.toThrow("changed its mind");
  expect(await postAll([entry])).toEqual(["posted"]);
});

test("F62 a house account that everybody posts to is locked by nobody: one who has posted and not yet committed stops no one, and the sum is exact", async () => {
  const users = await Promise.all(Array.from({ length: 40 }, () => openUser(database.pool)));
  const [slow, ...others] = users;
  const before = await summedBalance(database.pool, float);
  const fold = () => foldCheckpoints(database.pool, { minimumPostings: 1n, at: new Date() });
  await withTransaction(database.pool, async (tx) => {
    await post(tx, payIn(slow ?? "", 1n));
    await Promise.all(
      Array.from({ length: 5 }, () => others)
        .flat()
        .map((userId) =>
          withTransaction(database.pool, (other) => post(other, payIn(userId, 10n)), {
            lockTimeoutMs: 2_000,
          }),
        ),
    );
    expect(await foldedBalance(database.pool, float)).toBe(before + 50n * 39n);
    // What has not committed yet is not folded away.
    await fold();
  });
  await olderAreOver(database.pool);
  expect(await fold()).toBeGreaterThan(0);
  expect(await foldedBalance(database.pool, float)).toBe(before + 50n * 39n + 1n);
  expect(await summedBalance(database.pool, float)).toBe(before + 50n * 39n + 1n);
});
