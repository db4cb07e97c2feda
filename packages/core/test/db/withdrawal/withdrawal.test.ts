import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { createdPayout } from "../../world/created-payout.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf, stepsOf } from "../../world/journal.ts";
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

const { balancesOf, parkedAbout, withdrawalOf } = lookAt(() => world);
const cancel = (transactionId: string) =>
  cancelWithdrawal(customer.as, { userId: customer.userId, transactionId });
const executionsOf = async ({ reference }: { reference: string }) =>
  (await world.sandbox.books()).payouts
    .filter((payout) => payout.reference === reference)
    .map(({ status, executions, payments }) => ({ status, executions, payments }));
const minutes = 60_000;

describe("paid out", () => {
  test("reserve, payout, settlement: each posting and each step", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    expect(withdrawal).toMatchObject({ status: "queued", amountMinor: 40_000n, feeMinor: 0n });
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([460_000n, 0n, 0n]);
    expect(await postingsOf(world, withdrawal.id)).toEqual([
      `withdrawal.reserved debit user:${customer.userId}:available:ZAR 40000`,
      `withdrawal.reserved credit user:${customer.userId}:pending:ZAR 40000`,
      `withdrawal.completed debit user:${customer.userId}:pending:ZAR 40000`,
      "withdrawal.completed credit house:revio_float:ZAR 40000",
    ]);
    expect(await stepsOf(world, withdrawal.id)).toEqual([
      "withdrawal.created → queued",
      "withdrawal.executing → processing",
      "withdrawal.completed → completed",
    ]);
    expect(await executionsOf(withdrawal)).toEqual([
      { status: "success", executions: 1, payments: 1 },
    ]);
    await expectSound(world);
  });

  test("with Revio's fee: it is ours to pay", async () => {
    await world.sandbox.settings({ payoutFeeMinor: 850 });
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await world.sandbox.settings({ payoutFeeMinor: 0 });
    expect((await postingsOf(world, withdrawal.id)).slice(2)).toEqual([
      `withdrawal.completed debit user:${customer.userId}:pending:ZAR 40000`,
      "withdrawal.completed debit house:provider_fees:ZAR 850",
      "withdrawal.completed credit house:revio_float:ZAR 40850",
    ]);
    await expectSound(world);
  });

  test("at once, in the answer to the execution", async () => {
    await world.sandbox.payoutScenario("sync_success");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    await expectSound(world);
  });

  test("after five days, with every webhook lost", async () => {
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await world.sandbox.webhookFault({ reference: withdrawal.reference }, { kind: "drop" }, null);
    await world.drain(10 * minutes);
    await world.advance(5 * 24 * 60 * minutes);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("processing");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/settle`);
    await world.drain(61 * minutes);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    await expectSound(world);
  });
});

describe("not paid out", () => {
  test.each(["error", "sync_error"])("%s: the reserve goes back, once", async (scenario) => {
    await world.sandbox.payoutScenario(scenario);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault({ event: "payout.failed" }, { kind: "duplicate", copies: 10 });
    for (let run = 0; run < 4; run++) await world.runJobs({ copies: 3, parallel: true });
    await world.settle();
    expect(await withdrawalOf(customer, withdrawal)).toMatchObject({
      status: "failed",
      failureCode: "payout_failed",
    });
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    expect((await postingsOf(world, withdrawal.id)).slice(2)).toEqual([
      `withdrawal.released debit user:${customer.userId}:pending:ZAR 40000`,
      `withdrawal.released credit user:${customer.userId}:available:ZAR 40000`,
    ]);
    await expectSound(world);
  });

  test("a success after the failure is parked, never booked silently", async () => {
    await world.sandbox.payoutScenario("error");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/succeed-late`);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("failed");
    expect(await parkedAbout(withdrawal.id)).toEqual(["success_after_end"]);
    late -= 40_000n;
    await expectSound(world, { parkedMinor: late });
  });

  test("refused by Revio at creation: failed, the reserve goes back", async () => {
    await world.sandbox.fault("payouts.create", { kind: "status", status: 400 });
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect(await withdrawalOf(customer, withdrawal)).toMatchObject({
      status: "failed",
      failureCode: "provider_rejected",
    });
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    await expectSound(world, { parkedMinor: late });
  });

  test("refused at execution, and Revio shows it unexecuted: failed", async () => {
    await world.sandbox.fault("payouts.execute", {
      kind: "status",
      status: 400,
      body: { __all__: [{ code: "payout_not_allowed", message: "no" }] },
    });
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect(await withdrawalOf(customer, withdrawal)).toMatchObject({
      status: "failed",
      failureCode: "payout_refused",
    });
    expect(await executionsOf(withdrawal)).toEqual([
      { status: "initialized", executions: 0, payments: 0 },
    ]);
    await expectSound(world, { parkedMinor: late });
  });

  test("refused at execution though Revio executed it: paid", async () => {
    await world.sandbox.fault("payouts.execute", { kind: "status", status: 400, when: "after" });
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await executionsOf(withdrawal)).toEqual([
      { status: "success", executions: 1, payments: 1 },
    ]);
    await expectSound(world, { parkedMinor: late });
  });
});

/** Paid by Revio after we had given the reserve back: for a person. */
let late = 0n;

describe("Revio's balance is too low", () => {
  test("waits with the reserve kept, then pays with another payout; one execution in all", async () => {
    await world.sandbox.payoutScenario("insufficient_balance");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await world.sandbox.clearFaults();
    await world.drain(20 * minutes);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect((await executionsOf(withdrawal)).map(({ executions }) => executions)).toEqual([0, 1]);
    expect(await stepsOf(world, withdrawal.id)).toEqual([
      "withdrawal.created → queued",
      "withdrawal.executing → processing",
      "withdrawal.execution_refused → queued",
      "withdrawal.executing → processing",
      "withdrawal.completed → completed",
    ]);
    await expectSound(world, { parkedMinor: late });
  });

  test("the user may cancel while it waits", async () => {
    await world.sandbox.payoutScenario("insufficient_balance");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect((await cancel(withdrawal.id)).status).toBe("cancelled");
    await world.sandbox.clearFaults();
    await world.drain(40 * minutes);
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    expect((await executionsOf(withdrawal)).every(({ executions }) => executions === 0)).toBe(true);
    await expectSound(world, { parkedMinor: late });
  });
});

describe("cancelled", () => {
  test("before the worker comes: cancelled, nothing is asked of Revio; twice answers the same", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    expect((await cancel(withdrawal.id)).status).toBe("cancelled");
    expect((await cancel(withdrawal.id)).status).toBe("cancelled");
    await world.settle();
    expect(await executionsOf(withdrawal)).toEqual([]);
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    await expectSound(world, { parkedMinor: late });
  });

  test("once the money is on its way: refused", async () => {
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    await expect(cancel(withdrawal.id)).rejects.toMatchObject({ code: "WRONG_STATE" });
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/settle`);
    await world.settle();
    await expect(cancel(withdrawal.id)).rejects.toMatchObject({ code: "WRONG_STATE" });
    const stranger = await world.customer();
    await expect(
      cancelWithdrawal(stranger.as, { userId: stranger.userId, transactionId: withdrawal.id }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("at any moment of the worker's run: cancelled and unpaid, or paid; never both", async () => {
    const outcomes = new Set<string>();
    // On a busy machine the worker's run takes longer: later and later, until both have happened.
    for (let delayMs = 0; delayMs < 1_500; delayMs += delayMs < 30 ? 3 : 150) {
      const withdrawal = await world.withdraw(customer, 1_000n);
      const run = world.runJobs({ only: "withdrawal.submit" });
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answer = await cancel(withdrawal.id).then(
        ({ status }) => status as string,
        (error: { code: string }) => error.code,
      );
      await run;
      await world.settle();
      const { status } = await withdrawalOf(customer, withdrawal);
      expect([answer, status]).toEqual(
        answer === "cancelled" ? ["cancelled", "cancelled"] : ["WRONG_STATE", "completed"],
      );
      const executed = (await executionsOf(withdrawal)).reduce(
        (sum, { executions }) => sum + executions,
        0,
      );
      expect(executed).toBe(answer === "cancelled" ? 0 : 1);
      outcomes.add(answer);
      await world.advance(1);
      if (outcomes.size === 2 && delayMs > 16) break;
    }
    expect(outcomes).toEqual(new Set(["cancelled", "WRONG_STATE"]));
    await expectSound(world, { parkedMinor: late });
  });

  test("executed by somebody else after it has ended for us: parked from the first sign, never booked", async () => {
    const withdrawal = await createdPayout(world, customer, 40_000n);
    expect((await cancel(withdrawal.id)).status).toBe("cancelled");
    await world.settle();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.payoutScenario("pending");
    await world.revioPost(`../../po/${payout?.id}/sandbox_bank/`, {});
    await world.settle();
    expect(await parkedAbout(withdrawal.id)).toEqual(["pending_after_end"]);
    await world.sandbox.post(`payouts/${payout?.id}/settle`);
    await world.settle();
    expect(await parkedAbout(withdrawal.id)).toEqual(["pending_after_end", "success_after_end"]);
    expect(await balancesOf(customer)).toEqual([490_000n, 0n, 0n]);
    late -= 40_000n;
    await expectSound(world, { parkedMinor: late });
  });

  test("executed by somebody else while it waits for us: paid, once", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault({ event: "payout.created" }, { kind: "drop" });
    await world.sandbox.fault("payouts.create", { kind: "reset_after" });
    await world.settle();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.revioPost(`../../po/${payout?.id}/sandbox_bank/`, {});
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    await world.drain(40 * minutes);
    expect(await executionsOf(withdrawal)).toEqual([
      { status: "success", executions: 1, payments: 1 },
    ]);
    await expectSound(world, { parkedMinor: late });
  });

  test("to a bank account that is another's or gone: not found, and stored so under the key", async () => {
    const stranger = await world.customer();
    const foreign = { ...customer, bankAccountId: stranger.bankAccountId };
    const key = randomUUID();
    await expect(world.withdraw(foreign, 1_000n, key)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(world.withdraw(foreign, 1_000n, key)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(world.withdraw(customer, 1_000n, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
  });
});
