import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { userAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { checkPurchase } from "../../../src/revio/check-purchase.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { adjust } from "../../world/adjust.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { reconcile } from "../../world/reconcile.ts";

let world: MoneyWorld;
let customer: Customer;
let from: Date;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), payoutFundsMinor: 1_000 });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.clearFaults();
  await world.advance(3 * hour);
  customer = await world.customer();
  from = world.ctx.clock.now();
});

const hour = 60 * 60_000;
const float = "house:revio_float:ZAR";
const adjustments = "house:adjustments:ZAR";
const available = () => userAccount(customer.userId, "available", "ZAR");
const purchaseOf = async ({ reference }: { reference: string }) =>
  String((await world.sandbox.purchases(reference))[0]?.id);
/** From now on Revio says something else about this purchase. */
const lie = async (objectId: string, set: Record<string, unknown>) => {
  await world.sandbox.clearFaults();
  await world.sandbox.post("faults", {
    match: { operation: "purchases.get", objectId },
    kind: "rewrite",
    set,
    times: null,
  });
};
/** "class state" of every break of a subject, oldest first, by the runs of the next night. */
const nightly = async (kind: "objects" | "statement" | "float", subject: string) => {
  await world.advance(24 * hour);
  await reconcile(world, kind, from);
  return linesOf(subject);
};
const linesOf = async (subject: string) => {
  const { rows } = await world.database.pool.query<{ line: string }>(
    "SELECT concat_ws(' ', class, state, resolution) AS line FROM breaks WHERE subject = $1 ORDER BY opened_at, id",
    [subject],
  );
  return rows.map(({ line }) => line);
};
const openBreakOf = async (subject: string, name: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM breaks WHERE subject = $1 AND class = $2 AND state = 'open'",
    [subject, name],
  );
  return String(rows[0]?.id);
};

describe("what two operators have adjusted", () => {
  test("F107: ours is done, theirs never was: taken back, and not found again; another word of Revio's is", async () => {
    const id = await purchaseOf(await world.fund(customer, 100_000n));
    const subject = `purchase:${id}`;
    await lie(id, { status: "expired" });
    expect(await nightly("objects", subject)).toEqual(["status_mismatch open"]);
    await adjust(world, {
      breakId: await openBreakOf(subject, "status_mismatch"),
      debitAccount: available(),
      creditAccount: float,
      amountMinor: 100_000n,
    });
    const decided = "status_mismatch resolved adjustment";
    expect(await nightly("objects", subject)).toEqual([decided]);
    expect(await nightly("objects", subject)).toEqual([decided]);
    await lie(id, { status: "cancelled" });
    expect(await nightly("objects", subject)).toEqual([decided, "status_mismatch open"]);
    await lie(id, { status: "expired" });
    expect(await nightly("objects", subject)).toEqual([decided, "status_mismatch resolved match"]);
    // Paid after all, and we have taken it back.
    await world.sandbox.clearFaults();
    expect(await nightly("objects", subject)).toEqual([
      decided,
      "status_mismatch resolved match",
      "amount_mismatch open",
    ]);
  });

  test("F103: another amount, which a look at the purchase has found too; a third amount is new", async () => {
    const id = await purchaseOf(await world.fund(customer, 100_000n));
    const subject = `purchase:${id}`;
    await lie(id, { "payment.amount": 100_001 });
    expect(await nightly("objects", subject)).toEqual(["amount_mismatch open"]);
    await checkPurchase(world.ctx, { purchaseId: id });
    // Not by the float: the two sides differ as before, and that is what was decided.
    await adjust(world, {
      breakId: await openBreakOf(subject, "amount_mismatch"),
      debitAccount: adjustments,
      creditAccount: available(),
      amountMinor: 1n,
    });
    const decided = "amount_mismatch resolved adjustment";
    await checkPurchase(world.ctx, { purchaseId: id });
    expect(await nightly("objects", subject)).toEqual([decided]);
    await lie(id, { "payment.amount": 100_002 });
    expect(await nightly("objects", subject)).toEqual([decided, "amount_mismatch open"]);
  });

  test("is found again when our own books have moved since", async () => {
    const deposit = await world.fund(customer, 100_000n);
    const id = await purchaseOf(deposit);
    const subject = `purchase:${id}`;
    await lie(id, { "payment.fee_amount": 2_760 });
    expect(await nightly("objects", subject)).toEqual(["fee_mismatch open"]);
    await adjust(world, {
      breakId: await openBreakOf(subject, "fee_mismatch"),
      debitAccount: "house:provider_fees:ZAR",
      creditAccount: float,
      amountMinor: 9n,
    });
    const decided = "fee_mismatch resolved adjustment";
    expect(await nightly("objects", subject)).toEqual([decided]);
    await world.sandbox.post(`purchases/${id}/refund`, { amount: 10_000 });
    await world.settle();
    await lie(id, { "payment.fee_amount": 2_760 });
    expect(await nightly("objects", subject)).toEqual([decided, "fee_mismatch open"]);
  });

  test("F101: in the file and nobody's, given out of suspense: neither what the look nor what the run had found", async () => {
    const { id } = await world.revioPost("purchases/", {
      brand_id: world.brandId,
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "made in a dashboard", price: 70_000 }] },
      reference: "not-ours",
    });
    const subject = `purchase:${String(id)}`;
    await world.sandbox.post(`purchases/${String(id)}/pay`);
    await world.settle();
    await nightly("statement", subject);
    await sweepTransactions(world.ctx);
    await world.settle();
    expect(await linesOf(subject)).toEqual(["unknown_object open", "missing_in_ledger open"]);
    await adjust(world, {
      breakId: await openBreakOf(subject, "unknown_object"),
      debitAccount: "house:suspense:ZAR",
      creditAccount: available(),
      amountMinor: 70_000n,
      suspensePurchaseId: String(id),
    });
    const over = ["unknown_object resolved adjustment", "missing_in_ledger resolved match"];
    expect(await nightly("statement", subject)).toEqual(over);
    expect(await nightly("statement", subject)).toEqual(over);
  });

  test("F106: paid twice, and the second payment taken out for the house: the deposit that was credited still agrees", async () => {
    const key = randomUUID();
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.delayedDeposit(customer, 40_000n, key);
    const deposit = await world.depositLater(customer, 40_000n, key);
    const [credited, second] = await world.sandbox.purchases(deposit.reference);
    for (const one of [credited, second]) {
      await world.sandbox.post(`purchases/${one?.id}/pay`);
      await world.settle();
    }
    const subject = `purchase:${second?.id}`;
    expect(await nightly("objects", subject)).toEqual(["duplicate_at_provider open"]);
    await adjust(world, {
      breakId: await openBreakOf(subject, "duplicate_at_provider"),
      debitAccount: "house:suspense:ZAR",
      creditAccount: float,
      amountMinor: 40_000n,
      suspensePurchaseId: String(second?.id),
    });
    expect(await nightly("objects", subject)).toEqual([
      "duplicate_at_provider resolved adjustment",
    ]);
    expect(await linesOf(`purchase:${credited?.id}`)).toEqual([]);
  });

  test("a drift of the float is of that day: the same amount again is another one", async () => {
    expect(await nightly("float", "float:ZAR")).toEqual(["float_drift open"]);
    const book = async () =>
      adjust(world, {
        breakId: await openBreakOf("float:ZAR", "float_drift"),
        debitAccount: float,
        creditAccount: adjustments,
        amountMinor: await driftMinor(),
      });
    await book();
    const decided = "float_drift resolved adjustment";
    expect(await nightly("float", "float:ZAR")).toEqual([decided]);
    await world.sandbox.settings({ balanceSkewMinor: 1_000 });
    await nightly("float", "float:ZAR");
    await book();
    await world.sandbox.settings({ balanceSkewMinor: 2_000 });
    expect(await nightly("float", "float:ZAR")).toEqual([decided, decided, "float_drift open"]);
  });
});

async function driftMinor(): Promise<bigint> {
  const { rows } = await world.database.pool.query<{ amount: bigint }>(
    "SELECT amount_minor AS amount FROM breaks WHERE subject = 'float:ZAR' AND state = 'open'",
  );
  return rows[0]?.amount ?? 0n;
}
