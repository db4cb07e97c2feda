import { setTimeout as sleep } from "node:timers/promises";
import { getBalance } from "@revio-wallet/core/ledger/get-balance";
import { expectSound } from "@revio-wallet/core/testing/expect-sound";
import type { Customer, MoneyWorld } from "@revio-wallet/core/testing/money-world";
import { expect, vi } from "vitest";

export const availableMinor = async (
  world: MoneyWorld,
  { userId }: Customer,
  pool = world.database.pool,
): Promise<bigint> => (await getBalance(pool, { userId, currency: "ZAR" })).availableMinor;

/** Asks with the same key until there is an answer; what is refused in between is temporary. */
export const withdrawUntilTold = (
  world: MoneyWorld,
  customer: Customer,
  amountMinor: bigint,
  key: string,
): Promise<string> =>
  vi.waitFor(async () => (await world.withdraw(customer, amountMinor, key)).id, {
    timeout: 40_000,
    interval: 200,
  });

/**
 * Withdraws R10 again and again, each under a key of its own, while `strike` breaks something and mends it. Afterwards:
 * what was acknowledged before is what its key answers, every key has one withdrawal, and the money is exact.
 */
export async function expectWithdrawalsToSurvive(
  world: MoneyWorld,
  customer: Customer,
  strike: () => Promise<void>,
): Promise<void> {
  const before = await availableMinor(world, customer);
  const acknowledged = new Map<string, string>();
  const keys: string[] = [];
  const asked: Promise<unknown>[] = [];
  let left = Infinity;
  const load = (async () => {
    for (; left > 0; left--) {
      const key = crypto.randomUUID();
      keys.push(key);
      const answer = world.withdraw(customer, 1_000n, key);
      asked.push(answer.then(({ id }) => acknowledged.set(key, id)).catch(() => undefined));
      await sleep(30);
    }
  })();
  await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(3), {
    timeout: 30_000,
    interval: 10,
  });
  const told = new Map(acknowledged);
  // Some are under way, and a few more come while nothing works.
  left = 8;
  await strike();
  await load;
  await Promise.all(asked);

  const ids = await Promise.all(keys.map((key) => withdrawUntilTold(world, customer, 1_000n, key)));
  for (const [key, id] of told) expect(ids[keys.indexOf(key)]).toBe(id);
  expect(new Set(ids).size).toBe(keys.length);
  expect(await availableMinor(world, customer)).toBe(before - 1_000n * BigInt(keys.length));
  await world.settle();
  await expectSound(world);
}
