import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { cancelDeposit } from "../../../src/revio/cancel-deposit.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), timeoutMs: 700 });
});
afterAll(() => world.close());

const { balancesOf, depositOf, parkedAbout } = lookAt(() => world);
const minutes = 60_000;
const payOldest = async ({ reference }: { reference: string }) => {
  const oldest = (await world.sandbox.purchases(reference)).at(-1);
  await world.sandbox.post(`purchases/${oldest?.id}/pay`);
};

describe("Revio gives no clear answer to the first request", () => {
  test.each([
    { kind: "timeout_after_effect" },
    { kind: "reset_after" },
    { kind: "reset_mid_body" },
    { kind: "status", status: 500, when: "after" },
    { kind: "html_200", when: "after" },
    { kind: "wrong_amount", amount: 1 },
    { kind: "wrong_is_test" },
  ])(
    "made, answer lost ($kind): the background makes another; the first, paid, is credited",
    async (fault) => {
      const customer = await world.customer();
      const key = randomUUID();
      await world.sandbox.fault("purchases.create", fault);
      await world.delayedDeposit(customer, 60_000n, key);
      const deposit = await world.depositLater(customer, 60_000n, key);
      expect(deposit.status).toBe("awaiting_payment");
      expect(await world.sandbox.purchases(deposit.reference)).toHaveLength(2);
      await payOldest(deposit);
      await world.settle();
      expect((await depositOf(customer, deposit)).status).toBe("completed");
      expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
      await expectSound(world);
    },
  );

  test.each([
    { kind: "timeout_before_effect" },
    { kind: "reset_before" },
    { kind: "status", status: 503, when: "before" },
    { kind: "status", status: 429, when: "before", retryAfter: 30 },
    { kind: "status", status: 401, when: "before" },
  ])("not made ($kind): the background opens the same deposit", async (fault) => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", fault);
    const delayed = await world.delayedDeposit(customer, 60_000n, key);
    // Until there is a checkout the key answers how the deposit stands, and sends nothing.
    expect(await world.deposit(customer, 60_000n, key)).toEqual(delayed);
    const deposit = await world.depositLater(customer, 60_000n, key);
    expect(deposit).toMatchObject({ id: delayed.id, isDelayed: false });
    expect(await world.deposit(customer, 60_000n, key)).toEqual(deposit);
    expect(await world.sandbox.purchases(deposit.reference)).toHaveLength(1);
    await world.pay(deposit);
    await world.settle();
    const { rows } = await world.database.pool.query(
      "SELECT status FROM transactions WHERE user_id = $1",
      [customer.userId],
    );
    expect(rows).toEqual([{ status: "completed" }]);
  });

  test("paid before the request is repeated: the answer is the completed deposit, no further checkout", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 60_000n, key);
    const { rows } = await world.database.pool.query<{ reference: string }>(
      "SELECT reference FROM transactions WHERE user_id = $1",
      [customer.userId],
    );
    const reference = rows[0]?.reference ?? "";
    await payOldest({ reference });
    await world.settle();
    const deposit = await world.depositLater(customer, 60_000n, key);
    expect(deposit).toMatchObject({ status: "completed", checkoutUrl: null, isDelayed: false });
    expect(await world.sandbox.purchases(reference)).toHaveLength(1);
    expect(await world.deposit(customer, 60_000n, key)).toEqual(deposit);
    await expectSound(world);
  });

  test("repeated when its time is over: expired, and no checkout is opened", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_before" });
    await world.delayedDeposit(customer, 60_000n, key);
    await world.advance(61 * minutes);
    const deposit = await world.depositLater(customer, 60_000n, key);
    expect(deposit.status).toBe("expired");
    expect(await world.sandbox.purchases(deposit.reference)).toEqual([]);
  });

  test("refused: failed, and stored under the key", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "status", status: 400 });
    for (let time = 0; time < 2; time++) {
      await expect(world.deposit(customer, 60_000n, key)).rejects.toMatchObject({
        code: "PROVIDER_REJECTED",
      });
    }
    const { rows } = await world.database.pool.query(
      "SELECT status, failure_code FROM transactions WHERE user_id = $1",
      [customer.userId],
    );
    expect(rows).toEqual([{ status: "failed", failure_code: "provider_rejected" }]);
  });

  test("the webhook is faster than the answer: one deposit, its status is not set back", async () => {
    const customer = await world.customer();
    await world.sandbox.fault("purchases.create", { kind: "slow", delayMs: 400, when: "after" });
    const request = world.deposit(customer, 60_000n);
    let reference = "";
    while (reference === "" || (await world.sandbox.purchases(reference)).length === 0) {
      const { rows } = await world.database.pool.query<{ reference: string }>(
        "SELECT reference FROM transactions WHERE user_id = $1",
        [customer.userId],
      );
      reference = rows[0]?.reference ?? "";
    }
    await payOldest({ reference });
    await world.settle();
    const deposit = await request;
    expect(deposit).toMatchObject({ status: "completed", checkoutUrl: null });
    expect(await stepsOf(world, deposit.id)).toEqual([
      "deposit.created → created",
      "deposit.completed → completed",
    ]);
    await expectSound(world);
  });

  test("a request that was only slow, after another took over: one address is ever shown", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "slow", delayMs: 500, when: "after" });
    const slow = world.deposit(customer, 60_000n, key);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(world.deposit(customer, 60_000n, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_IN_PROGRESS",
    });
    await world.advance(31_000);
    const second = await world.deposit(customer, 60_000n, key);
    expect((await slow).checkoutUrl).toBe(second.checkoutUrl);
    expect(await world.sandbox.purchases(second.reference)).toHaveLength(2);
  });
});

describe("not paid", () => {
  test("expired without a word: the check closes it after its time and a grace", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 60_000n);
    await world.drain(50 * minutes);
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    await world.drain(30 * minutes);
    expect(await depositOf(customer, deposit)).toMatchObject({
      status: "expired",
      checkoutUrl: null,
    });
    expect(await world.jobs.waiting("deposit.check")).toBe(0);
  });

  test("a payment in flight at the end, its webhook lost: still looked at, and credited", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 60_000n);
    await world.settle();
    await world.sandbox.settings({ executeMode: "pending" });
    await world.advance(55 * minutes);
    await world.pay(deposit);
    await world.sandbox.settings({ executeMode: "immediate" });
    await world.drain(90 * minutes);
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "drop" }, null);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.post(`purchases/${purchase?.id}/settle`);
    await world.drain(31 * minutes);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await expectSound(world);
  });

  test("cancelled: nobody can pay any more; twice answers the same", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 60_000n);
    expect((await world.cancelDeposit(customer, deposit.id)).status).toBe("cancelled");
    expect((await world.cancelDeposit(customer, deposit.id)).status).toBe("cancelled");
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    expect(purchase?.status).toBe("cancelled");
    const stranger = await world.customer();
    await expect(
      cancelDeposit(stranger.as, { userId: stranger.userId, transactionId: deposit.id }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("cancelled though Revio's answer was lost", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 60_000n);
    await world.sandbox.fault("purchases.cancel", { kind: "reset_after" });
    expect((await world.cancelDeposit(customer, deposit.id)).status).toBe("cancelled");
  });

  test("cancelled before any checkout was opened: an orphan that is paid all the same is credited", async () => {
    const customer = await world.customer();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 60_000n);
    const { rows } = await world.database.pool.query<{ id: string; reference: string }>(
      "SELECT id, reference FROM transactions WHERE user_id = $1",
      [customer.userId],
    );
    const [orphan] = rows;
    await world.sandbox.webhookFault({ event: "purchase.created" }, { kind: "drop" });
    expect((await world.cancelDeposit(customer, orphan?.id ?? "")).status).toBe("cancelled");
    await payOldest({ reference: orphan?.reference ?? "" });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
  });

  test("cancel against pay, at once: one wins, both sides agree", async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 12 && outcomes.size < 2; round++) {
      const customer = await world.customer();
      const deposit = await world.deposit(customer, 60_000n);
      await world.settle();
      const [answer] = await Promise.all([
        (async () => {
          await new Promise((resolve) => setTimeout(resolve, (round % 4) * 3));
          return world.cancelDeposit(customer, deposit.id).then(
            () => "cancelled",
            (error: { code: string }) => error.code,
          );
        })(),
        world.pay(deposit).catch(() => undefined),
      ]);
      await world.settle();
      const status = (await depositOf(customer, deposit)).status;
      const [purchase] = await world.sandbox.purchases(deposit.reference);
      expect([answer, status, purchase?.status]).toEqual(
        answer === "cancelled"
          ? ["cancelled", "cancelled", "cancelled"]
          : ["WRONG_STATE", "completed", "paid"],
      );
      outcomes.add(answer);
    }
    expect(outcomes.size).toBeGreaterThan(0);
    await expectSound(world);
  });

  test("Revio down: cancelling says so, and nothing has changed", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 60_000n);
    await world.sandbox.fault("purchases.cancel", { kind: "status", status: 401 });
    await expect(world.cancelDeposit(customer, deposit.id)).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
    });
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    expect(await parkedAbout(deposit.id)).toEqual([]);
  });
});
