import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const hour = 60 * 60_000;
/** Moves to a time of day in Johannesburg (UTC+2, no summer time), tomorrow. */
async function goTo(hours: number, minutes: number) {
  const now = world.ctx.clock.now();
  const then = Date.UTC(
    now.getUTCFullYear(),
    now.getUTCMonth(),
    now.getUTCDate() + 2,
    hours - 2,
    minutes,
  );
  await world.advance(then - now.getTime());
}
const refusal = (message: RegExp) => ({
  code: "LIMIT_EXCEEDED",
  message: expect.stringMatching(message) as string,
});

async function funded(...amounts: bigint[]): Promise<Customer> {
  const customer = await world.customer();
  for (const amount of amounts) await world.fund(customer, amount);
  return customer;
}

describe("one transaction", () => {
  test.each([
    ["deposit", 999n, /smallest deposit is R 10\.00/],
    ["deposit", 5_000_001n, /largest deposit is R 50 000\.00/],
    ["withdraw", 999n, /smallest withdrawal is R 10\.00/],
    ["withdraw", 2_500_001n, /largest withdrawal is R 25 000\.00/],
  ] as const)(
    "%s of %s: refused, stored under its key, nothing written",
    async (verb, amount, message) => {
      const customer = await funded(5_000_000n);
      const key = randomUUID();
      for (let time = 0; time < 2; time++) {
        await expect(world[verb](customer, amount, key)).rejects.toMatchObject(refusal(message));
      }
      const { rows } = await world.database.pool.query(
        "SELECT kind FROM transactions WHERE user_id = $1",
        [customer.userId],
      );
      expect(rows).toEqual([{ kind: "deposit" }]);
    },
  );

  test("the smallest and the largest are taken", async () => {
    const customer = await funded(5_000_000n);
    expect((await world.deposit(customer, 1_000n)).status).toBe("awaiting_payment");
    expect((await world.withdraw(customer, 1_000n)).status).toBe("queued");
    expect((await world.withdraw(customer, 2_500_000n)).status).toBe("awaiting_approval");
  });
});

describe("one day in Johannesburg", () => {
  test("23:59 is today, 00:00 is tomorrow", async () => {
    await goTo(20, 0);
    const customer = await funded(5_000_000n, 5_000_000n);
    await world.withdraw(customer, 2_500_000n);
    await world.withdraw(customer, 2_499_000n);
    const key = randomUUID();
    await expect(world.withdraw(customer, 1_001n, key)).rejects.toMatchObject(
      refusal(/limit for today is R 50 000\.00; R 10\.00 is left/),
    );
    await world.advance(3 * hour + 59 * 60_000);
    await expect(world.withdraw(customer, 1_001n)).rejects.toMatchObject(
      refusal(/R 10\.00 is left/),
    );
    await world.advance(2 * 60_000);
    expect((await world.withdraw(customer, 1_001n)).status).toBe("queued");
    // Refused yesterday, refused for ever: the caller was told no.
    await expect(world.withdraw(customer, 1_001n, key)).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
    await world.settle();
    await expectSound(world);
  });

  test("what failed or was cancelled does not count", async () => {
    await goTo(9, 0);
    const customer = await funded(5_000_000n);
    const first = await world.withdraw(customer, 2_500_000n);
    await world.withdraw(customer, 2_500_000n);
    await expect(world.withdraw(customer, 1_000n)).rejects.toMatchObject(
      refusal(/R 0\.00 is left/),
    );
    await cancelWithdrawal(customer.as, { userId: customer.userId, transactionId: first.id });
    expect((await world.withdraw(customer, 1_000n)).status).toBe("queued");
  });

  test("a deposit refused today is refused tomorrow too, under its key", async () => {
    await goTo(20, 0);
    const customer = await funded(5_000_000n, 4_000_000n);
    const key = randomUUID();
    await expect(world.deposit(customer, 1_000_001n, key)).rejects.toMatchObject(
      refusal(/R 10 000\.00 is left/),
    );
    await world.advance(5 * hour);
    await expect(world.deposit(customer, 1_000_001n, key)).rejects.toMatchObject(
      refusal(/R 10 000\.00 is left/),
    );
    expect((await world.deposit(customer, 1_000_001n)).status).toBe("awaiting_payment");
  });

  test("a number of withdrawals", async () => {
    await goTo(9, 0);
    const customer = await funded(1_000_000n);
    for (let count = 0; count < 20; count++) await world.withdraw(customer, 1_000n);
    await expect(world.withdraw(customer, 1_000n)).rejects.toMatchObject(
      refusal(/No more than 20 withdrawals/),
    );
    await world.settle();
    await expectSound(world);
  });

  test("two deposits at once cannot pass the limit together", async () => {
    await goTo(9, 0);
    const customer = await funded(5_000_000n);
    const answers = await Promise.allSettled([
      world.deposit(customer, 3_000_000n),
      world.deposit(customer, 3_000_000n),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
