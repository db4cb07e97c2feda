import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Keyring } from "../../../src/encryption/keyring.ts";
import { readUserContact } from "../../../src/user/read-user-contact.ts";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, depositOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;

/** A process that was started without the key that everything here is encrypted under. */
function withoutKeys(): WorldContext {
  const keyring: Keyring = {
    ...world.ctx.keyring,
    currentKeyId: "other",
    keyEncryptionKeys: new Map([["other", randomBytes(32)]]),
  };
  return { ...world.ctx, keyring };
}

test("F99 keys cannot be had: what needs them fails closed and leaves nothing half done, money without personal data goes on; with the keys all of it ends once", async () => {
  const owner = await world.customer();
  await world.fund(owner, 100_000n);
  const unpaid = await world.deposit(owner, 20_000n);
  await world.settle();
  const blind = withoutKeys();
  const customer = { ...owner, as: { ...blind, actor: owner.as.actor } };

  await expect(readUserContact(blind, world.database.pool, owner.userId)).rejects.toThrow(
    /not configured/,
  );
  // Reserving and giving back need nobody's name.
  const withdrawal = await world.withdraw(customer, 40_000n);
  const cancelled = await world.withdraw(customer, 10_000n);
  await cancelWithdrawal(customer.as, { userId: owner.userId, transactionId: cancelled.id });
  expect(await balancesOf(owner)).toEqual([60_000n, 40_000n, 0n]);
  // Telling Revio whom to pay does: nothing is sent, and nothing says that it may have been.
  await world.runJobs({ as: blind, only: "withdrawal.submit" });
  expect((await withdrawalOf(owner, withdrawal)).status).toBe("queued");
  expect(await world.sandbox.payouts(withdrawal.reference)).toEqual([]);
  // A webhook that cannot be stored encrypted is not acknowledged.
  const { rows: before } = await world.superuser.query("SELECT count(*) FROM provider_events");
  world.receiveAs(blind);
  await world.pay(unpaid);
  while ((await world.sandbox.deliveries()).some(({ state }) => state === "sending"));
  const { rows: after } = await world.superuser.query("SELECT count(*) FROM provider_events");
  expect(after).toEqual(before);

  world.receiveAs();
  await world.sandbox.post("deliveries/retry-now");
  await world.drain(5 * minute);
  expect((await depositOf(owner, unpaid)).status).toBe("completed");
  expect((await withdrawalOf(owner, withdrawal)).status).toBe("completed");
  expect(await balancesOf(owner)).toEqual([80_000n, 0n, 0n]);
  await expectSound(world);
});

test("F99 a deposit that cannot be opened for want of keys is opened once they are back, under the same key", async () => {
  const owner = await world.customer();
  const blind = withoutKeys();
  const customer = { ...owner, as: { ...blind, actor: owner.as.actor } };
  const key = crypto.randomUUID();
  await expect(world.deposit(customer, 30_000n, key)).rejects.toThrow(/not configured/);
  // The lease of the request that failed has to run out first.
  await world.advance(31_000);
  const deposit = await world.deposit(owner, 30_000n, key);
  expect(await world.sandbox.purchases(deposit.reference)).toHaveLength(1);
  await world.pay(deposit);
  await world.settle();
  expect(await balancesOf(owner)).toEqual([30_000n, 0n, 0n]);
  await expectSound(world);
});
