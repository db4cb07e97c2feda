import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { verifyLedger } from "../../../src/ledger/verify-ledger.ts";
import { requestRun } from "../../../src/reconciliation/request-run.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf, stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { breaksOf, reconcile, untilEnded } from "../../world/reconcile.ts";

let world: MoneyWorld;
let customer: Customer;
let from: Date;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.clearFaults();
  await world.sandbox.settings({ statementTotals: false, statementPayoutLines: true });
  // What earlier tests left stays outside the window, and outside the margin around it.
  await world.advance(3 * 60 * 60_000);
  customer = await world.customer();
  from = world.ctx.clock.now();
});

const { balancesOf, depositOf, withdrawalOf } = lookAt(() => world);
const purchaseOf = async ({ reference }: { reference: string }) =>
  String((await world.sandbox.purchases(reference))[0]?.id);
const payoutOf = async ({ reference }: { reference: string }) =>
  String((await world.sandbox.payouts(reference))[0]?.id);
const run = () => reconcile(world, "statement", from);
/** Open breaks that this window's run has found, as "class noun amount". */
const found = async () =>
  (await breaksOf(world))
    .filter(({ evidence }) => evidence["source"] === "statement")
    .map(({ class: name, subject, amountMinor }) => `${name} ${subject} ${amountMinor}`);
const fault = (match: object, kind: string, set?: object) =>
  world.sandbox.post("statement-faults", { match, kind, ...(set === undefined ? {} : { set }) });
/** What another test has found is put away, so that each sees its own. */
beforeEach(async () => {
  await world.superuser.query(
    "UPDATE breaks SET state = 'resolved', resolution = 'match', resolved_at = now() WHERE state = 'open'",
  );
});
const entryOf = async (transactionId: string, event: string) => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM journal_entries WHERE transaction_id = $1 AND event = $2",
    [transactionId, event],
  );
  return `journal_entry:${rows[0]?.id}`;
};

describe("a line that says something else", () => {
  test.each([
    ["F103: one cent", { amountMinor: 99_999 }, "amount_mismatch", "1"],
    ["F103: ×100", { amountMinor: 10_000_000 }, "amount_mismatch", "9900000"],
    ["F104", { currency: "USD" }, "currency_mismatch", "100000"],
    ["F109", { feeMinor: 2_751 }, "fee_mismatch", "1"],
  ])("%s: found in one run, and gone when the file agrees", async (_, set, name, amount) => {
    const deposit = await world.fund(customer, 100_000n);
    await world.fund(customer, 50_000n);
    const purchaseId = await purchaseOf(deposit);
    await fault({ id: purchaseId }, "alter", set);
    await run();
    expect(await found()).toEqual([`${name} purchase:${purchaseId} ${amount}`]);
    await world.sandbox.clearFaults();
    await run();
    expect(await found()).toEqual([]);
    await expectSound(world);
  });

  test("a withdrawal's line too", async () => {
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await fault({ id: await payoutOf(withdrawal) }, "alter", { amountMinor: 40_001 });
    await run();
    expect(await found()).toEqual([`amount_mismatch payout:${await payoutOf(withdrawal)} 1`]);
  });

  test("a product of which we know nothing", async () => {
    const deposit = await world.fund(customer, 100_000n);
    const purchaseId = await purchaseOf(deposit);
    await fault({ id: purchaseId }, "alter", { product: "bank_payment" });
    await run();
    expect(await found()).toEqual([
      `unknown_object provider_object:${purchaseId} 100000`,
      `missing_at_provider ${await entryOf(deposit.id, "deposit.completed")} 100000`,
    ]);
  });
});

describe("missing on one side", () => {
  test("F101: paid at Revio, and nothing of ours", async () => {
    const paid = await world.revioPost("purchases/", {
      brand_id: world.brandId,
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "made in a dashboard", price: 70_000 }] },
      reference: "not-ours",
    });
    await world.sandbox.post(`purchases/${String(paid["id"])}/pay`);
    await world.settle();
    await run();
    expect(await found()).toEqual([`missing_in_ledger purchase:${String(paid["id"])} 70000`]);
  });

  test("F101, F32: ours, but the webhook is lost for ever: credited by the normal path, no break", async () => {
    const deposit = await world.deposit(customer, 100_000n);
    await world.settle();
    await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "drop" }, null);
    await world.pay(deposit);
    await world.jobs.lose();
    await run();
    expect(await found()).toEqual([]);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("a purchase whose answer was lost is found by its line, tied by its metadata, and credited", async () => {
    await world.sandbox.webhookFault({}, { kind: "drop" }, null);
    await world.sandbox.fault("purchases.create", { kind: "reset_after" });
    await world.deposit(customer, 100_000n).catch(() => undefined);
    const { rows } = await world.database.pool.query<{ reference: string }>(
      "SELECT reference FROM transactions WHERE user_id = $1",
      [customer.userId],
    );
    const deposit = { reference: String(rows[0]?.reference) };
    await world.pay(deposit);
    await world.jobs.lose();
    await run();
    expect(await found()).toEqual([]);
    expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
  });

  test("F102: booked, and the line is not there; it ends when it is", async () => {
    const deposit = await world.fund(customer, 100_000n);
    await fault({ id: await purchaseOf(deposit) }, "drop");
    await run();
    const entry = await entryOf(deposit.id, "deposit.completed");
    expect(await found()).toEqual([`missing_at_provider ${entry} 100000`]);
    const [one] = await breaksOf(world);
    expect(one).toMatchObject({ severity: "warning", transactionId: deposit.id });
    await world.sandbox.clearFaults();
    await run();
    expect(await found()).toEqual([]);
  });

  test("a refund of which the file has no line", async () => {
    const deposit = await world.fund(customer, 100_000n);
    await world.sandbox.post(`purchases/${await purchaseOf(deposit)}/refund`, { amount: 1_000 });
    await world.settle();
    await fault({ product: "refund" }, "drop");
    await run();
    const { rows } = await world.database.pool.query<{ id: string }>(
      "SELECT id FROM transactions WHERE related_transaction_id = $1",
      [deposit.id],
    );
    const entry = await entryOf(String(rows[0]?.id), "deposit.refunded");
    expect(await found()).toEqual([`missing_at_provider ${entry} 100000`]);
  });

  test("a refund of which the file says more than Revio and we do", async () => {
    const deposit = await world.fund(customer, 100_000n);
    await world.sandbox.post(`purchases/${await purchaseOf(deposit)}/refund`, { amount: 1_000 });
    await world.settle();
    await fault({ product: "refund" }, "alter", { amountMinor: 1_001 });
    await run();
    expect(await found()).toEqual([expect.stringMatching(/^amount_mismatch refund:\S+ 1001$/)]);
  });

  test("a file without any payouts says nothing about ours", async () => {
    await world.fund(customer, 100_000n);
    await world.withdraw(customer, 40_000n);
    await world.settle();
    await world.sandbox.settings({ statementPayoutLines: false });
    await run();
    expect(await found()).toEqual([]);
  });
});

describe("twice at Revio", () => {
  test("F106: a line that is there twice", async () => {
    const purchaseId = await purchaseOf(await world.fund(customer, 100_000n));
    await fault({ id: purchaseId }, "duplicate");
    await run();
    expect(await found()).toEqual([`duplicate_at_provider purchase:${purchaseId} 100000`]);
  });

  test("F106: another purchase with our reference, paid too", async () => {
    const deposit = await world.fund(customer, 100_000n);
    const second = await world.revioPost("purchases/", {
      brand_id: world.brandId,
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "again", price: 100_000 }] },
      reference: deposit.reference,
    });
    await world.sandbox.post(`purchases/${String(second["id"])}/pay`);
    await world.settle();
    await run();
    expect(await found()).toEqual([
      `duplicate_at_provider purchase:${String(second["id"])} 100000`,
    ]);
  });

  test("F106: a payout that was paid twice; what comes back of it is for people", async () => {
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    const payoutId = await payoutOf(withdrawal);
    const [payout] = (await world.sandbox.payouts(withdrawal.reference)) as unknown as {
      execution_url: string;
    }[];
    await fetch(String(payout?.execution_url), { method: "POST", body: "{}" });
    await world.settle();
    await run();
    expect(await found()).toEqual([`duplicate_at_provider payout:${payoutId} 40000`]);
    await world.sandbox.post(`payouts/${payoutId}/return`);
    await run();
    expect(await found()).toContainEqual(expect.stringMatching(/^status_mismatch payout_return:/));
    // One of two payments came back: the customer has their money.
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  });
});

describe("F20: a bank return, of which only the file tells", () => {
  test("is credited once, whatever runs again", async () => {
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await world.sandbox.post(`payouts/${await payoutOf(withdrawal)}/return`);
    expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
    await run();
    await run();
    expect(await found()).toEqual([]);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("returned");
    expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
    expect((await stepsOf(world, withdrawal.id)).at(-1)).toBe("withdrawal.returned → returned");
    expect((await postingsOf(world, withdrawal.id)).slice(-4)).toEqual([
      "withdrawal.return_received debit house:revio_float:ZAR 40000",
      "withdrawal.return_received credit house:payout_returns:ZAR 40000",
      "withdrawal.return_credited debit house:payout_returns:ZAR 40000",
      `withdrawal.return_credited credit user:${customer.userId}:available:ZAR 40000`,
    ]);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("of another amount is not", async () => {
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await world.sandbox.post(`payouts/${await payoutOf(withdrawal)}/return`);
    await fault({ product: "payout_return" }, "alter", { amountMinor: 39_999 });
    await run();
    expect(await found()).toEqual([
      expect.stringMatching(/^amount_mismatch payout_return:\S+ 39999$/),
    ]);
    expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
  });
});

describe("the file as a whole", () => {
  test("F110: its total is not the sum of its lines", async () => {
    const deposit = await world.fund(customer, 100_000n);
    await world.fund(customer, 50_000n);
    await world.sandbox.settings({ statementTotals: true });
    expect((await run()).breakCount).toBe(0n);
    await fault({ id: await purchaseOf(deposit) }, "alter", { amountMinor: 99_990 });
    const { id } = await run();
    expect(await found()).toContain(`batch_total statement:${id} 10`);
  });

  test("one that cannot be read stops the run, loudly; asked for again, it begins anew", async () => {
    await world.fund(customer, 100_000n);
    await fault({ product: "purchase" }, "alter", { status: "" });
    const failed = await run();
    expect(failed).toMatchObject({ state: "failed", lineCount: 0n, breakCount: 1n });
    expect(failed.failure).toBe("data line 1, status: is empty");
    expect(await found()).toEqual([`unknown_object statement:${failed.id} null`]);

    await world.sandbox.clearFaults();
    const again = await requestRun(world.ctx, failed);
    expect(again).toMatchObject({ id: failed.id, state: "running" });
    expect(await untilEnded(world, failed.id)).toMatchObject({ state: "completed", lineCount: 1n });
    expect(await found()).toEqual([]);
  });

  test("is kept as it came, and only as ciphertext", async () => {
    await world.fund(customer, 100_000n);
    const { id, fileBytes, fileSha256 } = await run();
    const { rows } = await world.database.pool.query<{ bytes_ciphertext: Buffer }>(
      "SELECT bytes_ciphertext FROM statement_chunks WHERE run_id = $1",
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.bytes_ciphertext.toString("latin1")).not.toMatch(/purchase|@example/);
    expect([fileBytes !== null && fileBytes > 100n, fileSha256?.length]).toEqual([true, 32]);
  });

  test("lines of the margin are matched, not judged; ours of the window are found in it", async () => {
    const early = await world.fund(customer, 100_000n);
    await fault({ id: await purchaseOf(early) }, "alter", { amountMinor: 1 });
    await world.advance(60 * 60_000);
    from = world.ctx.clock.now();
    await world.fund(customer, 50_000n);
    const { lineCount, checkedCount } = await run();
    expect(lineCount).toBe(2n);
    // One line of two, and the one entry of the window.
    expect(checkedCount).toBe(2n);
    expect(await found()).toEqual([]);
  });
});

test("no provider call was made inside a database transaction", () => {
  expect(world.callsInTransaction).toEqual([]);
});
