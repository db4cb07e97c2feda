import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getTransaction } from "../../../src/transaction/get-transaction.ts";
import { listTransactions } from "../../../src/transaction/list-transactions.ts";
import { openTransaction } from "../../../src/transaction/open-transaction.ts";
import {
  readTransactionUpdates,
  readTransactionUpdatesEnd,
} from "../../../src/transaction/read-transaction-updates.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), poolSize: 30 });
});
afterAll(() => world.close());

/** A deposit that is only asked for, in a database transaction that stays open for a while. */
async function open(customer: Customer, holdMs = 0, createdAt?: Date): Promise<string> {
  const ctx =
    createdAt === undefined ? world.ctx : { ...world.ctx, clock: { now: () => createdAt } };
  return withTransaction(world.database.pool, async (tx) => {
    const { id } = await openTransaction(ctx, tx, {
      userId: customer.userId,
      kind: "deposit",
      status: "created",
      amountMinor: 1_000n,
      feeMinor: 0n,
      currency: "ZAR",
      cause: "deposit.created",
      expiresAt: new Date(),
    });
    await new Promise((resolve) => setTimeout(resolve, holdMs));
    return id;
  });
}

describe("the stream of updates", () => {
  test("no gap and nothing twice, while database transactions of any length overlap", async () => {
    const customer = await world.customer();
    const { userId } = customer;
    let place = await readTransactionUpdatesEnd(world.ctx, { userId });
    const seen: string[] = [];
    const read = async () => {
      const updates = await readTransactionUpdates(world.ctx, { userId, after: place, limit: 7 });
      for (const { transaction } of updates) seen.push(transaction.id);
      place = updates.at(-1)?.id ?? place;
      return updates.length;
    };
    let isOver = false;
    const reader = (async () => {
      while (!isOver) await read();
    })();
    // Begun in one order, committed in another.
    const made = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 5));
        return open(customer, (index * 37) % 120);
      }),
    );
    isOver = true;
    await reader;
    await olderAreOver(world);
    while ((await read()) > 0);
    expect(seen).toHaveLength(60);
    expect(new Set(seen)).toEqual(new Set(made));
  });

  test("resumes where a reader stopped, and tells of nobody else's", async () => {
    const [one, two] = [await world.customer(), await world.customer()];
    const start = await readTransactionUpdatesEnd(world.ctx, { userId: one.userId });
    const deposit = await world.fund(one, 50_000n);
    await world.fund(two, 50_000n);
    await olderAreOver(world);
    const all = await readTransactionUpdates(world.ctx, {
      userId: one.userId,
      after: start,
      limit: 100,
    });
    expect(all.map(({ status, cause }) => [status, cause])).toEqual([
      ["created", "deposit.created"],
      ["awaiting_payment", "deposit.checkout_opened"],
      ["completed", "deposit.completed"],
    ]);
    expect(new Set(all.map(({ transaction }) => transaction.id))).toEqual(new Set([deposit.id]));
    const rest = await readTransactionUpdates(world.ctx, {
      userId: one.userId,
      after: all[0]?.id ?? "",
      limit: 100,
    });
    expect(rest).toEqual(all.slice(1));
  });

  test.each([
    "",
    "x",
    "1",
    "1-",
    "-1-1",
    "1-1-1",
    "99999999999999999999-1",
    "1-9999999999999999999",
    "0x1-1",
  ])("a place that is not ours is refused: %j", async (after) => {
    await expect(
      readTransactionUpdates(world.ctx, { userId: crypto.randomUUID(), after, limit: 1 }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("the history", () => {
  test("pages have no gap and no double while new ones come in, also within one millisecond", async () => {
    const customer = await world.customer();
    const at = new Date("2026-01-05T10:00:00.000Z");
    const old = await Promise.all(
      Array.from({ length: 45 }, (_, index) =>
        open(customer, 0, new Date(at.getTime() + (index % 5))),
      ),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTransactions(world.ctx, { userId: customer.userId, cursor, limit: 7 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await open(customer);
    } while (cursor !== undefined);
    expect(seen).toHaveLength(45);
    expect(new Set(seen)).toEqual(new Set(old));
  });

  test("filters by kind, status, time and amount; a last page says so", async () => {
    const customer = await world.customer();
    await world.fund(customer, 90_000n);
    await world.withdraw(customer, 20_000n);
    await world.settle();
    const list = (filter: object) =>
      listTransactions(world.ctx, { userId: customer.userId, limit: 100, ...filter });
    const kinds = async (filter: object) => (await list(filter)).items.map(({ kind }) => kind);
    expect(await kinds({})).toEqual(["withdrawal", "deposit"]);
    expect(await kinds({ kinds: ["deposit"] })).toEqual(["deposit"]);
    expect(await kinds({ statuses: ["queued"] })).toEqual([]);
    expect(await kinds({ minAmountMinor: 20_001n })).toEqual(["deposit"]);
    expect(await kinds({ maxAmountMinor: 20_000n })).toEqual(["withdrawal"]);
    expect(await kinds({ from: world.ctx.clock.now() })).toEqual([]);
    expect(await kinds({ to: world.ctx.clock.now() })).toHaveLength(2);
    expect((await list({ limit: 2 })).nextCursor).toBeNull();
    expect((await list({ limit: 1 })).nextCursor).toEqual(expect.any(String));
  });

  test.each([
    "",
    "x",
    "bm90IG91cnM",
    Buffer.from("2026-01-01T00:00:00Z nobody").toString("base64url"),
  ])("a cursor that is not ours is refused: %j", async (cursor) => {
    await expect(
      listTransactions(world.ctx, { userId: crypto.randomUUID(), cursor, limit: 1 }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("one transaction with its timeline; somebody else's is not there", async () => {
    const [one, two] = [await world.customer(), await world.customer()];
    const { id: transactionId } = await world.fund(one, 50_000n);
    const found = await getTransaction(world.ctx, { userId: one.userId, transactionId });
    expect(found.timeline.map(({ status }) => status)).toEqual([
      "created",
      "awaiting_payment",
      "completed",
    ]);
    await expect(
      getTransaction(world.ctx, { userId: two.userId, transactionId }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
