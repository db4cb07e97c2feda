import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { checkPurchase } from "../../../src/revio/check-purchase.ts";
import { onPurchase } from "../../../src/revio/on-purchase.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, breaksOf, isFrozen, kindsOf, withdrawalOf } = lookAt(() => world);

async function paidDeposit(amountMinor: bigint) {
  const customer = await world.customer();
  const deposit = await world.fund(customer, amountMinor);
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  const at = (verb: string, body?: Record<string, unknown>) =>
    world.sandbox.post(`purchases/${purchase?.id}/${verb}`, body);
  return { customer, deposit, at };
}

async function spend(customer: Customer, amountMinor: bigint) {
  const withdrawal = await world.withdraw(customer, amountMinor);
  await world.settle();
  expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
}

const idOf = async (customer: Customer, kind: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM transactions WHERE user_id = $1 AND kind = $2",
    [customer.userId, kind],
  );
  return rows[0]?.id ?? "";
};

describe("refund", () => {
  test("in full, through Revio's API", async () => {
    const { customer, deposit } = await paidDeposit(80_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.ctx.revio.purchases.refund(purchase?.id ?? "");
    await world.settle();
    expect(await kindsOf(customer)).toEqual(["deposit completed 80000", "refund completed 80000"]);
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    expect(await postingsOf(world, await idOf(customer, "refund"))).toEqual([
      `deposit.refunded debit user:${customer.userId}:available:ZAR 80000`,
      "deposit.refunded credit house:revio_float:ZAR 80000",
    ]);
    expect(await isFrozen(customer)).toBeNull();
    await expectSound(world);
  });

  test("several partial ones from the dashboard: each difference once", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await at("refund", { amount: 10_000 });
    await world.settle();
    await at("refund", { amount: 5_000 });
    await at("refund", { amount: 7_000 });
    await world.settle();
    const [deposit, ...refunds] = await kindsOf(customer);
    expect(deposit).toBe("deposit completed 80000");
    expect(refunds[0]).toBe("refund completed 10000");
    expect(await balancesOf(customer)).toEqual([58_000n, 0n, 0n]);
    await at("refund", { amount: 58_000 });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await expectSound(world);
  });

  test("pending, then refused by the bank: nothing is booked; a later one is", async () => {
    const { customer, deposit, at } = await paidDeposit(80_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.settings({ refundMode: "pending" });
    await world.ctx.revio.purchases.refund(purchase?.id ?? "", { amountMinor: 30_000n });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await at("settle", { outcome: "failure" });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([80_000n, 0n, 0n]);
    await world.ctx.revio.purchases.refund(purchase?.id ?? "", { amountMinor: 30_000n });
    await at("settle", { outcome: "success" });
    await world.sandbox.settings({ refundMode: "immediate" });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("of money that was withdrawn: the user owes it, and nothing more leaves", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await spend(customer, 60_000n);
    await at("refund", { amount: 50_000 });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 30_000n]);
    expect(await postingsOf(world, await idOf(customer, "refund"))).toEqual([
      `deposit.refunded debit user:${customer.userId}:available:ZAR 20000`,
      `deposit.refunded debit user:${customer.userId}:receivable:ZAR 30000`,
      "deposit.refunded credit house:revio_float:ZAR 50000",
    ]);
    expect(await isFrozen(customer)).toBe("refund_shortfall");
    await expect(world.withdraw(customer, 1_000n)).rejects.toMatchObject({
      code: "OUTGOING_FROZEN",
    });
    await expectSound(world);
  });

  test("news of it twenty times at once: one refund", async () => {
    const { customer, deposit, at } = await paidDeposit(80_000n);
    await world.sandbox.webhookFault(
      { event: "payment.refunded" },
      { kind: "duplicate", copies: 3 },
    );
    await at("refund", { amount: 25_000 });
    await world.runJobs({ copies: 10, parallel: true });
    await world.settle();
    expect(await kindsOf(customer)).toEqual(["deposit completed 80000", "refund completed 25000"]);
    expect(
      (await world.sandbox.books()).movements.filter(
        ({ reference }) => reference === deposit.reference,
      ),
    ).toHaveLength(2);
    await expectSound(world);
  });

  test("before the payment was credited: both are booked", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 80_000n);
    await world.settle();
    for (const event of ["purchase.viewed", "purchase.pending_execute", "purchase.paid"]) {
      await world.sandbox.webhookFault({ reference: deposit.reference, event }, { kind: "drop" });
    }
    await world.pay(deposit);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.post(`purchases/${purchase?.id}/refund`, { amount: 80_000 });
    await world.settle();
    expect(await kindsOf(customer)).toEqual(["deposit completed 80000", "refund completed 80000"]);
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await expectSound(world);
  });
});

describe("chargeback", () => {
  test("while the money is there: taken, and outgoing money is frozen", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await at("chargeback");
    await world.settle();
    expect(await kindsOf(customer)).toEqual([
      "deposit completed 80000",
      "chargeback completed 80000",
    ]);
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    expect(await isFrozen(customer)).toBe("chargeback");
    await expectSound(world);
  });

  test("with a shortfall, then won: the debt is paid first", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await spend(customer, 50_000n);
    await at("chargeback");
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 50_000n]);
    const chargeback = await idOf(customer, "chargeback");
    expect(await postingsOf(world, chargeback)).toEqual([
      `deposit.charged_back debit user:${customer.userId}:available:ZAR 30000`,
      `deposit.charged_back debit user:${customer.userId}:receivable:ZAR 50000`,
      "deposit.charged_back credit house:revio_float:ZAR 80000",
    ]);
    await at("chargeback-reversal");
    await world.settle();
    expect(await balancesOf(customer)).toEqual([30_000n, 0n, 0n]);
    expect((await postingsOf(world, chargeback)).slice(3)).toEqual([
      "chargeback.reversed debit house:revio_float:ZAR 80000",
      `chargeback.reversed credit user:${customer.userId}:available:ZAR 30000`,
      `chargeback.reversed credit user:${customer.userId}:receivable:ZAR 50000`,
    ]);
    expect(await isFrozen(customer)).toBe("chargeback");
    await expectSound(world);
  });

  test("after a partial refund, lost and won twice: never more than was paid", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await at("refund", { amount: 30_000 });
    await world.settle();
    for (let dispute = 0; dispute < 2; dispute++) {
      await at("chargeback");
      await world.settle();
      expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
      await at("chargeback-reversal");
      await world.settle();
      expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    }
    await expectSound(world);
  });

  test("seen only when all is over, refund and reversal missed: the sum is right", async () => {
    const { customer, at } = await paidDeposit(80_000n);
    await world.sandbox.webhookFault({ event: "payment.refunded" }, { kind: "drop" });
    await at("refund", { amount: 30_000 });
    await at("chargeback");
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await at("chargeback-reversal");
    await world.settle();
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("won, and another refund is on its way: what a refund unseen until then took is not credited meanwhile", async () => {
    const { customer, deposit, at } = await paidDeposit(80_000n);
    const match = { event: "payment.refunded" };
    await world.sandbox.webhookFault(match, { kind: "drop" }, null);
    await at("refund", { amount: 30_000 });
    await at("chargeback");
    await world.settle();
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.settings({ refundMode: "pending" });
    await at("chargeback-reversal");
    await world.ctx.revio.purchases.refund(purchase?.id ?? "", { amountMinor: 20_000n });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await at("settle", { outcome: "failure" });
    await world.sandbox.settings({ refundMode: "immediate" });
    await world.sandbox.clearFaults();
    await world.settle();
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("won, and Revio does not tell what was refunded before: a person looks, nothing is credited; then it tells", async () => {
    const { customer, deposit, at } = await paidDeposit(80_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const subject = `purchase:${purchase?.id}`;
    await world.sandbox.settings({ statusAfterReversal: "paid" });
    await at("refund", { amount: 30_000 });
    await at("chargeback");
    await world.settle();
    await world.sandbox.post("faults", {
      match: { operation: "purchases.get", objectId: purchase?.id },
      kind: "rewrite",
      set: { refundable_amount: 0, refund_availability: "none" },
    });
    await at("chargeback-reversal");
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    expect(await breaksOf(subject)).toEqual(["amount_mismatch warning open untold_refunds"]);
    await checkPurchase(world.ctx, { purchaseId: purchase?.id ?? "" });
    await world.sandbox.settings({ statusAfterReversal: "before" });
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    expect(await breaksOf(subject)).toEqual([
      "amount_mismatch warning resolved provider_evidence untold_refunds",
    ]);
    await expectSound(world);
  });

  test("a slow reading from before it does not undo it", async () => {
    const { customer, deposit, at } = await paidDeposit(80_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const stale = await world.ctx.revio.purchases.get(purchase?.id ?? "");
    await at("chargeback");
    // The one that read later books while the one that read earlier waits for the lock.
    const fresh = await world.ctx.revio.purchases.get(purchase?.id ?? "");
    let late: Promise<unknown> | undefined;
    await withTransaction(world.ctx.pool, async (tx) => {
      expect(await onPurchase(world.ctx, tx, fresh)).toMatchObject({
        outcome: "deposit.charged_back",
      });
      late = withTransaction(world.ctx.pool, (other) => onPurchase(world.ctx, other, stale));
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await late).toMatchObject({ state: "ignored", outcome: "stale" });
    await world.settle();
    expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
    await expectSound(world);
  });
});
