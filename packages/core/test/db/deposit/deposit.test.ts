import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { closeDeposit } from "../../../src/deposit/close-deposit.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { onPurchase } from "../../../src/revio/on-purchase.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf, stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { depositOf, balancesOf, parkedAbout, parkedEvents } = lookAt(() => world);
const purchaseOf = async ({ reference }: { reference: string }) => {
  const [purchase] = await world.sandbox.purchases(reference);
  if (purchase === undefined) throw new Error("no purchase");
  return purchase;
};
const hour = 60 * 60_000;

describe("paid", () => {
  test("on the checkout, read back, credited once: each posting", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 125_000n);
    expect(deposit.status).toBe("awaiting_payment");
    expect(deposit.checkoutUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\//);
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await world.pay(deposit);
    await world.settle();
    expect(await depositOf(customer, deposit)).toMatchObject({
      status: "completed",
      checkoutUrl: null,
    });
    // Revio's fee is 2.75 %.
    expect(await postingsOf(world, deposit.id)).toEqual([
      "deposit.completed debit house:revio_float:ZAR 121562",
      "deposit.completed debit house:provider_fees:ZAR 3438",
      `deposit.completed credit user:${customer.userId}:available:ZAR 125000`,
    ]);
    expect(await stepsOf(world, deposit.id)).toEqual([
      "deposit.created → created",
      "deposit.checkout_opened → awaiting_payment",
      "deposit.completed → completed",
    ]);
    await expectSound(world);
  });

  test("with 3-D Secure after a decline and a wrong code: the same checkout, one credit", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 50_000n);
    await world.pay(deposit, { card: "4000 0000 0000 9995" });
    await world.pay(deposit, { card: "4444 3333 2222 1111", cvc: "999" });
    await world.pay(deposit, { card: "5555 5555 5555 4444", threeDSecure: "decline" });
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    await world.pay(deposit, { card: "5555 5555 5555 4444" });
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    await expectSound(world);
  });

  test.each([
    ["deposit.failed", "failed"],
    ["deposit.expired", "expired"],
    ["deposit.cancelled", "cancelled"],
  ] as const)("late, after %s: credited all the same", async (_, ended) => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 20_000n);
    const { id } = await purchaseOf(deposit);
    // Ours has ended; at Revio an attempt was in flight.
    await withTransaction(world.database.pool, (tx) =>
      closeDeposit(world.ctx, tx, { transactionId: deposit.id, as: ended }),
    );
    expect((await depositOf(customer, deposit)).status).toBe(ended);
    await world.sandbox.post(`purchases/${id}/force-payment`);
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([20_000n, 0n, 0n]);
    await expectSound(world);
  });
});

describe("webhooks", () => {
  test("lost for ever: the check finds the payment", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "drop" }, null);
    await world.pay(deposit);
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    await world.drain(10 * 60_000);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await expectSound(world);
  });

  test("doubled, reordered and late, in any mix: one credit", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    const about = (event: string) => ({ reference: deposit.reference, event });
    await world.sandbox.webhookFault(about("purchase.viewed"), {
      kind: "reorder",
      delayMs: 600_000,
    });
    await world.sandbox.webhookFault(about("purchase.pending_execute"), {
      kind: "reorder",
      delayMs: 7_200_000,
    });
    await world.sandbox.webhookFault(about("purchase.paid"), { kind: "duplicate", copies: 20 });
    await world.pay(deposit);
    await world.settle();
    await world.drain(3 * hour);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([30_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("a claim that it is paid is checked with Revio, who knows of no payment", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    const { id } = await purchaseOf(deposit);
    await world.settle();
    await world.sandbox.webhookFault(
      { reference: deposit.reference },
      { kind: "rewrite", set: { event_type: "purchase.paid", status: "paid" } },
    );
    await world.sandbox.post(`purchases/${id}/view`);
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
  });

  test("Revio down when it should confirm: nothing on the webhook's word alone, credited later", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.fault("purchases.get", { kind: "status", status: 503 }, 30);
    await world.pay(deposit);
    for (let look = 0; look < 3; look++) await world.runJobs();
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
    await world.drain(30 * 60_000);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await expectSound(world);
  });

  test("of a purchase that is not ours: parked, nobody is credited", async () => {
    const before = await world.database.pool.query("SELECT count(*) FROM journal_entries");
    const { id } = (await world.sandbox.post("purchases", {
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "Dashboard", price: 9_900 }] },
      reference: "made-in-the-dashboard",
    })) as { id: string };
    await world.settle();
    expect(await parkedEvents(id)).toEqual(["purchase.created: unknown_purchase"]);
    const after = await world.database.pool.query("SELECT count(*) FROM journal_entries");
    expect(after.rows).toEqual(before.rows);
  });

  test("with our reference, but not from our request: parked, not credited to its user", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 9_900n);
    const { id } = (await world.sandbox.post("purchases", {
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "Dashboard", price: 9_900 }] },
      reference: deposit.reference,
    })) as { id: string };
    await world.sandbox.post(`purchases/${id}/pay`);
    await world.settle();
    expect(new Set(await parkedEvents(id))).toEqual(
      new Set(
        ["created", "viewed", "pending_execute", "paid"].map(
          (e) => `purchase.${e}: unknown_purchase`,
        ),
      ),
    );
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    // What stays unknown for a day is nobody's: into suspense, so that our float is what Revio has.
    await world.advance(24 * hour);
    await sweepTransactions(world.ctx);
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await expectSound(world);
  });
});

describe("what Revio says differs from what was asked for", () => {
  test.each([
    [{ kind: "wrong_amount", amount: 29_999 }, "deposit.amount_mismatch"],
    [{ kind: "wrong_currency", currency: "USD" }, "deposit.currency_mismatch"],
  ])(
    "$kind: not credited, in review; resolved when Revio says the right thing",
    async (fault, verdict) => {
      const customer = await world.customer();
      const deposit = await world.deposit(customer, 30_000n);
      await world.settle();
      await world.sandbox.fault("purchases.get", fault, 3);
      await world.pay(deposit);
      await world.settle();
      expect(await depositOf(customer, deposit)).toMatchObject({
        status: "in_review",
        failureCode: "amount_mismatch",
      });
      expect(await parkedAbout(deposit.id)).toContain(verdict);
      expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
      // A later word of Revio that fits completes it.
      const { id } = await purchaseOf(deposit);
      const refund = await world.sandbox.post(`purchases/${id}/refund`, { amount: 1 });
      expect(refund["type"]).toBe("payment");
      await world.settle();
      expect((await depositOf(customer, deposit)).status).toBe("completed");
      expect(await balancesOf(customer)).toEqual([29_999n, 0n, 0n]);
      await expectSound(world);
    },
  );

  test.each([
    ["wrong_brand", "wrong_brand"],
    ["wrong_is_test", "wrong_mode"],
  ])("%s: parked, not credited", async (fault, verdict) => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.fault("purchases.get", { kind: fault }, 3);
    await world.pay(deposit);
    await world.settle();
    const { id } = await purchaseOf(deposit);
    expect(await parkedEvents(id)).toEqual(
      ["viewed", "pending_execute", "paid"].map((event) => `purchase.${event}: ${verdict}`),
    );
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    // The next look finds the truth.
    await world.drain(10 * 60_000);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
  });

  test("an event of the other mode is parked unread", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.webhookFault(
      { reference: deposit.reference },
      { kind: "rewrite", set: { is_test: false } },
      null,
    );
    await world.pay(deposit);
    await world.settle();
    const { id } = await purchaseOf(deposit);
    expect(await parkedEvents(id)).toEqual(
      ["viewed", "pending_execute", "paid"].map((event) => `purchase.${event}: wrong_mode`),
    );
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await world.drain(10 * 60_000);
  });

  test("a status that nobody knows: parked, nothing changes", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    await world.sandbox.fault("purchases.get", { kind: "unknown_status" });
    await world.sandbox.post(`purchases/${(await purchaseOf(deposit)).id}/view`);
    await world.settle();
    expect(await parkedAbout(deposit.id)).toEqual(["unknown_status"]);
    expect((await depositOf(customer, deposit)).status).toBe("awaiting_payment");
  });

  test("marked as paid by hand: no money moved, nothing is credited", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    const { id } = await purchaseOf(deposit);
    await world.revioPost(`purchases/${id}/mark_as_paid/`, {});
    await world.settle();
    expect(await parkedAbout(deposit.id)).toEqual(["marked_as_paid"]);
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await world.drain(2 * hour);
    expect((await depositOf(customer, deposit)).status).toBe("expired");
    await expectSound(world);
  });

  test("two purchases of one deposit paid, at the same moment: one credit, the other is parked", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 40_000n, key);
    const deposit = await world.depositLater(customer, 40_000n, key);
    const purchases = await world.sandbox.purchases(deposit.reference);
    expect(purchases).toHaveLength(2);
    await Promise.all(purchases.map(({ id }) => world.sandbox.post(`purchases/${id}/pay`)));
    await world.runJobs({ parallel: true });
    await world.settle();
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
    expect(await parkedAbout(deposit.id)).toEqual(["second_purchase_paid"]);
    await expectSound(world);
    // Sending the second payment back is no refund of the first.
    const { rows } = await world.database.pool.query<{ id: string }>(
      "SELECT purchase_id AS id FROM revio_purchases WHERE transaction_id = $1 AND credited_at IS NULL",
      [deposit.id],
    );
    await world.sandbox.post(`purchases/${rows[0]?.id}/refund`);
    await world.settle();
    expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
    // A refund of the one that was credited still is one.
    const first = purchases.find(({ id }) => id !== rows[0]?.id);
    await world.sandbox.post(`purchases/${first?.id}/refund`, { amount: 15_000 });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([25_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("two purchases of one deposit read as paid by two workers at once: the second waits, and is parked", async () => {
    const customer = await world.customer();
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 40_000n, key);
    const deposit = await world.depositLater(customer, 40_000n, key);
    await world.settle();
    const purchases = await Promise.all(
      (await world.sandbox.purchases(deposit.reference)).map(async ({ id }) => {
        await world.sandbox.post(`purchases/${id}/pay`);
        return world.ctx.revio.purchases.get(id);
      }),
    );
    const [first, second] = purchases;
    if (first === undefined || second === undefined) throw new Error("two purchases are paid");
    let other: Promise<unknown> | undefined;
    const { pool } = world.database;
    await withTransaction(pool, async (tx) => {
      expect(await onPurchase(world.ctx, tx, first)).toMatchObject({
        outcome: "deposit.completed",
      });
      other = withTransaction(pool, (tx2) => onPurchase(world.ctx, tx2, second));
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await other).toMatchObject({ state: "parked", outcome: "second_purchase_paid" });
    await world.settle();
    await expectSound(world);
  });
});
