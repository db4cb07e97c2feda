import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 500_000n);
});

const { balancesOf, breaksOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;
const hour = 60 * minute;
const sound = () => expectSound(world);
const open = ["payout_in_doubt warning open payout_in_doubt"];

describe("F03, F04: in doubt for too long", () => {
  test("a break after half an hour, urgent after a day, one in all; the reserve stays, nothing is executed", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_before" });
    await world.settle();
    const subject = `transaction:${withdrawal.id}`;
    await world.advance(29 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual([]);
    await world.advance(2 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(open);
    await world.advance(22 * hour);
    await world.settle();
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(open);
    await world.advance(2 * hour);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(["payout_in_doubt critical open payout_in_doubt"]);
    await world.advance(hour);
    await sweepTransactions(world.ctx);
    await world.settle();
    expect(await breaksOf(subject)).toEqual(["payout_in_doubt critical open payout_in_doubt"]);
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await sound();
  });

  test("opened also while Revio cannot be asked", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_before" });
    await world.settle();
    await world.sandbox.fault("payouts.get", { kind: "reset_before" }, 1_000);
    await world.drain(31 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual(open);
    await world.sandbox.clearFaults();
  });

  test.each([
    ["success", "completed", [460_000n, 0n, 0n]],
    ["error", "failed", [500_000n, 0n, 0n]],
  ])("evidence arrives after all (%s): resolved by it", async (scenario, status, balances) => {
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault({ reference: withdrawal.reference }, { kind: "drop" }, null);
    await world.sandbox.fault("payouts.execute", { kind: "reset_after" });
    await world.settle();
    await world.sandbox.fault("payouts.get", { kind: "reset_before" }, 1_000);
    await world.advance(31 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual(open);
    await world.sandbox.clearFaults();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/settle`, { outcome: scenario });
    await world.drain(40 * minute);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe(status);
    expect(await balancesOf(customer)).toEqual(balances);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual([
      "payout_in_doubt warning resolved provider_evidence payout_in_doubt",
    ]);
    await sound();
  });
});
