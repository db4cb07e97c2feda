import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { expectSound } from "../../world/expect-sound.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { breaksOf, openBreaks, reconcile } from "../../world/reconcile.ts";

let world: MoneyWorld;
let from: Date;
beforeAll(async () => {
  world = await startMoneyWorld({
    superuserUrl: inject("superuserUrl"),
    payoutFundsMinor: 0,
    settings: { statementTotals: true },
  });
  from = world.ctx.clock.now();
});
afterAll(() => world.close());

test("deposits, refunds, disputes and withdrawals, as they should be: no break in any kind of run", async () => {
  const customer = await world.customer();
  const first = await world.fund(customer, 500_000n);
  const second = await world.fund(customer, 300_000n);
  await world.deposit(customer, 10_000n);
  const [purchase] = await world.sandbox.purchases(first.reference);
  await world.sandbox.post(`purchases/${purchase?.id}/refund`, { amount: 20_000 });
  const [disputed] = await world.sandbox.purchases(second.reference);
  await world.sandbox.post(`purchases/${disputed?.id}/chargeback`);
  await world.settle();
  await world.sandbox.post(`purchases/${disputed?.id}/chargeback-reversal`);
  await world.settle();
  await world.superuser.query(
    "UPDATE users SET outgoing_frozen_at = NULL, outgoing_frozen_reason = NULL",
  );
  await world.withdraw(customer, 40_000n);
  await world.settle();

  const objects = await reconcile(world, "objects", from);
  expect(objects).toMatchObject({ state: "completed", breakCount: 0n });
  const statement = await reconcile(world, "statement", from);
  expect(statement).toMatchObject({ state: "completed", breakCount: 0n, lineCount: 7n });
  const float = await reconcile(world, "float", from);
  expect(float).toMatchObject({ state: "completed", breakCount: 0n });
  expect(await openBreaks(world)).toEqual([]);
  expect(await breaksOf(world, "resolved")).toEqual([]);
  await expectSound(world);
});
