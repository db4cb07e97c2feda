import { submitPayout } from "../../src/revio/submit-payout.ts";
import type { Withdrawal } from "../../src/withdrawal/withdrawal.ts";
import type { Customer, MoneyWorld } from "./money-world.ts";
import { asTask } from "./tripwire.ts";

/** A withdrawal whose process died when Revio had its payout, before it took the right to execute it. */
export async function createdPayout(
  world: MoneyWorld,
  customer: Customer,
  amountMinor: bigint,
): Promise<Withdrawal> {
  // Another one is sent in peace, to see where to die.
  const whole = world.process();
  const dry = await world.withdraw(customer, 10_000n);
  await asTask(() => submitPayout(whole.ctx, { transactionId: dry.id }));
  const { points } = whole.process;
  const taken = points.findIndex((point) =>
    point.startsWith("before UPDATE revio_payouts SET state = 'execute_sent'"),
  );
  const killAt = points.findLastIndex(
    (point, index) => index < taken && point.startsWith("before BEGIN"),
  );
  if (killAt < points.indexOf("after payouts.create")) throw new Error("no place to die at");
  const withdrawal = await world.withdraw(customer, amountMinor);
  const dying = world.process(killAt);
  await asTask(() => submitPayout(dying.ctx, { transactionId: withdrawal.id })).catch(
    () => undefined,
  );
  const payouts = await world.sandbox.payouts(withdrawal.reference);
  if (payouts.length !== 1) throw new Error("the payout was not created");
  return withdrawal;
}
