import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), timeoutMs: 700 });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 500_000n);
});

const { balancesOf, parkedEvents, withdrawalOf } = lookAt(() => world);
const statusOf = async (withdrawal: { id: string }) =>
  (await withdrawalOf(customer, withdrawal)).status;
const payoutsOf = async ({ reference }: { reference: string }) =>
  (await world.sandbox.books()).payouts.filter((payout) => payout.reference === reference);
const executionsOf = async (withdrawal: { reference: string }) =>
  (await payoutsOf(withdrawal)).reduce((sum, { executions }) => sum + executions, 0);
const loseWebhooks = ({ reference }: { reference: string }) =>
  world.sandbox.webhookFault({ reference }, { kind: "drop" }, null);
const minutes = 60_000;
const day = 24 * 60 * minutes;

/** Each way in which Revio can act and not say so. */
const lostAnswers = [
  { kind: "timeout_after_effect" },
  { kind: "reset_after" },
  { kind: "reset_mid_body" },
  { kind: "status", status: 502, when: "after" },
  { kind: "status", status: 429, when: "after" },
  { kind: "html_200", when: "after" },
  { kind: "malformed_json", when: "after" },
];
/** Each way in which Revio can do nothing and not say so. */
const lostRequests = [
  { kind: "timeout_before_effect" },
  { kind: "reset_before" },
  { kind: "status", status: 503, when: "before" },
  { kind: "redirect", location: "https://example.com/", when: "before" },
];

describe("execute", () => {
  test.each(lostAnswers)("done, answer lost ($kind): in doubt, then paid, once", async (fault) => {
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await loseWebhooks(withdrawal);
    await world.sandbox.fault("payouts.execute", fault);
    await world.settle();
    // A body that cannot be read is no harm here: the execution was taken in, its content is not used.
    expect(["in_doubt", "processing"]).toContain(await statusOf(withdrawal));
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await expect(
      cancelWithdrawal(customer.as, { userId: customer.userId, transactionId: withdrawal.id }),
    ).rejects.toMatchObject({ code: "WRONG_STATE" });
    const [payout] = await payoutsOf(withdrawal);
    await world.sandbox.post(`payouts/${payout?.payoutId}/settle`);
    await world.drain(5 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("done, answer lost: the webhook resolves it", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_after" });
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("done, answer lost, and the payout failed: the reserve goes back once", async () => {
    await world.sandbox.payoutScenario("error");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_after" });
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("failed");
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    await expectSound(world);
  });

  test.each(lostRequests)(
    "not done, and nobody says so ($kind): in doubt for days, never repeated",
    async (fault) => {
      const withdrawal = await world.withdraw(customer, 40_000n);
      await world.sandbox.fault("payouts.execute", fault);
      await world.settle();
      expect(await statusOf(withdrawal)).toBe("in_doubt");
      await world.drain(30 * minutes);
      await world.advance(2 * day);
      await world.settle();
      expect(await statusOf(withdrawal)).toBe("in_doubt");
      expect(await executionsOf(withdrawal)).toBe(0);
      expect(await payoutsOf(withdrawal)).toHaveLength(1);
      expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
      await expectSound(world);
    },
  );

  test("key refused: certainly not done, so another payout goes out", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "status", status: 401 });
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("queued");
    await world.drain(20 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });
});

describe("create", () => {
  test.each(lostAnswers)(
    "done, answer lost ($kind): in doubt until its webhook, then that payout goes out",
    async (fault) => {
      const withdrawal = await world.withdraw(customer, 40_000n);
      await world.sandbox.fault("payouts.create", fault);
      await world.runJobs({ only: "withdrawal.submit" });
      expect(["in_doubt", "queued"]).toContain(await statusOf(withdrawal));
      await world.settle();
      expect(await statusOf(withdrawal)).toBe("completed");
      expect(await payoutsOf(withdrawal)).toHaveLength(1);
      expect(await executionsOf(withdrawal)).toBe(1);
      await expectSound(world);
    },
  );

  test("done, answer and webhook lost: another payout after a while, the first never goes out", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault({ event: "payout.created" }, { kind: "drop" });
    await world.sandbox.fault("payouts.create", { kind: "reset_after" });
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("in_doubt");
    await world.drain(10 * minutes);
    expect(await statusOf(withdrawal)).toBe("in_doubt");
    await world.drain(20 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect((await payoutsOf(withdrawal)).map(({ executions }) => executions)).toEqual([0, 1]);
    expect(await stepsOf(world, withdrawal.id)).toEqual([
      "withdrawal.created → queued",
      "withdrawal.create_unknown → in_doubt",
      "withdrawal.create_retried → queued",
      "withdrawal.executing → processing",
      "withdrawal.completed → completed",
    ]);
    await expectSound(world);
  });

  test("done, the webhook comes when another payout is out already: it stays unexecuted", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault(
      { event: "payout.created" },
      { kind: "delay", delayMs: 3_600_000 },
    );
    await world.sandbox.fault("payouts.create", { kind: "reset_after" });
    await world.sandbox.payoutScenario("pending");
    await world.settle();
    await world.drain(30 * minutes);
    expect(await statusOf(withdrawal)).toBe("processing");
    await world.advance(3_600_000);
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("processing");
    expect((await payoutsOf(withdrawal)).map(({ executions }) => executions)).toEqual([0, 1]);
    const [, second] = await payoutsOf(withdrawal);
    await world.sandbox.post(`payouts/${second?.payoutId}/settle`);
    await world.drain(61 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    await expectSound(world);
  });

  test.each(lostRequests)(
    "F02 not done, and nobody says so ($kind): another payout after a while",
    async (fault) => {
      const withdrawal = await world.withdraw(customer, 40_000n);
      await world.sandbox.fault("payouts.create", fault);
      await world.settle();
      expect(await statusOf(withdrawal)).toBe("in_doubt");
      await world.drain(30 * minutes);
      expect(await statusOf(withdrawal)).toBe("completed");
      expect(await executionsOf(withdrawal)).toBe(1);
      await expectSound(world);
    },
  );

  test("key refused: no withdrawal fails for it, all go out once it works again", async () => {
    await world.sandbox.fault("payouts.create", { kind: "status", status: 401 }, 3);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("queued");
    await world.drain(5 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("the answer is about another amount: that payout is not executed on its word", async () => {
    await world.sandbox.fault("payouts.create", { kind: "wrong_amount", amount: 4_000_000 });
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.runJobs({ only: "withdrawal.submit" });
    expect(await statusOf(withdrawal)).toBe("in_doubt");
    expect(await executionsOf(withdrawal)).toBe(0);
    // Read back, it is the right one after all.
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("completed");
    await expectSound(world);
  });

  test.each([
    ["amount", { payment: { amount: 41_000, currency: "ZAR" } }, "payout_mismatch"],
    [
      "account",
      { client: { email: "x@example.com", bank_account: "62000000001", bank_code: "250655" } },
      "unknown_payout",
    ],
  ])(
    "a payout with our reference but another %s, made by somebody else, is never executed",
    async (_, other, verdict) => {
      const withdrawal = await world.withdraw(customer, 40_000n);
      await world.sandbox.fault("payouts.create", { kind: "reset_before" });
      await world.runJobs({ only: "withdrawal.submit" });
      expect(await statusOf(withdrawal)).toBe("in_doubt");
      const { id } = await world.revioPost("payouts/", {
        brand_id: world.brandId,
        reference: withdrawal.reference,
        payment: { amount: 40_000, currency: "ZAR" },
        client: {
          email: "x@example.com",
          bank_account: customer.accountNumber,
          bank_code: "250655",
        },
        ...other,
      });
      await world.settle();
      expect(await statusOf(withdrawal)).toBe("in_doubt");
      expect(await parkedEvents(String(id))).toEqual([`payout.created: ${verdict}`]);
      await world.drain(30 * minutes);
      expect(await statusOf(withdrawal)).toBe("completed");
      const foreign = (await payoutsOf(withdrawal)).find(({ payoutId }) => payoutId === id);
      expect(foreign?.executions).toBe(0);
      await expectSound(world);
    },
  );
});

describe("Revio is slow, or away", () => {
  test("the webhook is faster than the answer to create: one payout, one execution", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.create", { kind: "slow", delayMs: 300, when: "after" });
    const submitting = world.runJobs({ only: "withdrawal.submit" });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await world.runJobs({ only: "provider-event.apply" });
    await submitting;
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await payoutsOf(withdrawal)).toHaveLength(1);
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("F17 no connection: nothing was sent, the withdrawal waits in the queue and goes out afterwards", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.post("down", { seconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await world.runJobs({ only: "withdrawal.submit" });
    expect(await statusOf(withdrawal)).toBe("queued");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await world.delayedDeposit(customer, 10_000n);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await world.drain(5 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });
});

describe("jobs", () => {
  test("the same job five times at once: one payout, one execution", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.runJobs({ only: "withdrawal.submit", copies: 5 });
    await world.drain(5 * minutes);
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await payoutsOf(withdrawal)).toHaveLength(1);
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("five at once while creation is slow: nobody doubts what is only slow", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.create", { kind: "slow", delayMs: 300 });
    await world.runJobs({ only: "withdrawal.submit", copies: 5 });
    await world.settle();
    expect(await stepsOf(world, withdrawal.id)).not.toContain(
      "withdrawal.create_unknown → in_doubt",
    );
    expect(await statusOf(withdrawal)).toBe("completed");
    expect(await executionsOf(withdrawal)).toBe(1);
    await expectSound(world);
  });

  test("all lost: the sweeper makes them anew, once per half hour", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.jobs.lose();
    await world.advance(31 * minutes);
    for (let minute = 0; minute < 20; minute++) {
      await sweepTransactions(world.ctx);
      await world.advance(minutes);
    }
    expect(await world.jobs.waiting("withdrawal.submit")).toBe(1);
    await world.settle();
    expect(await statusOf(withdrawal)).toBe("completed");
    await expectSound(world);
  });
});
