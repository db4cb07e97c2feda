import { randomUUID } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { DomainError } from "../../../src/errors.ts";
import { runIdempotently } from "../../../src/idempotency/run-idempotently.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, kindsOf } = lookAt(() => world);

describe("withdrawal.create", () => {
  test("20 times at once with one key: one withdrawal, one answer", async () => {
    const customer = await world.customer();
    await world.fund(customer, 500_000n);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.withdraw(customer, 40_000n, key)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    expect(await world.jobs.waiting("withdrawal.submit")).toBe(1);
    await world.settle();
    // A year later, and although it is long paid, the first answer.
    await world.advance(365 * 24 * 60 * 60_000);
    expect(await world.withdraw(customer, 40_000n, key)).toEqual(answers[0]);
    await expectSound(world);
  });

  test("a refusal stays a refusal, also when the money has come", async () => {
    const customer = await world.customer();
    await world.fund(customer, 10_000n);
    const key = randomUUID();
    await expect(world.withdraw(customer, 40_000n, key)).rejects.toMatchObject({
      code: "INSUFFICIENT_FUNDS",
    });
    await world.fund(customer, 100_000n);
    await expect(world.withdraw(customer, 40_000n, key)).rejects.toMatchObject({
      code: "INSUFFICIENT_FUNDS",
    });
    expect((await world.withdraw(customer, 40_000n)).status).toBe("queued");
    await world.settle();
  });

  test("20 times at once, refused: the same refusal for all, nothing written", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => world.withdraw(customer, 40_000n, key)),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "INSUFFICIENT_FUNDS" } });
    }
    expect(await kindsOf(customer)).toEqual([]);
  });

  test("the same key for something else is refused without effect", async () => {
    const customer = await world.customer();
    await world.fund(customer, 500_000n);
    const key = randomUUID();
    await world.withdraw(customer, 40_000n, key);
    await expect(world.withdraw(customer, 40_001n, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
  });

  test("two users with the same key do not meet", async () => {
    const [one, two] = [await world.customer(), await world.customer()];
    await world.fund(one, 50_000n);
    await world.fund(two, 50_000n);
    const key = randomUUID();
    const [first, second] = [
      await world.withdraw(one, 40_000n, key),
      await world.withdraw(two, 40_000n, key),
    ];
    expect(first.id).not.toBe(second.id);
    await world.settle();
    await expectSound(world);
  });
});

/** The same pool, with a note of how each database transaction on it ends. */
function tapped(pool: Pool, ends: string[]): Pool {
  const tap = (client: PoolClient): PoolClient =>
    new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "query") return value.bind(target);
        return (statement: unknown, ...rest: unknown[]) => {
          if (statement === "COMMIT" || statement === "ROLLBACK") ends.push(statement);
          return value.call(target, statement, ...rest);
        };
      },
    });
  return { connect: async () => tap(await pool.connect()) } as Pool;
}

test.each(["deposit", "withdraw"] as const)(
  "%s: a stored refusal is told only after a COMMIT of its own, which waits for the standby",
  async (verb) => {
    const customer = await world.customer();
    const key = randomUUID();
    // Below the smallest amount.
    await expect(world[verb](customer, 1n, key)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    const ends: string[] = [];
    const again = { ...customer, as: { ...customer.as, pool: tapped(world.ctx.pool, ends) } };
    await expect(world[verb](again, 1n, key)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(ends.at(-1)).toBe("COMMIT");
  },
);

describe("deposit.create", () => {
  test("20 times at once with one key: one deposit, one checkout; equal answers, or still at work", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => world.deposit(customer, 40_000n, key)),
    );
    const given = answers.flatMap((answer) =>
      answer.status === "fulfilled" ? [answer.value] : [],
    );
    expect(given.length).toBeGreaterThan(0);
    for (const deposit of given) expect(deposit).toEqual(given[0]);
    for (const answer of answers) {
      if (answer.status === "rejected") {
        expect(answer.reason).toMatchObject({
          code: "IDEMPOTENCY_IN_PROGRESS",
          retryAfterMs: 1_000,
        });
      }
    }
    const again = await world.deposit(customer, 40_000n, key);
    expect(again).toEqual(given[0]);
    expect(await world.sandbox.purchases(again.reference)).toHaveLength(1);
    expect(await kindsOf(customer)).toEqual(["deposit awaiting_payment 40000"]);
    await world.pay(again);
    await world.settle();
    // The stored answer, as it was given first.
    expect(await world.deposit(customer, 40_000n, key)).toEqual(given[0]);
    await expectSound(world);
  });

  test("the same key for another amount is refused", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.deposit(customer, 40_000n, key);
    await expect(world.deposit(customer, 40_001n, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
  });

  test("after a crash the lease keeps others away for a while, then the same deposit goes on", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    const create = () => Promise.reject(new Error("power cut"));
    const revio = { ...world.ctx.revio, purchases: { ...world.ctx.revio.purchases, create } };
    const dying = { ...customer, as: { ...customer.as, revio } };
    await expect(world.deposit(dying, 40_000n, key)).rejects.toThrow("power cut");
    await expect(world.deposit(customer, 40_000n, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_IN_PROGRESS",
    });
    await world.advance(31_000);
    const deposit = await world.deposit(customer, 40_000n, key);
    expect(deposit.status).toBe("awaiting_payment");
    expect(await kindsOf(customer)).toEqual(["deposit awaiting_payment 40000"]);
  });
});

describe("what is stored", () => {
  const request = () => ({ operation: "test.do", key: randomUUID(), input: { amountMinor: 1n } });
  const asUser = async () => (await world.customer()).as;

  test("a passing error is not: the next try may succeed", async () => {
    const as = await asUser();
    const once = request();
    await expect(
      runIdempotently(as, once, () => Promise.reject(new DomainError("BUSY", "later"))),
    ).rejects.toMatchObject({ code: "BUSY" });
    const { rows } = await world.database.pool.query(
      "SELECT 1 FROM idempotency_keys WHERE key = $1",
      [once.key],
    );
    expect(rows).toEqual([]);
  });

  test("amounts, dates and nulls come back as they were", async () => {
    const as = await asUser();
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 40_000n);
    const output = { amountMinor: 2n ** 62n, at: new Date(0), none: null, text: "R 1" };
    const once = request();
    const work = () => Promise.resolve({ output, transactionId: deposit.id });
    expect(await runIdempotently(as, once, work)).toEqual({ output, replayed: false });
    expect(await runIdempotently(as, once, () => Promise.reject(new Error("done twice")))).toEqual({
      output,
      replayed: true,
    });
  });
});
