import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { decideAdjustment } from "../../src/approval/decide-adjustment.ts";
import { requestAdjustment } from "../../src/approval/request-adjustment.ts";
import { requestPayoutResolution } from "../../src/approval/request-payout-resolution.ts";
import { userAccount } from "../../src/ledger/chart-of-accounts.ts";
import { checkPurchase } from "../../src/revio/check-purchase.ts";
import { decidePayoutResolution } from "../../src/revio/decide-payout-resolution.ts";
import { sweepTransactions } from "../../src/revio/sweep-transactions.ts";
import { operator } from "../registered-user.ts";
import type { CrashFlow } from "./crash-flows.ts";
import { doubtfulWithdrawal } from "./doubtful-withdrawal.ts";
import { lookAt } from "./look.ts";
import type { MoneyWorld, WorldContext } from "./money-world.ts";

const hour = 60 * 60_000;

export const payoutDecide: CrashFlow = {
  name: "a second operator decides that a payout was not executed",
  async prepare(world) {
    const { balancesOf, breaksOf, withdrawalOf } = lookAt(() => world);
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const { withdrawal } = await doubtfulWithdrawal(world, customer, 40_000n);
    const maker = await operator(world.ctx, world.superuser, "operator");
    const { approvalId } = await requestPayoutResolution(maker, {
      transactionId: withdrawal.id,
      outcome: "not_executed",
      reason: "the bank says so",
      idempotencyKey: randomUUID(),
    });
    const { actor } = await operator(world.ctx, world.superuser, "administrator");
    const decide = (ctx: WorldContext) =>
      decidePayoutResolution(
        { ...ctx, actor },
        { approvalId, decision: "approved", reason: "yes" },
      );
    return {
      run: decide,
      recover: async () => {
        await decide(world.ctx).catch((error: { code?: string }) => {
          expect(error.code).toBe("WRONG_STATE");
        });
      },
      check: async () => {
        expect((await withdrawalOf(customer, withdrawal)).status).toBe("failed");
        expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
        expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual([
          "payout_in_doubt warning resolved decision payout_in_doubt",
        ]);
      },
    };
  },
};

/** Paid at Revio's dashboard and nobody's for a day: its money is due to go into suspense. */
async function unknownPurchase(world: MoneyWorld): Promise<string> {
  const { id } = await world.sandbox.post("purchases", {
    client: { email: "someone@example.com" },
    purchase: { currency: "ZAR", products: [{ name: "Dashboard", price: 9_900 }] },
  });
  await world.sandbox.post(`purchases/${String(id)}/pay`);
  await world.settle();
  await world.advance(24 * hour);
  await sweepTransactions(world.ctx);
  return String(id);
}

export const unknownPurchaseHeld: CrashFlow = {
  name: "the money of an unknown purchase goes into suspense",
  async prepare(world) {
    const id = await unknownPurchase(world);
    return {
      run: (ctx) => checkPurchase(ctx, { purchaseId: id }),
      recover: () => world.drain(3 * 60_000),
      check: async () => {
        const { rows } = await world.database.pool.query(
          "SELECT entry_key FROM journal_entries WHERE split_part(entry_key, ':', 2) = $1",
          [id],
        );
        expect(rows).toEqual([{ entry_key: `suspense.received:${id}` }]);
      },
    };
  },
};

export const suspenseRelease: CrashFlow = {
  name: "two operators give money in suspense to its owner",
  async prepare(world) {
    const { balancesOf } = lookAt(() => world);
    const suspensePurchaseId = await unknownPurchase(world);
    await world.settle();
    const customer = await world.customer();
    const request = {
      debitAccount: "house:suspense:ZAR",
      creditAccount: userAccount(customer.userId, "available", "ZAR"),
      amountMinor: 9_900n,
      suspensePurchaseId,
      reason: "they have the receipt",
      idempotencyKey: randomUUID(),
    };
    const { actor: maker } = await operator(world.ctx, world.superuser, "reconciliation_maker");
    const { actor: checker } = await operator(world.ctx, world.superuser, "administrator");
    const run = async (ctx: WorldContext) => {
      const { approvalId } = await requestAdjustment({ ...ctx, actor: maker }, request);
      await decideAdjustment({ ...ctx, actor: checker }, { approvalId, decision: "approved" });
    };
    return {
      run,
      recover: async () => {
        await run(world.ctx).catch((error: { code?: string }) => {
          expect(error.code).toBe("WRONG_STATE");
        });
      },
      check: async () => {
        expect(await balancesOf(customer)).toEqual([9_900n, 0n, 0n]);
        const { rows } = await world.database.pool.query<{ state: string }>(
          "SELECT state FROM approvals WHERE requested_by = $1",
          [maker.id],
        );
        expect(rows).toEqual([{ state: "approved" }]);
      },
    };
  },
};
