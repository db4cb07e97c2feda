import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { returnWithdrawal } from "../../../src/withdrawal/return-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf, stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, withdrawalOf } = lookAt(() => world);

/** A withdrawal of 400 out of 1 000, sent, and ended by the bank as given. */
async function withdrawal(scenario: string) {
  const customer = await world.customer();
  await world.fund(customer, 100_000n);
  await world.sandbox.payoutScenario(scenario);
  const { id, reference } = await world.withdraw(customer, 40_000n);
  await world.settle();
  return { customer, id, reference };
}

/** What a line of the statement leads to. */
async function returned(id: string) {
  const row = await findTransaction(world.ctx.pool, id);
  if (row === undefined) throw new Error("the withdrawal is there");
  return withTransaction(world.ctx.pool, (tx) =>
    returnWithdrawal(world.ctx, tx, { withdrawal: row, returnedAt: world.ctx.clock.now() }),
  );
}

const sentBack = async (reference: string) => {
  const [payout] = await world.sandbox.payouts(reference);
  await world.sandbox.post(`payouts/${payout?.id}/return`);
};

describe("F20: the bank sends a successful payout back", () => {
  test("credited to the user through the returns account, our fee kept", async () => {
    const { customer, id, reference } = await withdrawal("success");
    expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
    await sentBack(reference);
    expect(await returned(id)).toBe("withdrawal.returned");
    expect(await withdrawalOf(customer, { id })).toMatchObject({ status: "returned" });
    expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
    expect((await postingsOf(world, id)).slice(4)).toEqual([
      "withdrawal.return_received debit house:revio_float:ZAR 40000",
      "withdrawal.return_received credit house:payout_returns:ZAR 40000",
      "withdrawal.return_credited debit house:payout_returns:ZAR 40000",
      `withdrawal.return_credited credit user:${customer.userId}:available:ZAR 40000`,
    ]);
    expect((await stepsOf(world, id)).at(-1)).toBe("withdrawal.returned → returned");
    await expectSound(world);
  });

  test("the line is read again, five times at once: credited once", async () => {
    const { customer, id, reference } = await withdrawal("success");
    await sentBack(reference);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => returned(id)));
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => "withdrawal.already_returned"),
      "withdrawal.returned",
    ]);
    expect(await returned(id)).toBe("withdrawal.already_returned");
    expect(await balancesOf(customer)).toEqual([100_000n, 0n, 0n]);
    await expectSound(world);
  });

  test.each(["error", "pending"])(
    "a line about a payout that did not succeed (%s) moves nothing",
    async (scenario) => {
      const { customer, id } = await withdrawal(scenario);
      const before = await balancesOf(customer);
      expect(await returned(id)).toBe("withdrawal.not_completed");
      expect(await balancesOf(customer)).toEqual(before);
      await expectSound(world);
    },
  );

  test("what came back can be withdrawn again", async () => {
    const { customer, id, reference }: { customer: Customer; id: string; reference: string } =
      await withdrawal("success");
    await sentBack(reference);
    await returned(id);
    const again = await world.withdraw(customer, 100_000n);
    await world.settle();
    expect((await withdrawalOf(customer, again)).status).toBe("completed");
    await expectSound(world);
  });
});
