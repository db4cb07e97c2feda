import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { decideAdjustment } from "../../../src/approval/decide-adjustment.ts";
import { requestAdjustment } from "../../../src/approval/request-adjustment.ts";
import { credit, debit, journalEntry } from "../../../src/ledger/journal-entry.ts";
import { postJournalEntry } from "../../../src/ledger/post-journal-entries.ts";
import { requestRun } from "../../../src/reconciliation/request-run.ts";
import { operator } from "../../registered-user.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { breaksOf, openBreaks, reconcile } from "../../world/reconcile.ts";

const funds = 10_000_000;
let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), payoutFundsMinor: funds });
  customer = await world.customer();
});
afterAll(() => world.close());
beforeEach(() => world.sandbox.settings({ balanceSkewMinor: 0 }));

const run = () => reconcile(world, "float", new Date(world.ctx.clock.now().getTime() - 60_000));
const days = 24 * 60 * 60_000;

test("money that we paid in for payouts is a drift until it is booked, by two operators", async () => {
  expect((await run()).breakCount).toBe(1n);
  expect(await openBreaks(world)).toEqual([`float_drift float:ZAR ${funds}`]);
  const { rows } = await world.database.pool.query<{ id: string }>("SELECT id FROM breaks");
  const maker = await operator(world.ctx, world.superuser, "reconciliation_maker");
  const { approvalId } = await requestAdjustment(maker, {
    breakId: String(rows[0]?.id),
    debitAccount: "house:revio_float:ZAR",
    creditAccount: "house:adjustments:ZAR",
    amountMinor: BigInt(funds),
    reason: "Funds for payouts, by bank transfer.",
    idempotencyKey: randomUUID(),
  });
  const checker = await operator(world.ctx, world.superuser, "administrator");
  await decideAdjustment(checker, { approvalId, decision: "approved" });
  expect((await run()).breakCount).toBe(0n);
  expect(await openBreaks(world)).toEqual([]);
});

describe("what differs", () => {
  test.each([
    ["more", 1],
    ["less", -12_345],
  ])("%s than we know of: a break of just that, until it agrees", async (_, balanceSkewMinor) => {
    await world.sandbox.settings({ balanceSkewMinor });
    await run();
    expect(await openBreaks(world)).toEqual([
      `float_drift float:ZAR ${Math.abs(balanceSkewMinor)}`,
    ]);
    await run();
    expect(await openBreaks(world)).toHaveLength(1);
    await world.sandbox.settings({ balanceSkewMinor: 0 });
    await run();
    expect(await openBreaks(world)).toEqual([]);
  });

  test("only at the first look was under way", async () => {
    await world.sandbox.settings({ balanceSkewMinor: -500 });
    await world.advance(60_000);
    const now = world.ctx.clock.now();
    await requestRun(world.ctx, {
      kind: "float",
      windowFrom: new Date(now.getTime() - 60_000),
      windowTo: now,
    });
    await world.runJobs({ only: "reconciliation.run" });
    await world.sandbox.settings({ balanceSkewMinor: 0 });
    await world.drain(30 * 60_000);
    expect(await openBreaks(world)).toEqual([]);
    const { rows } = await world.database.pool.query<{ state: string }>(
      "SELECT DISTINCT state FROM reconciliation_runs",
    );
    expect(rows).toEqual([{ state: "completed" }]);
  });

  test("by a payout that Revio has paid and we have not booked is on its way; a cent more is not", async () => {
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.payoutScenario("pending", { reference: withdrawal.reference });
    await world.settle();
    await world.sandbox.webhookFault({ reference: withdrawal.reference }, { kind: "drop" }, null);
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/settle`, {});
    await run();
    expect(await openBreaks(world)).toEqual([]);
    await world.sandbox.settings({ balanceSkewMinor: -1 });
    await run();
    expect(await openBreaks(world)).toEqual(["float_drift float:ZAR 1"]);
    await world.sandbox.settings({ balanceSkewMinor: 0 });
    await world.sandbox.clearFaults();
    await world.drain(5 * 60 * 60_000);
    await run();
    expect(await openBreaks(world)).toEqual([]);
  });
});

test("F112: money that waits for its owner for more than three days, the oldest first", async () => {
  const post = (key: string, amountMinor: bigint, turned = false) =>
    withTransaction(world.ctx.pool, (tx) =>
      postJournalEntry(
        world.ctx,
        tx,
        journalEntry("test.suspense", key, {
          occurredAt: world.ctx.clock.now(),
          postings: turned
            ? [
                debit("house:suspense:ZAR", amountMinor),
                credit("house:adjustments:ZAR", amountMinor),
              ]
            : [
                debit("house:adjustments:ZAR", amountMinor),
                credit("house:suspense:ZAR", amountMinor),
              ],
        }),
      ),
    );
  await post("old", 700n);
  await run();
  expect(await openBreaks(world)).toEqual([]);
  await world.advance(3 * days + 60_000);
  await post("young", 300n);
  await run();
  expect(await openBreaks(world)).toEqual(["uncleared account:house:suspense:ZAR 700"]);
  await post("partly", 500n, true);
  await run();
  expect(await openBreaks(world)).toEqual(["uncleared account:house:suspense:ZAR 200"]);
  await post("rest", 200n, true);
  await run();
  expect(await openBreaks(world)).toEqual([]);
  expect((await breaksOf(world, "resolved")).at(-1)).toMatchObject({
    class: "uncleared",
    resolution: "match",
  });
});
