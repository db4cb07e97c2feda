import fc from "fast-check";
import { decideWithdrawal } from "../../src/approval/decide-withdrawal.ts";
import type { Deposit } from "../../src/deposit/deposit.ts";
import { DomainError } from "../../src/errors.ts";
import { sweepTransactions } from "../../src/revio/sweep-transactions.ts";
import { cancelWithdrawal } from "../../src/withdrawal/cancel-withdrawal.ts";
import type { Withdrawal } from "../../src/withdrawal/withdrawal.ts";
import { operator } from "../registered-user.ts";
import type { Customer, MoneyWorld } from "./money-world.ts";

const amount = fc.bigInt({ min: 1_000n, max: 200_000n });
const pick = fc.nat({ max: 50 });

/** Anything that users, payers, staff, banks, Revio and the network can do. */
export const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deposit" as const), amount }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("pay" as const),
      pick,
      card: fc.constantFrom("4444 3333 2222 1111", "4000 0000 0000 9995", "5555 5555 5555 4444"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel deposit" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("refund" as const), pick, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("charge back" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("win dispute" as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("withdraw" as const),
      amount,
      large: fc.boolean(),
      bank: fc.constantFrom("success", "error", "pending", "sync_success", "sync_error"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel withdrawal" as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("decide" as const), pick, approve: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("bank" as const),
      pick,
      outcome: fc.constantFrom("success", "error"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("jobs" as const),
      copies: fc.integer({ min: 1, max: 3 }),
      parallel: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose jobs" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      minutes: fc.constantFrom(1, 20, 70, 300),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("break" as const),
      operation: fc.constantFrom(
        "purchases.create",
        "purchases.get",
        "purchases.cancel",
        "payouts.create",
        "payouts.execute",
        "payouts.get",
      ),
      kind: fc.constantFrom("reset_before", "reset_after", "reset_mid_body", "html_200"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("disturb webhook" as const),
      event: fc.constantFrom(
        "purchase.paid",
        "purchase.pending_execute",
        "payout.created",
        "payout.pending",
        "payout.success",
        "payout.failed",
      ),
      kind: fc.constantFrom("drop", "duplicate", "reorder", "delay", "wrong_key"),
    }),
  },
  {
    weight: 1,
    // Refunds and disputes of paid deposits come by webhook alone; one that is lost for ever is found by the next look.
    arbitrary: fc.record({
      do: fc.constant("disturb webhook" as const),
      event: fc.constantFrom(
        "payment.refunded",
        "payment.charged_back",
        "payment.chargeback_reversed",
      ),
      kind: fc.constantFrom("duplicate", "reorder", "delay", "wrong_key", "drop", "give_up"),
    }),
  },
);
export type Step = Parameters<Parameters<typeof step.map<null>>[0]>[0];

/** What has happened so far in one life. */
export interface Life {
  customers: Customer[];
  deposits: { of: Customer; deposit: Deposit }[];
  withdrawals: { of: Customer; withdrawal: Withdrawal }[];
}

/** A refusal is an answer like any other; what is not one of ours is a defect. */
export async function refusable<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError && error.code !== "INTERNAL") return undefined;
    throw error;
  }
}

/** A control that Revio refuses in the object's status does nothing. */
export const ifPossible = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    (error: Error) => {
      if (!/ answers 4\d\d/.test(error.message)) throw error;
    },
  );

export async function live(world: MoneyWorld, life: Life, next: Step): Promise<void> {
  const of = <Item>(items: Item[], index: number): Item | undefined => items[index % items.length];
  const purchaseOf = async (index: number) => {
    const chosen = of(life.deposits, index);
    return chosen && (await world.sandbox.purchases(chosen.deposit.reference))[0];
  };
  const customer = life.customers[life.deposits.length % life.customers.length] as Customer;
  switch (next.do) {
    case "deposit": {
      const deposit = await refusable(world.deposit(customer, next.amount));
      if (deposit) life.deposits.push({ of: customer, deposit });
      return;
    }
    case "withdraw": {
      const by = of(life.customers, life.withdrawals.length) as Customer;
      const asked = next.large ? next.amount * 10n : next.amount;
      const withdrawal = await refusable(world.withdraw(by, asked));
      if (withdrawal === undefined) return;
      life.withdrawals.push({ of: by, withdrawal });
      await world.sandbox.payoutScenario(next.bank, { reference: withdrawal.reference });
      return;
    }
    case "pay": {
      const purchase = await purchaseOf(next.pick);
      if (purchase)
        await ifPossible(world.sandbox.post(`purchases/${purchase.id}/pay`, { card: next.card }));
      return;
    }
    case "cancel deposit": {
      const chosen = of(life.deposits, next.pick);
      if (chosen) await refusable(world.cancelDeposit(chosen.of, chosen.deposit.id));
      return;
    }
    case "cancel withdrawal": {
      const chosen = of(life.withdrawals, next.pick);
      if (!chosen) return;
      const { userId } = chosen.of;
      await refusable(
        cancelWithdrawal(chosen.of.as, { userId, transactionId: chosen.withdrawal.id }),
      );
      return;
    }
    case "decide": {
      const chosen = of(life.withdrawals, next.pick);
      if (!chosen) return;
      const as = await operator(world.ctx, world.superuser, "operator");
      const decision = next.approve ? "approved" : "rejected";
      await refusable(decideWithdrawal(as, { transactionId: chosen.withdrawal.id, decision }));
      return;
    }
    default:
      return atRevio(world, life, next, await purchaseOf("pick" in next ? next.pick : 0));
  }
}

type RevioStep = Exclude<
  Step,
  { do: "deposit" | "withdraw" | "pay" | "cancel deposit" | "cancel withdrawal" | "decide" }
>;

async function atRevio(
  world: MoneyWorld,
  life: Life,
  next: RevioStep,
  purchase: { id: string } | undefined,
): Promise<void> {
  const control = (verb: string, body?: Record<string, unknown>) =>
    purchase ? ifPossible(world.sandbox.post(`purchases/${purchase.id}/${verb}`, body)) : undefined;
  switch (next.do) {
    case "refund":
      return control("refund", { amount: Number(next.amount) });
    case "charge back":
      return control("chargeback");
    case "win dispute":
      return control("chargeback-reversal");
    case "bank": {
      const chosen = life.withdrawals[next.pick % Math.max(life.withdrawals.length, 1)];
      if (!chosen) return;
      for (const { id } of await world.sandbox.payouts(chosen.withdrawal.reference)) {
        await ifPossible(world.sandbox.post(`payouts/${id}/settle`, { outcome: next.outcome }));
      }
      return;
    }
    case "jobs":
      return void (await world.runJobs({ copies: next.copies, parallel: next.parallel }));
    case "settle":
      return world.settle();
    case "lose jobs":
      return world.jobs.lose();
    case "sweep":
      return void (await sweepTransactions(world.ctx));
    case "wait":
      return world.advance(next.minutes * 60_000);
    case "break":
      return world.sandbox.fault(next.operation, { kind: next.kind });
    case "disturb webhook":
      return world.sandbox.webhookFault({ event: next.event }, { kind: next.kind });
  }
}

/**
 * What each customer has by Revio's books alone: paid in, less taken back, less paid out. What is in suspense belongs to
 * nobody yet.
 */
export async function owedByBooks(world: MoneyWorld, { userId }: Customer): Promise<bigint> {
  const { rows } = await world.database.pool.query<{ reference: string }>(
    "SELECT reference FROM transactions WHERE user_id = $1",
    [userId],
  );
  const own = new Set(rows.map(({ reference }) => reference));
  const suspended = await world.database.pool.query<{ id: string }>(
    "SELECT purchase_id AS id FROM suspense_payments WHERE released_at IS NULL",
  );
  const nobodys = new Set(suspended.rows.map(({ id }) => id));
  const signs: Record<string, bigint> = {
    payment: 1n,
    refund: -1n,
    chargeback: -1n,
    chargeback_reversal: 1n,
    payout: -1n,
  };
  return (await world.sandbox.books()).movements
    .filter(({ reference, objectId }) => own.has(reference) && !nobodys.has(objectId))
    .reduce((sum, { kind, amountMinor }) => sum + (signs[kind] ?? 0n) * BigInt(amountMinor), 0n);
}
