import { createReader } from "@revio-wallet/db/reader";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { getBalance } from "../../../src/ledger/get-balance.ts";
import { listTransactions } from "../../../src/transaction/list-transactions.ts";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

/** A replica that has not heard of anything yet: it could not lag more. */
let replica: TestDatabase;
let reader: WorldContext["reader"];
let world: MoneyWorld;
beforeAll(async () => {
  const superuserUrl = inject("superuserUrl");
  world = await startMoneyWorld({ superuserUrl });
  replica = await cloneDatabase({ superuserUrl });
  reader = createReader({ connectionString: replica.readerUrl });
});
afterAll(async () => {
  await reader.$disconnect();
  await replica.drop();
  await world.close();
});

test("F95 reads lag behind: a list is old, and nothing is decided by it", async () => {
  const { balancesOf, withdrawalOf } = lookAt(() => world);
  const behind: WorldContext = { ...world.ctx, reader };
  world.receiveAs(behind);
  const { as, ...who } = await world.customer();
  const customer = { ...who, as: { ...as, reader } };
  const settle = async () => {
    for (let round = 0; round < 5; round++) await world.runJobs({ as: behind });
    await world.settle();
  };

  const key = crypto.randomUUID();
  const deposit = await world.deposit(customer, 100_000n, key);
  expect(await world.deposit(customer, 100_000n, key)).toEqual(deposit);
  await world.pay(deposit);
  await settle();
  const inTheBooks = await getBalance(customer.as.pool, { userId: who.userId, currency: "ZAR" });
  expect(inTheBooks.availableMinor).toBe(100_000n);

  const withdrawal = await world.withdraw(customer, 60_000n, key);
  expect(await world.withdraw(customer, 60_000n, key)).toEqual(withdrawal);
  await expect(world.withdraw(customer, 60_000n)).rejects.toMatchObject({
    code: "INSUFFICIENT_FUNDS",
  });
  const second = await world.withdraw(customer, 30_000n);
  await cancelWithdrawal(customer.as, { userId: who.userId, transactionId: second.id });
  await settle();
  expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  await expect(
    cancelWithdrawal(customer.as, { userId: who.userId, transactionId: withdrawal.id }),
  ).rejects.toMatchObject({ code: "WRONG_STATE" });
  expect(await balancesOf(customer)).toEqual([40_000n, 0n, 0n]);
  await expectSound(world);

  const list = { userId: who.userId, limit: 20 };
  expect((await listTransactions(customer.as, list)).items).toEqual([]);
  expect((await listTransactions(world.ctx, list)).items).toHaveLength(3);
});
