import { randomUUID } from "node:crypto";
import { requestPayoutResolution } from "../../src/approval/request-payout-resolution.ts";
import { decidePayoutResolution } from "../../src/revio/decide-payout-resolution.ts";
import { sweepTransactions } from "../../src/revio/sweep-transactions.ts";
import type { Withdrawal } from "../../src/withdrawal/withdrawal.ts";
import { operator } from "../registered-user.ts";
import type { Customer, MoneyWorld } from "./money-world.ts";

export interface DoubtfulWithdrawal {
  withdrawal: Withdrawal;
  payoutId: string;
}

/**
 * A withdrawal whose order to pay was sent and not answered, in doubt for long enough to be in the operators' queue. Revio
 * shows its payout as not executed.
 */
export async function doubtfulWithdrawal(
  world: MoneyWorld,
  customer: Customer,
  amountMinor: bigint,
): Promise<DoubtfulWithdrawal> {
  const withdrawal = await world.withdraw(customer, amountMinor);
  await world.sandbox.post("faults", {
    match: { operation: "payouts.execute", reference: withdrawal.reference },
    kind: "reset_before",
  });
  await world.settle();
  await world.advance(31 * 60_000);
  await sweepTransactions(world.ctx);
  const [payout] = await world.sandbox.payouts(withdrawal.reference);
  if (payout === undefined) throw new Error("a doubtful withdrawal has a payout");
  return { withdrawal, payoutId: payout.id };
}

/**
 * Two operators end what no evidence will: every withdrawal in doubt whose payout Revio shows as not executed.
 *
 * @returns the withdrawals' ids
 */
export async function decideDoubts(world: MoneyWorld): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    "SELECT id FROM transactions WHERE status = 'in_doubt'",
  );
  if (rows.length === 0) return [];
  const maker = await operator(world.ctx, world.superuser, "operator");
  const checker = await operator(world.ctx, world.superuser, "administrator");
  for (const { id } of rows) {
    const { approvalId } = await requestPayoutResolution(maker, {
      transactionId: id,
      outcome: "not_executed",
      reason: "Revio shows it unexecuted",
      idempotencyKey: randomUUID(),
    });
    const yes = { approvalId, decision: "approved", reason: "seen too" } as const;
    await decidePayoutResolution(checker, yes);
  }
  return rows.map(({ id }) => id);
}
