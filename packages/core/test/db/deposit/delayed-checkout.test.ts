import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { stepsOf } from "../../world/journal.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const minutes = 60_000;
/** Jobs that are still to open the checkout. */
const jobsOf = async (transactionId: string) => {
  const { rows } = await world.database.pool.query(
    "SELECT 1 FROM test_jobs WHERE name = 'deposit.open-checkout' AND payload ->> 'transactionId' = $1 AND NOT done",
    [transactionId],
  );
  return rows.length;
};

test("F15 the job tries until Revio is there again; one purchase, one address, one stored answer", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "status", status: 503 }, 6);
  const { id, reference } = await world.delayedDeposit(customer, 60_000n, key);
  for (let tries = 0; tries < 2; tries++) {
    expect(await world.depositLater(customer, 60_000n, key)).toMatchObject({ isDelayed: true });
    expect(await jobsOf(id)).toBe(1);
    await world.advance(60_000);
  }
  await world.sandbox.clearFaults();
  const deposit = await world.depositLater(customer, 60_000n, key);
  expect(deposit).toMatchObject({ id, status: "awaiting_payment", isDelayed: false });
  expect(await world.sandbox.purchases(reference)).toHaveLength(1);
  expect(await stepsOf(world, id)).toEqual([
    "deposit.created → created",
    "deposit.checkout_opened → awaiting_payment",
  ]);
});

test("the job twice, five times at once: one checkout is ever shown", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "reset_before" });
  const { reference } = await world.delayedDeposit(customer, 60_000n, key);
  await world.advance(31_000);
  await world.runJobs({ only: "deposit.open-checkout", copies: 5 });
  const deposit = await world.deposit(customer, 60_000n, key);
  expect(await world.sandbox.purchases(reference)).toHaveLength(1);
  await world.settle();
  expect(await world.deposit(customer, 60_000n, key)).toEqual(deposit);
});

test("F69 the job is lost: the sweeper makes it anew from the table", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "reset_before" });
  const { id } = await world.delayedDeposit(customer, 60_000n, key);
  await world.jobs.lose();
  await world.advance(11 * minutes);
  await sweepTransactions(world.ctx);
  expect(await jobsOf(id)).toBe(1);
  await world.runJobs({ only: "deposit.open-checkout" });
  expect((await world.deposit(customer, 60_000n, key)).status).toBe("awaiting_payment");
});

test("never opened: the check closes it when its time is over, and the key says so", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "status", status: 503 }, 1_000);
  await world.delayedDeposit(customer, 60_000n, key);
  await world.drain(70 * minutes);
  await world.sandbox.clearFaults();
  expect(await world.deposit(customer, 60_000n, key)).toMatchObject({
    status: "expired",
    isDelayed: false,
  });
});

test("refused in the end: failed, and the key says so", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "reset_before" });
  await world.delayedDeposit(customer, 60_000n, key);
  await world.sandbox.fault("purchases.create", { kind: "status", status: 400 });
  await expect(world.depositLater(customer, 60_000n, key)).rejects.toMatchObject({
    code: "PROVIDER_REJECTED",
  });
});

test("over before a checkout opened: the key goes on saying so, whatever becomes of the deposit", async () => {
  const customer = await world.customer();
  const key = randomUUID();
  // Made at Revio, and nobody heard of it.
  await world.sandbox.fault("purchases.create", { kind: "reset_after" });
  const deposit = await world.delayedDeposit(customer, 60_000n, key);
  await world.pay(deposit);
  await world.advance(70 * minutes);
  await world.runJobs({ only: "deposit.check" });
  const answered = await world.deposit(customer, 60_000n, key);
  expect(answered).toMatchObject({ status: "expired", isDelayed: false });
  await world.runJobs({ only: "provider-event.apply" });
  await world.settle();
  expect((await stepsOf(world, deposit.id)).at(-1)).toMatch(/ → completed$/);
  expect(await world.deposit(customer, 60_000n, key)).toEqual(answered);
});
