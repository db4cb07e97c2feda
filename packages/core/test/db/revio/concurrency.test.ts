import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl"), poolSize: 25 });
  await world.superuser.query("UPDATE transaction_limits SET max_count_per_day = 10000");
});
afterAll(() => world.close());

const { balancesOf, depositOf, kindsOf } = lookAt(() => world);

test("100 withdrawals at once on a balance that allows 3: exactly 3, and 97 clear refusals", async () => {
  const customer = await world.customer();
  await world.fund(customer, 35_000n);
  const answers = await Promise.allSettled(
    Array.from({ length: 100 }, () => world.withdraw(customer, 10_000n)),
  );
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  for (const answer of answers) {
    if (answer.status === "rejected") {
      expect(answer.reason).toMatchObject({ code: "INSUFFICIENT_FUNDS" });
    }
  }
  expect(await balancesOf(customer)).toEqual([5_000n, 30_000n, 0n]);
  await world.runJobs({ parallel: true });
  await world.settle();
  expect(await balancesOf(customer)).toEqual([5_000n, 0n, 0n]);
  await expectSound(world);
});

test("F58 two devices ask for the same under two keys: both, if the balance allows both; else one, and a clear refusal", async () => {
  const customer = await world.customer();
  await world.fund(customer, 90_000n);
  const twice = async (amountMinor: bigint) => {
    const answers = await Promise.allSettled(
      [1, 2].map(() => world.withdraw(customer, amountMinor)),
    );
    return answers.map((answer) =>
      answer.status === "fulfilled"
        ? answer.value.status
        : (answer.reason as { code: string }).code,
    );
  };
  expect(await twice(20_000n)).toEqual(["queued", "queued"]);
  expect((await twice(40_000n)).sort()).toEqual(["INSUFFICIENT_FUNDS", "queued"]);
  await world.settle();
  expect(await balancesOf(customer)).toEqual([10_000n, 0n, 0n]);
  await expectSound(world);
});

test("50 identical webhooks at once: stored once, credited once, all acknowledged", async () => {
  const customer = await world.customer();
  const deposit = await world.deposit(customer, 40_000n);
  await world.settle();
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  await world.sandbox.webhookFault({ event: "purchase.paid" }, { kind: "hold" });
  await world.pay(deposit);
  const held = (await world.sandbox.deliveries()).find(({ state }) => state === "held");
  const { results } = (await world.sandbox.post(`deliveries/${held?.id}/replay`, {
    count: 50,
  })) as {
    results: { httpStatus: number }[];
  };
  expect(results.map(({ httpStatus }) => httpStatus)).toEqual(
    Array.from({ length: 50 }, () => 200),
  );
  const { rows } = await world.database.pool.query(
    `SELECT d.verdict, count(*)::int AS count FROM provider_deliveries d JOIN provider_events e ON e.id = d.provider_event_id
     WHERE e.object_id = $1 AND e.event_type = 'purchase.paid' GROUP BY 1 ORDER BY 1`,
    [purchase?.id],
  );
  expect(rows).toEqual([
    { verdict: "accepted", count: 1 },
    { verdict: "duplicate", count: 49 },
  ]);
  await world.sandbox.post("deliveries/release");
  await world.settle();
  expect((await depositOf(customer, deposit)).status).toBe("completed");
  expect(await kindsOf(customer)).toEqual(["deposit completed 40000"]);
  await expectSound(world);
});

test("every job of many payments ten times at once: each effect once", async () => {
  const customer = await world.customer();
  const deposits = [];
  for (let index = 0; index < 4; index++) deposits.push(await world.deposit(customer, 30_000n));
  for (const deposit of deposits) await world.pay(deposit);
  for (let round = 0; round < 6; round++) {
    await world.runJobs({ copies: 10, parallel: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await world.settle();
  expect(await balancesOf(customer)).toEqual([120_000n, 0n, 0n]);
  for (let index = 0; index < 3; index++) await world.withdraw(customer, 20_000n);
  for (let round = 0; round < 6; round++) {
    await world.runJobs({ copies: 10, parallel: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await world.drain(10 * 60_000);
  expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
  await expectSound(world);
});

test("the trial balance is zero and nobody is below zero in every snapshot meanwhile", async () => {
  const customers = await Promise.all(Array.from({ length: 4 }, () => world.customer()));
  for (const customer of customers) await world.fund(customer, 60_000n);
  let isOver = false;
  const seen: string[] = [];
  const reader = (async () => {
    while (!isOver) {
      const { rows } = await world.database.pool.query<{
        sum: string;
        lowest: bigint;
        drift: bigint;
      }>(
        `SELECT (SELECT coalesce(sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END), 0) FROM postings) AS sum,
                (SELECT min(amount_minor) FROM balances) AS lowest,
                (SELECT count(*) FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id
                 WHERE a.name = 'pending' AND b.amount_minor <> (
                   SELECT coalesce(sum(t.amount_minor + t.fee_minor), 0) FROM transactions t
                   WHERE t.user_id = a.user_id AND t.kind = 'withdrawal'
                     AND t.status IN ('awaiting_approval', 'queued', 'processing', 'in_doubt'))) AS drift`,
      );
      seen.push(
        JSON.stringify([rows[0]?.sum, Number(rows[0]?.lowest) >= 0, Number(rows[0]?.drift)]),
      );
    }
  })();
  await Promise.all(
    customers.flatMap((customer) =>
      Array.from({ length: 6 }, () => world.withdraw(customer, 12_000n).catch(() => undefined)),
    ),
  );
  await world.runJobs({ parallel: true });
  await world.settle();
  isOver = true;
  await reader;
  expect(seen.length).toBeGreaterThan(3);
  expect(new Set(seen)).toEqual(new Set(['["0",true,0]']));
  await expectSound(world);
});
