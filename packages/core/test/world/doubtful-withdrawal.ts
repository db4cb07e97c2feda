import { sweepTransactions } from "../../src/revio/sweep-transactions.ts";
import type { Withdrawal } from "../../src/withdrawal/withdrawal.ts";
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
