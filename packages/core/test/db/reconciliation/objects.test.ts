import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { postJournalEntry } from "../../../src/ledger/post-journal-entries.ts";
import { depositCompleted } from "../../../src/ledger/posting-rules/deposit-completed.ts";
import { requestRun } from "../../../src/reconciliation/request-run.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { breaksOf, openBreaks, reconcile } from "../../world/reconcile.ts";

let world: MoneyWorld;
let customer: Customer;
let from: Date;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.clearFaults();
  customer = await world.customer();
  from = world.ctx.clock.now();
});

const { depositOf, balancesOf } = lookAt(() => world);
const purchaseOf = async ({ reference }: { reference: string }) =>
  String((await world.sandbox.purchases(reference))[0]?.id);
const run = () => reconcile(world, "objects", from);
/** Open breaks about these subjects, as "class amount". */
const about = async (subject: string) =>
  (await breaksOf(world))
    .filter((one) => one.subject === subject)
    .map(({ class: name, amountMinor }) => `${name} ${amountMinor}`);
/** From now on Revio says something else about this object. */
const lie = (objectId: string, set: Record<string, unknown>, operation = "purchases.get") =>
  world.sandbox.post("faults", {
    match: { operation, objectId },
    kind: "rewrite",
    set,
    times: null,
  });

describe("what a payment differs in", () => {
  test.each([
    ["F103: one cent", { "payment.amount": 100_001 }, "amount_mismatch 1"],
    ["F103: ×100", { "payment.amount": 10_000_000 }, "amount_mismatch 9900000"],
    ["F104", { "payment.currency": "USD" }, "currency_mismatch 100000"],
    ["F109: the fee changed after crediting", { "payment.fee_amount": 2_749 }, "fee_mismatch 1"],
    ["F107: ours is done, theirs never was", { status: "expired" }, "status_mismatch 100000"],
    ["another company's object", { brand_id: randomUUID() }, "unknown_object null"],
  ])("%s; it ends when both agree again", async (_, set, expected) => {
    const purchaseId = await purchaseOf(await world.fund(customer, 100_000n));
    await lie(purchaseId, set);
    await run();
    expect(await about(`purchase:${purchaseId}`)).toEqual([expected]);
    // Seen again, it is the same one.
    await run();
    expect(await about(`purchase:${purchaseId}`)).toEqual([expected]);

    await world.sandbox.clearFaults();
    await run();
    expect(await about(`purchase:${purchaseId}`)).toEqual([]);
    expect(
      (await breaksOf(world, "resolved")).filter(
        // What the normal path had parked, it ends itself, by Revio's word.
        ({ subject, resolution }) =>
          subject === `purchase:${purchaseId}` &&
          (resolution === "match" || resolution === "provider_evidence"),
      ),
    ).toHaveLength(1);
  });

  test("a look at open breaks ends those of objects outside the window too", async () => {
    const purchaseId = await purchaseOf(await world.fund(customer, 100_000n));
    await lie(purchaseId, { "payment.amount": 99_999 });
    await run();
    await world.sandbox.clearFaults();
    await reconcile(world, "objects", world.ctx.clock.now());
    expect(await about(`purchase:${purchaseId}`)).toEqual([]);
  });
});

test("F101, F32: paid, and the webhook is lost for ever: credited by the normal path, no break", async () => {
  const deposit = await world.deposit(customer, 100_000n);
  await world.settle();
  await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "drop" }, null);
  await world.pay(deposit);
  await world.jobs.lose();
  await run();
  expect(await about(`purchase:${await purchaseOf(deposit)}`)).toEqual([]);
  expect((await depositOf(customer, deposit)).status).toBe("completed");
  expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
});

test("F102: booked, and Revio knows nothing of it", async () => {
  const deposit = await world.fund(customer, 100_000n);
  const nowhere = randomUUID();
  await world.superuser.query(
    "UPDATE revio_purchases SET purchase_id = $2 WHERE transaction_id = $1",
    [deposit.id, nowhere],
  );
  await run();
  expect(await about(`purchase:${nowhere}`)).toEqual(["missing_at_provider 100000"]);
});

test("F102: booked, and no object was ever asked for", async () => {
  const deposit = await world.fund(customer, 100_000n);
  await world.superuser.query(
    "UPDATE revio_purchases SET purchase_id = NULL, state = 'create_unknown' WHERE transaction_id = $1",
    [deposit.id],
  );
  await run();
  expect(await about(`transaction:${deposit.id}`)).toEqual(["missing_at_provider 100000"]);
});

test("F105: booked twice", async () => {
  const deposit = await world.fund(customer, 100_000n);
  await withTransaction(world.ctx.pool, (tx) =>
    postJournalEntry(world.ctx, tx, {
      ...depositCompleted({
        transactionId: deposit.id,
        userId: customer.userId,
        currency: "ZAR",
        amountMinor: 100_000n,
        feeMinor: 0n,
        providerFeeMinor: 2_750n,
        occurredAt: world.ctx.clock.now(),
      }),
      key: `deposit.completed:${randomUUID()}`,
    }),
  );
  await run();
  expect(await about(`purchase:${await purchaseOf(deposit)}`)).toEqual([
    "duplicate_in_ledger 200000",
  ]);
});

test("F106: the payer paid both purchases of a deposit", async () => {
  await world.sandbox.fault("purchases.create", { kind: "reset_after" });
  const key = randomUUID();
  await world.delayedDeposit(customer, 100_000n, key);
  const deposit = await world.depositLater(customer, 100_000n, key);
  const purchases = await world.sandbox.purchases(deposit.reference);
  expect(purchases).toHaveLength(2);
  await world.settle();
  for (const { id } of purchases) {
    await world.sandbox.post(`purchases/${id}/pay`);
    await world.settle();
  }
  await run();
  const found = (await breaksOf(world)).filter(({ transactionId }) => transactionId === deposit.id);
  expect(found.map(({ class: name, amountMinor }) => [name, amountMinor])).toEqual([
    ["duplicate_at_provider", 100_000n],
  ]);
  expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
});

test("F107: ours failed, and Revio pays it after all", async () => {
  await world.fund(customer, 100_000n);
  const withdrawal = await world.withdraw(customer, 40_000n);
  await world.sandbox.payoutScenario("error", { reference: withdrawal.reference });
  await world.settle();
  const [payout] = await world.sandbox.payouts(withdrawal.reference);
  await world.sandbox.post(`payouts/${payout?.id}/succeed-late`);
  await world.settle();
  await run();
  expect(await about(`payout:${payout?.id}`)).toEqual(["status_mismatch 40000"]);
});

test("a refund and a dispute whose webhooks were lost are caught up with", async () => {
  const deposit = await world.fund(customer, 100_000n);
  const purchaseId = await purchaseOf(deposit);
  await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "drop" }, null);
  await world.sandbox.post(`purchases/${purchaseId}/refund`, { amount: 30_000 });
  await run();
  expect(await about(`purchase:${purchaseId}`)).toEqual([]);
  expect(await balancesOf(customer)).toEqual([70_000n, 0n, 0n]);
  await world.sandbox.post(`purchases/${purchaseId}/chargeback`);
  await run();
  expect(await about(`purchase:${purchaseId}`)).toEqual([]);
  expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
});

describe("runs", () => {
  test("F70: the same window again is the same run, and does nothing", async () => {
    await world.fund(customer, 100_000n);
    const first = await run();
    const calls = async () =>
      (await world.sandbox.get("requests")) as { counts: Record<string, number> };
    const before = (await calls()).counts["purchases.get"];
    const again = await requestRun(world.ctx, first);
    expect(again).toEqual(first);
    await world.runJobs({ only: "reconciliation.run" });
    expect((await calls()).counts["purchases.get"]).toBe(before);
    expect(await world.jobs.waiting("reconciliation.run")).toBe(0);
  });

  test("F115: three processes at once come to what one comes to", async () => {
    const purchaseId = await purchaseOf(await world.fund(customer, 100_000n));
    await lie(purchaseId, { "payment.amount": 99_999 });
    await world.advance(60_000);
    const { id } = await requestRun(world.ctx, {
      kind: "objects",
      windowFrom: from,
      windowTo: world.ctx.clock.now(),
    });
    await world.runJobs({ only: "reconciliation.run", copies: 3 });
    const { rows } = await world.database.pool.query<{ state: string; checked: bigint }>(
      "SELECT state, checked_count AS checked FROM reconciliation_runs WHERE id = $1",
      [id],
    );
    const { rows: many } = await world.database.pool.query<{ count: bigint }>(
      `SELECT count(DISTINCT transaction_id) FROM transaction_events WHERE occurred_at >= $1`,
      [from],
    );
    expect(rows[0]?.state).toBe("completed");
    // Open breaks of earlier tests are looked at again, besides.
    expect(rows[0]?.checked).toBeGreaterThanOrEqual(many[0]?.count ?? 99n);
    expect(await about(`purchase:${purchaseId}`)).toEqual(["amount_mismatch 1"]);
  });

  test("while Revio is down a run waits where it is, and then goes on", async () => {
    const deposit = await world.fund(customer, 100_000n);
    await lie(await purchaseOf(deposit), { "payment.amount": 99_999 });
    await world.sandbox.fault("purchases.get", { kind: "reset_before" }, 4);
    expect((await run()).state).toBe("completed");
    expect(await about(`purchase:${await purchaseOf(deposit)}`)).toEqual(["amount_mismatch 1"]);
  });

  test("no provider call was made inside a database transaction", () => {
    expect(world.callsInTransaction).toEqual([]);
  });
});

test("breaks hold ids, amounts and statuses, no personal data", async () => {
  const text = JSON.stringify(await breaksOf(world), (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(await openBreaks(world)).not.toEqual([]);
  expect(text).not.toMatch(/Thandi|@example|\d{4} \d{4} \d{4}/);
});
