import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, depositOf, kindsOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const sweep = async () => {
  await sweepTransactions(world.ctx);
  await world.settle();
};
/** A paid deposit, credited, and what can be done to its purchase at Revio. */
async function paidDeposit(customer: Customer) {
  const deposit = await world.fund(customer, 80_000n);
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  const id = purchase?.id ?? "";
  const at = async (verb: string, body?: Record<string, unknown>) => {
    await world.sandbox.post(`purchases/${id}/${verb}`, body);
    await world.settle();
  };
  return { deposit, id, at };
}
const looksAt = async (purchaseId: string) => {
  const { rows } = await world.database.pool.query<{ at: Date | null }>(
    "SELECT next_look_at AS at FROM revio_purchases WHERE purchase_id = $1",
    [purchaseId],
  );
  return rows[0]?.at ?? undefined;
};
/** "<subject kind> <missed>: <event types>" of what never reached us about an object. */
const missedOf = async (subjectId: string) => {
  const { rows } = await world.database.pool.query<{ line: string }>(
    `SELECT concat(subject_kind, ' ', details ->> 'missed', ': ', details ->> 'eventTypes') AS line FROM audit_events
     WHERE action = 'webhooks.missed' AND subject_id = $1 ORDER BY sequence`,
    [subjectId],
  );
  return rows.map(({ line }) => line);
};
const lose = (event: string, kind = "give_up") => world.sandbox.webhookFault({ event }, { kind });

describe("F32: the webhook about a paid deposit is lost for ever", () => {
  test.each([
    ["refund", { amount: 30_000 }, "payment.refunded", [50_000n, 0n, 0n]],
    ["chargeback", undefined, "payment.charged_back", [0n, 0n, 0n]],
  ] as const)("%s: found by the next look", async (verb, body, event, balances) => {
    const customer = await world.customer();
    const { deposit, at } = await paidDeposit(customer);
    await lose(event);
    await at(verb, body);
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await world.advance(hour);
    await sweep();
    expect(await balancesOf(customer)).toEqual(balances);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await expectSound(world);
  });

  test("chargeback in the eighth week: still found; after the 60th day nobody looks any more", async () => {
    const customer = await world.customer();
    const { id, at } = await paidDeposit(customer);
    await world.advance(50 * day);
    await sweep();
    await lose("payment.charged_back");
    await at("chargeback");
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await world.advance(10 * day);
    await sweep();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    expect(await looksAt(id)).toBeUndefined();
    await expectSound(world);
  });

  test("a dispute won: found too", async () => {
    const customer = await world.customer();
    const { at } = await paidDeposit(customer);
    await at("chargeback");
    await lose("payment.chargeback_reversed");
    await at("chargeback-reversal");
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await world.advance(hour);
    await sweep();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    expect(await kindsOf(customer)).toContain("chargeback reversed 80000");
    await expectSound(world);
  });

  test("the looks: one job each, growing pauses, made anew when lost, none twice", async () => {
    const customer = await world.customer();
    const { id } = await paidDeposit(customer);
    const creditedAt = world.ctx.clock.now().getTime();
    const pauseOf = async () =>
      Math.round(((await looksAt(id))?.getTime() ?? Number.NaN) - creditedAt) / hour;
    const jobsOf = async () => {
      const { rows } = await world.database.pool.query<{ count: bigint }>(
        "SELECT count(*) AS count FROM test_jobs WHERE name = 'purchase.check' AND payload ->> 'purchaseId' = $1",
        [id],
      );
      return Number(rows[0]?.count);
    };
    expect(await pauseOf()).toBeCloseTo(1, 1);
    await sweep();
    expect(await jobsOf()).toBe(0);
    await world.advance(hour);
    await sweepTransactions(world.ctx);
    await world.jobs.lose();
    // While the job may still be waiting, no other is made; later one is.
    await world.advance(29 * minute);
    await sweepTransactions(world.ctx);
    expect(await jobsOf()).toBe(0);
    await world.advance(2 * minute);
    await sweep();
    expect(await jobsOf()).toBe(1);
    expect(await pauseOf()).toBeCloseTo(6, 1);
    // An outage of the worker over several looks costs one job, not one each.
    await world.advance(8 * day);
    await sweep();
    expect(await jobsOf()).toBe(2);
    expect(await pauseOf()).toBeCloseTo(14 * 24, 1);
    await expectSound(world);
  });

  test("Revio does not answer the look: it comes again", async () => {
    const customer = await world.customer();
    const { id, at } = await paidDeposit(customer);
    await lose("payment.refunded");
    await at("refund", { amount: 10_000 });
    await world.advance(hour);
    await world.sandbox.post("faults", {
      match: { operation: "purchases.get", objectId: id },
      kind: "reset_before",
      times: 2,
    });
    await sweep();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await world.advance(2 * minute);
    await world.settle();
    expect(await balancesOf(customer)).toEqual([70_000n, 0n, 0n]);
    await expectSound(world);
  });
});

describe("F32: paid after the deposit has ended, and the webhook is lost for ever", () => {
  test("found by the next look, up to a week", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 80_000n);
    const { reference } = deposit;
    await world.drain(2 * hour);
    expect((await depositOf(customer, deposit)).status).toBe("expired");
    await world.sandbox.webhookFault({ reference }, { kind: "drop" }, null);
    const [purchase] = await world.sandbox.purchases(reference);
    await world.sandbox.post(`purchases/${purchase?.id}/force-payment`);
    await world.advance(7 * day);
    await sweep();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("the second purchase of a deposit: into suspense", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 80_000n, key);
    const { reference } = await world.depositLater(customer, 80_000n, key);
    await world.settle();
    const [second, first] = await world.sandbox.purchases(reference);
    await world.sandbox.post(`purchases/${second?.id}/pay`);
    await world.settle();
    await world.sandbox.webhookFault({ objectId: first?.id }, { kind: "drop" }, null);
    await world.sandbox.post(`purchases/${first?.id}/force-payment`);
    await world.advance(7 * hour);
    await sweep();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await expectSound(world);
  });
});

describe("what never reached us is put on record, and believed in nothing", () => {
  test("a payment that was found by looking", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 80_000n);
    await world.settle();
    const { reference } = deposit;
    await world.sandbox.webhookFault({ reference }, { kind: "give_up" }, null);
    await world.pay(deposit);
    await world.drain(5 * minute);
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    const [purchase] = await world.sandbox.purchases(reference);
    expect(await missedOf(purchase?.id ?? "")).toEqual([
      "purchase 3: purchase.viewed purchase.pending_execute purchase.paid",
    ]);
    // Lost on the way, not refused: nothing says that Revio has changed its key.
    expect(world.logged.filter(({ level }) => level === "error")).toEqual([]);
    await expectSound(world);
  });

  test("a refund, which announces itself", async () => {
    const customer = await world.customer();
    const { id, at } = await paidDeposit(customer);
    await lose("payment.refunded");
    const refund = await world.sandbox.post(`purchases/${id}/refund`, { amount: 10_000 });
    await world.advance(hour);
    await sweep();
    expect(await balancesOf(customer)).toEqual([70_000n, 0n, 0n]);
    expect(await missedOf(id)).toEqual([]);
    expect(await missedOf(String(refund["id"]))).toEqual(["payment 1: payment.refunded"]);
    // Nothing is news to the next look.
    await at("refund", { amount: 10_000 });
    await world.advance(day);
    await sweep();
    expect(await missedOf(String(refund["id"]))).toHaveLength(1);
  });

  test("the end of a payout", async () => {
    const customer = await world.customer();
    await world.fund(customer, 80_000n);
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await lose("payout.success");
    await world.sandbox.post(`payouts/${payout?.id}/settle`);
    await world.drain(5 * minute);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await missedOf(payout?.id ?? "")).toEqual(["payout 1: payout.success"]);
    await expectSound(world);
  });

  test("Revio does not tell what it has announced: the news counts all the same", async () => {
    const customer = await world.customer();
    const { id, at } = await paidDeposit(customer);
    await lose("payment.refunded");
    await at("refund", { amount: 10_000 });
    await world.advance(hour);
    await world.sandbox.fault("deliveries.list", { kind: "reset_before" }, 10);
    await sweep();
    await world.sandbox.clearFaults();
    expect(await balancesOf(customer)).toEqual([70_000n, 0n, 0n]);
    expect(await missedOf(id)).toEqual([]);
  });

  test("silent expiry is no missed webhook: Revio has none for it", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 80_000n);
    await world.settle();
    await world.drain(2 * hour);
    expect((await depositOf(customer, deposit)).status).toBe("expired");
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    expect(await missedOf(purchase?.id ?? "")).toEqual([]);
  });
});
