import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { getTrialBalance } from "../../../src/bookkeeping/get-trial-balance.ts";
import { businessDayOf, dayAfter, startOf } from "../../../src/day-close/business-day.ts";
import { operator } from "../../registered-user.ts";
import { chainAll, closeAll } from "../../world/assurance.ts";
import { postBareEntry } from "../../world/bare-entries.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let customer: Customer;
const closed: string[] = [];

const today = () => businessDayOf(world.ctx.clock.now());
async function nextDay(): Promise<void> {
  const midnight = startOf(dayAfter(today())).getTime();
  await world.advance(midnight - world.ctx.clock.now().getTime() + 10 * 60_000);
}

beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  customer = await world.customer();
  for (let day = 0; day < 4; day++) {
    const morning = world.ctx.clock.now();
    await world.fund(customer, 30_000n + BigInt(day));
    await world.withdraw(customer, 4_000n);
    await world.settle();
    if (day === 3) break;
    await nextDay();
    await chainAll(world);
    closed.push(...(await closeAll(world)));
    // Late: bears a time of the day that has just been closed.
    if (day === 1) {
      const account = `user:${customer.userId}:available:ZAR`;
      await postBareEntry(world, { account, amountMinor: 77n, postedAt: morning });
    }
  }
});
afterAll(() => world.close());

/** Sums of all postings up to an instant: accounts of the house by code, those of users by name. */
async function replay(asOf: Date): Promise<Map<string, bigint>> {
  const { rows } = await world.superuser.query<{ key: string; sum: string }>(
    `SELECT CASE WHEN a.user_id IS NULL THEN a.code ELSE a.name END AS key,
            sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)::text AS sum
     FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE p.posted_at <= $1 GROUP BY 1`,
    [asOf],
  );
  return new Map(rows.map(({ key, sum }) => [key, BigInt(sum)]));
}

test("C24 the trial balance as of any instant is the sum of the postings up to it, whatever days are closed", async () => {
  expect(closed).toHaveLength(3);
  const { rows: late } = await world.superuser.query(
    "SELECT 1 FROM day_closes WHERE certificate ->> 'lateEntries' <> '0'",
  );
  expect(late).toHaveLength(1);
  const { rows } = await world.superuser.query<{ at: Date }>(
    "SELECT DISTINCT posted_at AS at FROM postings ORDER BY 1",
  );
  const instants = rows.flatMap(({ at }) => [at, new Date(at.getTime() - 1)]);
  for (const businessOn of closed) {
    const midnight = startOf(dayAfter(businessOn));
    instants.push(midnight, new Date(midnight.getTime() - 1), startOf(businessOn));
  }
  const bases = new Set<string | undefined>();
  for (const asOf of instants) {
    const { lines, totals, startsFrom } = await getTrialBalance(viewer, { asOf });
    bases.add(startsFrom?.businessOn);
    const expected = await replay(asOf);
    const found = lines
      .map(({ accountCode, name, balanceMinor }) => [accountCode ?? name, balanceMinor] as const)
      .filter(([key, balance]) => balance !== 0n || expected.has(key));
    expect(new Map(found)).toEqual(expected);
    for (const { debitMinor, creditMinor } of totals) expect(debitMinor).toBe(creditMinor);
  }
  // Each closed day was started from, and none as well.
  expect(bases).toEqual(new Set([undefined, ...closed]));
});

test("now, without an instant; every account of the house has its line", async () => {
  const { lines, totals, asOf } = await getTrialBalance(viewer);
  expect(asOf.getTime()).toBeLessThanOrEqual(world.ctx.clock.now().getTime());
  expect(lines.filter(({ accountCode }) => accountCode !== null)).toHaveLength(7);
  expect(totals).toHaveLength(1);
  expect(totals[0]?.debitMinor).toBeGreaterThan(0n);
});

test("a user does not read it", async () => {
  await expect(getTrialBalance(customer.as)).rejects.toMatchObject({ code: "FORBIDDEN" });
});
