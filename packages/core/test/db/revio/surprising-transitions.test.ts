import { randomUUID } from "node:crypto";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type {
  DepositStatus,
  WithdrawalStatus,
} from "../../../src/transaction/transaction-status.ts";
import { returnWithdrawal } from "../../../src/withdrawal/return-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, breaksOf, depositOf, isFrozen, kindsOf, withdrawalOf } = lookAt(() => world);
const hour = 60 * 60_000;
const day = 24 * hour;
/** What has left Revio, or come back to it, against what we have booked as the end: for two operators. */
let contradictedMinor = 0n;
/** References of payouts that the dashboard executed. */
const executedElsewhere = new Set<string>();

/** One life of a deposit or a withdrawal at Revio that surprises people, and where it must end with us. */
interface Transition {
  transition: string;
  happens: (customer: Customer) => Promise<Ending>;
}
interface Ending {
  of: { id: string };
  ends: DepositStatus | WithdrawalStatus;
  /** [available, pending, receivable] */
  balances: [bigint, bigint, bigint];
  /** A subject, then the breaks of it; no other is open. */
  breaks?: string[];
}

async function statusOfDeposit(customer: Customer, deposit: { id: string }) {
  return (await depositOf(customer, deposit)).status as string;
}
async function statusOfWithdrawal(customer: Customer, withdrawal: { id: string }) {
  return (await withdrawalOf(customer, withdrawal)).status as string;
}

/** A deposit with its purchase, and what can be done to that at Revio. */
async function depositAtRevio(customer: Customer, amountMinor: bigint) {
  const deposit = await world.deposit(customer, amountMinor);
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  const id = purchase?.id ?? "";
  const at = async (verb: string, body?: Record<string, unknown>) => {
    await world.sandbox.post(`purchases/${id}/${verb}`, body);
    await world.settle();
  };
  return { deposit, id, at };
}

/** A withdrawal of 400 from a balance of 5 000, sent, with its payout. */
async function withdrawalAtRevio(customer: Customer, scenario: string) {
  await world.fund(customer, 500_000n);
  await world.sandbox.payoutScenario(scenario);
  const withdrawal = await world.withdraw(customer, 40_000n);
  await world.settle();
  const [payout] = await world.sandbox.payouts(withdrawal.reference);
  const id = payout?.id ?? "";
  const at = async (verb: string, body?: Record<string, unknown>) => {
    await world.sandbox.post(`payouts/${id}/${verb}`, body);
    await world.settle();
  };
  return { withdrawal, id, at };
}

/** Somebody at Revio's dashboard executes a payout. */
async function executeElsewhere(payoutId: string, { reference }: { reference: string }) {
  executedElsewhere.add(reference);
  await world.revioPost(`../../po/${payoutId}/sandbox_bank/`, {});
  await world.settle();
}

const deposits: Transition[] = [
  {
    transition: "error → paid: the payer tries another card",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await at("pay", { card: "4000 0000 0000 9995" });
      expect(await statusOfDeposit(customer, deposit)).toBe("awaiting_payment");
      await at("pay");
      return { of: deposit, ends: "completed", balances: [80_000n, 0n, 0n] };
    },
  },
  {
    transition: "expired → paid: the attempt was in flight",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await world.drain(2 * hour);
      expect(await statusOfDeposit(customer, deposit)).toBe("expired");
      await at("force-payment");
      return { of: deposit, ends: "completed", balances: [80_000n, 0n, 0n] };
    },
  },
  {
    transition: "cancelled → paid: the attempt was in flight",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await world.settle();
      await world.cancelDeposit(customer, deposit.id);
      expect(await statusOfDeposit(customer, deposit)).toBe("cancelled");
      await at("force-payment");
      return { of: deposit, ends: "completed", balances: [80_000n, 0n, 0n] };
    },
  },
  {
    transition: "refunded, and refunded again, at Revio's dashboard",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await at("pay");
      await at("refund", { amount: 30_000 });
      expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
      await at("refund", { amount: 20_000 });
      expect(await kindsOf(customer)).toEqual([
        "deposit completed 80000",
        "refund completed 30000",
        "refund completed 20000",
      ]);
      return { of: deposit, ends: "completed", balances: [30_000n, 0n, 0n] };
    },
  },
  {
    transition: "charged back, and reversed",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await at("pay");
      await at("chargeback");
      expect(await balancesOf(customer)).toEqual([0n, 0n, 0n]);
      await at("chargeback-reversal");
      expect(await kindsOf(customer)).toContain("chargeback reversed 80000");
      return { of: deposit, ends: "completed", balances: [80_000n, 0n, 0n] };
    },
  },
  {
    transition: "F46: charged back after the money has left",
    happens: async (customer) => {
      const { deposit, at } = await depositAtRevio(customer, 80_000n);
      await at("pay");
      const withdrawal = await world.withdraw(customer, 60_000n);
      await world.settle();
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("completed");
      await at("chargeback");
      expect(await isFrozen(customer)).toBe("chargeback");
      return { of: deposit, ends: "completed", balances: [0n, 0n, 60_000n] };
    },
  },
  {
    transition: "two purchases of one deposit paid, the second sent back",
    happens: async (customer) => {
      const key = randomUUID();
      await world.sandbox.fault("purchases.create", { kind: "reset_after" });
      await world.delayedDeposit(customer, 80_000n, key);
      const deposit = await world.depositLater(customer, 80_000n, key);
      const [second, first] = await world.sandbox.purchases(deposit.reference);
      for (const purchase of [second, first]) {
        await world.sandbox.post(`purchases/${purchase?.id}/pay`);
        await world.settle();
      }
      const subject = `purchase:${first?.id}`;
      expect(await breaksOf(subject)).toEqual([
        "duplicate_at_provider warning open second_purchase_paid",
      ]);
      await expectSound(world, { parkedMinor: contradictedMinor, executedElsewhere });
      await world.sandbox.post(`purchases/${first?.id}/refund`);
      await world.settle();
      expect(await breaksOf(subject)).toEqual([
        "duplicate_at_provider warning resolved provider_evidence second_purchase_paid",
      ]);
      return {
        of: deposit,
        ends: "completed",
        balances: [80_000n, 0n, 0n],
      };
    },
  },
  {
    transition: "F25: an unknown status, and then a known one",
    happens: async (customer) => {
      const { deposit, id, at } = await depositAtRevio(customer, 80_000n);
      await world.settle();
      await world.sandbox.fault("purchases.get", { kind: "unknown_status" });
      await at("view");
      expect(await breaksOf(`purchase:${id}`)).toEqual([
        "status_mismatch warning open unknown_status",
      ]);
      expect(await statusOfDeposit(customer, deposit)).toBe("awaiting_payment");
      await at("pay");
      expect(await breaksOf(`purchase:${id}`)).toEqual([
        "status_mismatch warning resolved provider_evidence unknown_status",
      ]);
      return { of: deposit, ends: "completed", balances: [80_000n, 0n, 0n] };
    },
  },
];

const withdrawals: Transition[] = [
  {
    transition: "F107: payout error → success, executed again at the dashboard",
    happens: async (customer) => {
      const { withdrawal, id } = await withdrawalAtRevio(customer, "error");
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("failed");
      await world.sandbox.payoutScenario("pending");
      await executeElsewhere(id, withdrawal);
      expect(await breaksOf(`payout:${id}`)).toEqual([
        "status_mismatch critical open pending_after_end",
      ]);
      await world.sandbox.post(`payouts/${id}/settle`);
      await world.settle();
      contradictedMinor -= 40_000n;
      return {
        of: withdrawal,
        ends: "failed",
        balances: [500_000n, 0n, 0n],
        breaks: [`payout:${id}`, "status_mismatch critical open success_after_end"],
      };
    },
  },
  {
    transition: "F107: payout error → success without another execution",
    happens: async (customer) => {
      const { withdrawal, id, at } = await withdrawalAtRevio(customer, "error");
      await at("succeed-late");
      contradictedMinor -= 40_000n;
      return {
        of: withdrawal,
        ends: "failed",
        balances: [500_000n, 0n, 0n],
        breaks: [`payout:${id}`, "status_mismatch critical open success_after_end"],
      };
    },
  },
  {
    transition: "F107: payout success → error",
    happens: async (customer) => {
      const { withdrawal, id, at } = await withdrawalAtRevio(customer, "success");
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("completed");
      await at("fail-late");
      contradictedMinor += 40_000n;
      return {
        of: withdrawal,
        ends: "completed",
        balances: [460_000n, 0n, 0n],
        breaks: [`payout:${id}`, "status_mismatch critical open error_after_end"],
      };
    },
  },
  {
    transition: "F106: a second payout executed, at the dashboard",
    happens: async (customer) => {
      await world.fund(customer, 500_000n);
      const withdrawal = await world.withdraw(customer, 40_000n);
      await world.sandbox.webhookFault({ event: "payout.created" }, { kind: "hold" });
      await world.sandbox.fault("payouts.create", { kind: "reset_after" });
      await world.drain(30 * 60_000);
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("completed");
      const [, orphan] = await world.sandbox.payouts(withdrawal.reference);
      await executeElsewhere(orphan?.id ?? "", withdrawal);
      await world.sandbox.post("deliveries/release");
      await world.settle();
      contradictedMinor -= 40_000n;
      return {
        of: withdrawal,
        ends: "completed",
        balances: [460_000n, 0n, 0n],
        breaks: [
          `payout:${orphan?.id}`,
          "duplicate_at_provider critical open second_payout_executed",
        ],
      };
    },
  },
  {
    transition:
      "a payout that Revio refused to execute, executed at the dashboard: that one counts",
    happens: async (customer) => {
      const { withdrawal, id } = await withdrawalAtRevio(customer, "insufficient_balance");
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("queued");
      await executeElsewhere(id, withdrawal);
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("completed");
      // The retry that was waiting finds nothing to do.
      await world.drain(40 * 60_000);
      const { payouts } = await world.sandbox.books();
      const own = payouts.filter(({ reference }) => reference === withdrawal.reference);
      expect(own.map(({ executions }) => executions)).toEqual([1]);
      return {
        of: withdrawal,
        ends: "completed",
        balances: [460_000n, 0n, 0n],
      };
    },
  },
  {
    transition: "pending for days",
    happens: async (customer) => {
      const { withdrawal, at } = await withdrawalAtRevio(customer, "pending");
      for (let days = 0; days < 4; days++) {
        await world.advance(day);
        await world.settle();
        expect(await statusOfWithdrawal(customer, withdrawal)).toBe("processing");
        expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
      }
      await at("settle");
      return {
        of: withdrawal,
        ends: "completed",
        balances: [460_000n, 0n, 0n],
      };
    },
  },
  {
    transition: "F20: returned by the bank after success; Revio goes on saying success",
    happens: async (customer) => {
      const { withdrawal, id, at } = await withdrawalAtRevio(customer, "success");
      await at("return");
      const row = await findTransaction(world.ctx.pool, withdrawal.id);
      if (row === undefined) throw new Error("the withdrawal is there");
      const returnedAt = world.ctx.clock.now();
      await withTransaction(world.ctx.pool, (tx) =>
        returnWithdrawal(world.ctx, tx, { withdrawal: row, returnedAt }),
      );
      // Whatever Revio repeats about it is no news.
      const deliveries = (await world.sandbox.get(`deliveries?objectId=${id}`)) as {
        id: string;
        event: string;
      }[];
      const success = deliveries.find(({ event }) => event === "payout.success");
      await world.sandbox.post(`deliveries/${success?.id}/replay`, { set: { sender_name: "x" } });
      await world.settle();
      return {
        of: withdrawal,
        ends: "returned",
        balances: [500_000n, 0n, 0n],
      };
    },
  },
  {
    transition: "F25: a payout of an unknown status, and then of a known one",
    happens: async (customer) => {
      const { withdrawal, id, at } = await withdrawalAtRevio(customer, "pending");
      await world.sandbox.fault("payouts.get", { kind: "unknown_status" });
      await world.drain(90_000);
      expect(await breaksOf(`payout:${id}`)).toEqual([
        "status_mismatch warning open unknown_status",
      ]);
      expect(await statusOfWithdrawal(customer, withdrawal)).toBe("processing");
      await at("settle");
      expect(await breaksOf(`payout:${id}`)).toEqual([
        "status_mismatch warning resolved provider_evidence unknown_status",
      ]);
      return {
        of: withdrawal,
        ends: "completed",
        balances: [460_000n, 0n, 0n],
      };
    },
  },
];

describe.each([
  ["deposit", deposits],
  ["withdrawal", withdrawals],
])("%s", (_, transitions) => {
  test.each(transitions)("$transition", async ({ happens }) => {
    const customer = await world.customer();
    const { of, ends, balances, breaks = [] } = await happens(customer);
    expect((await findTransaction(world.ctx.pool, of.id))?.status).toBe(ends);
    expect(await balancesOf(customer)).toEqual(balances);
    const [subject, ...lines] = breaks;
    if (subject !== undefined) expect(await breaksOf(subject)).toEqual(lines);
    const { rows } = await world.database.pool.query(
      `SELECT b.subject FROM breaks b JOIN transactions t ON t.id = b.transaction_id
       WHERE t.user_id = $1 AND b.state = 'open' AND b.subject <> $2`,
      [customer.userId, subject ?? ""],
    );
    expect(rows).toEqual([]);
    await expectSound(world, { parkedMinor: contradictedMinor, executedElsewhere });
  });
});
