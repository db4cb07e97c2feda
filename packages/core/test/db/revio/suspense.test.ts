import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { houseAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../../../src/ledger/get-balance.ts";
import { onPurchase } from "../../../src/revio/on-purchase.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, breaksOf, depositOf } = lookAt(() => world);
const hour = 60 * 60_000;
const inSuspense = () => getAccountBalance(world.database.pool, houseAccount("suspense", "ZAR"));
const entriesOf = async (purchaseId: string) => {
  const { rows } = await world.database.pool.query<{ event: string }>(
    "SELECT event FROM journal_entries WHERE split_part(entry_key, ':', 2) = $1 ORDER BY sequence",
    [purchaseId],
  );
  return rows.map(({ event }) => event);
};
const at = async (purchaseId: string, verb: string, body?: Record<string, unknown>) => {
  await world.sandbox.post(`purchases/${purchaseId}/${verb}`, body);
  await world.settle();
};
const sweep = async () => {
  await sweepTransactions(world.ctx);
  await world.settle();
};

/** What suspense has more than before. */
async function suspenseBy(work: () => Promise<unknown>): Promise<bigint> {
  const before = await inSuspense();
  await work();
  return (await inSuspense()) - before;
}

/** The next reading of this purchase lies. */
const nextReadingOf = (objectId: string, fault: Record<string, unknown>) =>
  world.sandbox.post("faults", { match: { operation: "purchases.get", objectId }, ...fault });

/** Made at Revio's dashboard; names nothing of ours. */
async function dashboardPurchase(price: number): Promise<string> {
  const { id } = await world.sandbox.post("purchases", {
    client: { email: "someone@example.com" },
    purchase: { currency: "ZAR", products: [{ name: "Dashboard", price }] },
    reference: "nothing of ours",
  });
  return String(id);
}

/** A deposit of 300 whose payer, as Revio shows it from now on, has paid another amount. */
async function misfit(amount: number) {
  const customer = await world.customer();
  const deposit = await world.deposit(customer, 30_000n);
  await world.settle();
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  const id = purchase?.id ?? "";
  await world.sandbox.fault("purchases.get", { kind: "wrong_amount", amount }, 1_000);
  return { customer, deposit, id };
}

/** The payer pays both purchases of one deposit; Revio's id of the second to be credited, which is not. */
async function paidTwice(customer: Customer): Promise<string> {
  const key = randomUUID();
  await world.sandbox.fault("purchases.create", { kind: "reset_after" });
  await world.delayedDeposit(customer, 40_000n, key);
  const deposit = await world.depositLater(customer, 40_000n, key);
  const [credited, held] = await world.sandbox.purchases(deposit.reference);
  await at(credited?.id ?? "", "pay");
  await at(held?.id ?? "", "pay");
  return held?.id ?? "";
}

describe("F34: a purchase that is nobody's", () => {
  test("parked at once, in suspense after a day, once; our float is Revio's; no user is guessed", async () => {
    const id = await dashboardPurchase(9_900);
    await at(id, "pay");
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "unknown_object warning open unknown_purchase",
    ]);
    expect(await entriesOf(id)).toEqual([]);
    await world.advance(23 * hour);
    await sweep();
    expect(await entriesOf(id)).toEqual([]);
    await world.advance(hour);
    await sweepTransactions(world.ctx);
    // The job runs five times at once, and again.
    await world.runJobs({ only: "purchase.check", copies: 5 });
    await world.advance(13 * hour);
    await sweep();
    expect(await entriesOf(id)).toEqual(["suspense.received"]);
    await expectSound(world);
    // Still somebody's turn: nothing has told whose it is.
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "unknown_object warning open unknown_purchase",
    ]);
  });

  test("refunded in part, then charged back, and won: in and out of suspense, and of nothing else", async () => {
    const id = await dashboardPurchase(10_000);
    await at(id, "pay");
    await world.advance(24 * hour);
    expect(await suspenseBy(sweep)).toBe(10_000n);
    expect(await suspenseBy(() => at(id, "refund", { amount: 3_000 }))).toBe(-3_000n);
    expect(await suspenseBy(() => at(id, "chargeback"))).toBe(-7_000n);
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "unknown_object warning resolved provider_evidence unknown_purchase",
    ]);
    await expectSound(world);
    expect(await suspenseBy(() => at(id, "chargeback-reversal"))).toBe(7_000n);
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "unknown_object warning resolved provider_evidence unknown_purchase",
      "unknown_object warning open unknown_purchase",
    ]);
    expect(await entriesOf(id)).toEqual([
      "suspense.received",
      "suspense.returned",
      "suspense.returned",
      "suspense.restored",
    ]);
    await expectSound(world);
  });

  test("the refund is known only after the dispute that followed it is won: suspense has what is left", async () => {
    const id = await dashboardPurchase(10_000);
    await at(id, "pay");
    await world.advance(24 * hour);
    expect(await suspenseBy(sweep)).toBe(10_000n);
    await world.sandbox.webhookFault({ event: "payment.refunded" }, { kind: "drop" });
    await world.sandbox.settings({ statusAfterReversal: "paid" });
    await at(id, "refund", { amount: 3_000 });
    expect(await suspenseBy(() => at(id, "chargeback"))).toBe(-10_000n);
    expect(await suspenseBy(() => at(id, "chargeback-reversal"))).toBe(7_000n);
    await world.sandbox.settings({ statusAfterReversal: "before" });
    await expectSound(world);
  });

  test("not paid yet after a day, paid on the third: looked at twice a day until it is", async () => {
    const id = await dashboardPurchase(9_900);
    await world.settle();
    await world.sandbox.webhookFault({ objectId: id }, { kind: "drop" }, null);
    await world.advance(25 * hour);
    await sweep();
    await at(id, "force-payment");
    expect(await entriesOf(id)).toEqual([]);
    await world.advance(13 * hour);
    await sweep();
    expect(await entriesOf(id)).toEqual(["suspense.received"]);
    await expectSound(world);
  });

  test("a reading from before a chargeback does not bring the money back", async () => {
    const id = await dashboardPurchase(9_900);
    await at(id, "pay");
    await world.advance(24 * hour);
    await sweep();
    const stale = await world.ctx.revio.purchases.get(id);
    await at(id, "chargeback");
    await withTransaction(world.ctx.pool, (tx) => onPurchase(world.ctx, tx, stale));
    expect(await entriesOf(id)).toEqual(["suspense.received", "suspense.returned"]);
    await expectSound(world);
  });
});

describe("F35, F103: another amount than was asked for", () => {
  test.each([29_999, 30_001, 3_000_000])(
    "%d instead of 30 000: in suspense, in review, a break; the same news again renews it",
    async (amount) => {
      const { customer, deposit, id } = await misfit(amount);
      expect(await suspenseBy(() => at(id, "pay"))).toBe(BigInt(amount));
      expect(await depositOf(customer, deposit)).toMatchObject({ status: "in_review" });
      expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
      await world.advance(2 * hour);
      await sweep();
      expect(await entriesOf(id)).toEqual(["suspense.received"]);
      expect(await breaksOf(`purchase:${id}`)).toEqual([
        "amount_mismatch warning open deposit.amount_mismatch",
      ]);
      const { rows } = await world.database.pool.query(
        "SELECT last_seen_at > opened_at AS renewed, amount_minor FROM breaks WHERE subject = $1",
        [`purchase:${id}`],
      );
      expect(rows).toEqual([{ renewed: true, amount_minor: BigInt(amount) }]);
      // Revio tells what fits: credited, and out of suspense as if it had never been there.
      await world.sandbox.clearFaults();
      expect(await suspenseBy(() => at(id, "refund", { amount: 1_000 }))).toBe(-BigInt(amount));
      expect((await depositOf(customer, deposit)).status).toBe("completed");
      expect(await balancesOf(customer)).toEqual([29_000n, 0n, 0n]);
      expect(await breaksOf(`purchase:${id}`)).toEqual([
        "amount_mismatch warning resolved provider_evidence deposit.amount_mismatch",
      ]);
      await expectSound(world);
    },
  );

  test("F104: of a currency that we have no accounts in: a break, and nothing on the books", async () => {
    const { customer, deposit, id } = await misfit(1);
    await world.sandbox.clearFaults();
    await world.sandbox.fault("purchases.get", { kind: "wrong_currency" }, 1_000);
    await at(id, "pay");
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "currency_mismatch warning open deposit.currency_mismatch",
    ]);
    expect(await entriesOf(id)).toEqual([]);
    expect(await depositOf(customer, deposit)).toMatchObject({ status: "in_review" });
    await world.sandbox.clearFaults();
    await at(id, "refund", { amount: 1 });
    await expectSound(world);
  });

  test("all of it goes back to the payer: the review ends, nobody has lost anything", async () => {
    const customer = await world.customer();
    await world.sandbox.fault("purchases.create", { kind: "reset_before" });
    await world.delayedDeposit(customer, 20_000n);
    const { rows } = await world.database.pool.query<{ id: string; attempt: string }>(
      `SELECT t.id, p.id AS attempt FROM transactions t JOIN revio_purchases p ON p.transaction_id = t.id
       WHERE t.user_id = $1`,
      [customer.userId],
    );
    const deposit = { id: rows[0]?.id ?? "" };
    const { reference } = await depositOf(customer, deposit);
    // Somebody makes the purchase that we asked for, and makes it too large.
    const { id } = (await world.sandbox.post("purchases", {
      client: { email: "someone@example.com" },
      purchase: {
        currency: "ZAR",
        products: [{ name: "Wallet deposit", price: 30_000 }],
        metadata: { attemptId: rows[0]?.attempt },
      },
      reference,
    })) as { id: string };
    expect(await suspenseBy(() => at(id, "pay"))).toBe(30_000n);
    expect(await depositOf(customer, deposit)).toMatchObject({ status: "in_review" });
    await expectSound(world);
    expect(await suspenseBy(() => at(id, "refund"))).toBe(-30_000n);
    expect(await depositOf(customer, deposit)).toMatchObject({
      status: "failed",
      failureCode: "payment_returned",
    });
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "amount_mismatch warning resolved provider_evidence deposit.amount_mismatch",
    ]);
    await expectSound(world);
  });

  test("F103: Revio tells another amount of what was credited long ago: a break, the books stay", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 30_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const id = purchase?.id ?? "";
    await nextReadingOf(id, { kind: "wrong_amount", amount: 30_100 });
    await world.advance(hour);
    await sweep();
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "amount_mismatch warning open deposit.amount_mismatch",
    ]);
    expect(await balancesOf(customer)).toEqual([30_000n, 0n, 0n]);
    await world.advance(6 * hour);
    await sweep();
    expect(await breaksOf(`purchase:${id}`)).toEqual([
      "amount_mismatch warning resolved provider_evidence deposit.amount_mismatch",
    ]);
    await expectSound(world);
  });
});

describe("the second purchase of one deposit", () => {
  test("charged back: out of suspense; the deposit that was credited is not touched", async () => {
    const customer = await world.customer();
    let id = "";
    expect(await suspenseBy(async () => (id = await paidTwice(customer)))).toBe(40_000n);
    expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
    await expectSound(world);
    expect(await suspenseBy(() => at(id, "chargeback"))).toBe(-40_000n);
    expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("its refund is found though the webhook is lost", async () => {
    const customer = await world.customer();
    const id = await paidTwice(customer);
    await world.sandbox.webhookFault({ event: "payment.refunded" }, { kind: "drop" });
    await at(id, "refund");
    await world.advance(hour);
    expect(await suspenseBy(sweep)).toBe(-40_000n);
    await expectSound(world);
  });

  test("what two operators have decided about does not come up again; what is new does", async () => {
    const customer = await world.customer();
    const id = await paidTwice(customer);
    const subject = `purchase:${id}`;
    await world.superuser.query("SET session_replication_role = replica");
    await world.superuser.query(
      `UPDATE breaks SET state = 'resolved', resolution = 'decision', resolved_at = opened_at, approval_id = $2 WHERE subject = $1`,
      [subject, randomUUID()],
    );
    await world.superuser.query("SET session_replication_role = origin");
    await world.advance(hour);
    await sweep();
    expect(await breaksOf(subject)).toEqual([
      "duplicate_at_provider warning resolved decision second_purchase_paid",
    ]);
    await nextReadingOf(id, { kind: "unknown_status" });
    await world.advance(6 * hour);
    await sweep();
    expect(await breaksOf(subject)).toContain("status_mismatch warning open unknown_status");
  });
});

describe("other news that a person must look at", () => {
  test.each([
    ["F27: of the other mode", { kind: "wrong_is_test" }, "unknown_object warning open wrong_mode"],
    ["F27: of another brand", { kind: "wrong_brand" }, "unknown_object warning open wrong_brand"],
    [
      "a webhook about something that Revio does not know",
      { kind: "status", status: 404 },
      "missing_at_provider warning open unknown_at_provider",
    ],
  ])("%s: a break, resolved by the next look", async (_, fault, line) => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 30_000n);
    await world.settle();
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.fault("purchases.get", fault);
    await at(purchase?.id ?? "", "view");
    expect(await breaksOf(`purchase:${purchase?.id}`)).toEqual([line]);
    await world.drain(10 * 60_000);
    expect(await breaksOf(`purchase:${purchase?.id}`)).toEqual([
      line.replace("open", "resolved provider_evidence"),
    ]);
  });

  test("a payout that is none of ours, made and executed at the dashboard: urgent once money leaves", async () => {
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const { id } = await world.revioPost("payouts/", {
      brand_id: world.brandId,
      reference: "nothing of ours",
      payment: { amount: 5_000, currency: "ZAR" },
      client: { email: "x@example.com", bank_account: "62000000001", bank_code: "250655" },
    });
    await world.settle();
    const subject = `payout:${String(id)}`;
    expect(await breaksOf(subject)).toEqual(["unknown_object warning open unknown_payout"]);
    await world.revioPost(`../../po/${String(id)}/sandbox_bank/`, {});
    await world.settle();
    expect(await breaksOf(subject)).toEqual(["unknown_object critical open unknown_payout"]);
  });
});
