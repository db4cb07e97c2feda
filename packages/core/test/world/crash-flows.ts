import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { decideWithdrawal } from "../../src/approval/decide-withdrawal.ts";
import { operator } from "../registered-user.ts";
import { lookAt } from "./look.ts";
import type { Customer, MoneyWorld, WorldContext } from "./money-world.ts";

/** Something that a process does, and may die in. */
export interface CrashFlow {
  name: string;
  /** Brings the world to the moment before. */
  prepare(world: MoneyWorld): Promise<CrashCase>;
}

export interface CrashCase {
  /** What the process does. It may throw. */
  run(ctx: WorldContext): Promise<unknown>;
  /** What callers and the queue do afterwards, without being told what had happened. */
  recover(): Promise<void>;
  /** What must have come of it. */
  check(): Promise<void>;
}

const minute = 60_000;
const as = (customer: Customer, ctx: WorldContext): Customer => ({
  ...customer,
  as: { ...ctx, actor: customer.as.actor },
});

/** Lets only one event of a purchase or payout be delivered: the flow has one course then. */
async function dropAllBut(world: MoneyWorld, reference: string, events: string[]) {
  for (const event of events)
    await world.sandbox.webhookFault({ reference, event }, { kind: "drop" });
}

export const depositWebhook: CrashFlow = {
  name: "a paid webhook is received and applied",
  async prepare(world) {
    const { balancesOf } = lookAt(() => world);
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 40_000n);
    await world.settle();
    await dropAllBut(world, deposit.reference, ["purchase.viewed", "purchase.pending_execute"]);
    return {
      run: async (ctx) => {
        world.receiveAs(ctx);
        await world.pay(deposit);
        while ((await world.sandbox.deliveries()).some(({ state }) => state === "sending"));
        await world.runJobs({ as: ctx });
      },
      recover: async () => {
        world.receiveAs();
        await world.sandbox.post("deliveries/retry-now");
        await world.drain(3 * minute);
      },
      check: async () => {
        expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
      },
    };
  },
};

export const withdrawalSubmit: CrashFlow = {
  name: "a withdrawal is submitted",
  async prepare(world) {
    const { balancesOf, withdrawalOf } = lookAt(() => world);
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    return {
      run: (ctx) => world.runJobs({ as: ctx, only: "withdrawal.submit" }),
      recover: () => world.drain(25 * minute),
      check: async () => {
        const { payouts } = await world.sandbox.books();
        const executed = payouts
          .filter(({ reference }) => reference === withdrawal.reference)
          .reduce((sum, { executions }) => sum + executions, 0);
        const { status } = await withdrawalOf(customer, withdrawal);
        // Died between the commit and the order to pay: nobody may send the order again, a person decides.
        expect([
          ["completed", 1],
          ["in_doubt", 0],
        ]).toContainEqual([status, executed]);
        expect(await balancesOf(customer)).toEqual(
          status === "completed" ? [60_000n, 0n, 0n] : [60_000n, 40_000n, 0n],
        );
      },
    };
  },
};

export const withdrawalResult: CrashFlow = {
  name: "news of a failed payout is received and applied",
  async prepare(world) {
    const { balancesOf } = lookAt(() => world);
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.payoutScenario("pending", { reference: withdrawal.reference });
    await world.settle();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    return {
      run: async (ctx) => {
        world.receiveAs(ctx);
        await world.sandbox.post(`payouts/${payout?.id}/settle`, { outcome: "error" });
        while ((await world.sandbox.deliveries()).some(({ state }) => state === "sending"));
        await world.runJobs({ as: ctx });
      },
      recover: async () => {
        world.receiveAs();
        await world.sandbox.post("deliveries/retry-now");
        await world.drain(3 * minute);
      },
      check: async () => {
        expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
      },
    };
  },
};

export const depositCreate: CrashFlow = {
  name: "a deposit is created",
  async prepare(world) {
    const { balancesOf, kindsOf } = lookAt(() => world);
    const customer = await world.customer();
    const key = randomUUID();
    return {
      run: (ctx) => world.deposit(as(customer, ctx), 40_000n, key),
      recover: async () => {
        // The lease of a dead process has to run out first.
        await world.advance(31_000);
        const deposit = await world.deposit(customer, 40_000n, key);
        expect(await world.deposit(customer, 40_000n, key)).toEqual(deposit);
        await world.pay(deposit);
        await world.settle();
      },
      check: async () => {
        expect(await kindsOf(customer)).toEqual(["deposit completed 40000"]);
        expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
      },
    };
  },
};

export const withdrawalCreate: CrashFlow = {
  name: "a withdrawal is created",
  async prepare(world) {
    const { balancesOf, kindsOf } = lookAt(() => world);
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const key = randomUUID();
    return {
      run: (ctx) => world.withdraw(as(customer, ctx), 40_000n, key),
      recover: async () => {
        await world.withdraw(customer, 40_000n, key);
        await world.settle();
      },
      check: async () => {
        expect(await kindsOf(customer)).toEqual([
          "deposit completed 100000",
          "withdrawal completed 40000",
        ]);
        expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
      },
    };
  },
};

export const withdrawalApprove: CrashFlow = {
  name: "an operator approves a withdrawal",
  async prepare(world) {
    const { kindsOf } = lookAt(() => world);
    const customer = await world.customer();
    await world.fund(customer, 2_000_000n);
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const { actor } = await operator(world.ctx, world.superuser, "operator");
    const approve = (ctx: WorldContext) =>
      decideWithdrawal({ ...ctx, actor }, { transactionId: withdrawal.id, decision: "approved" });
    return {
      run: approve,
      recover: async () => {
        await approve(world.ctx).catch((error: { code?: string }) => {
          expect(error.code).toBe("WRONG_STATE");
        });
        await world.settle();
      },
      check: async () => {
        expect(await kindsOf(customer)).toContain("withdrawal completed 1500000");
      },
    };
  },
};
