import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { businessDayOf, dayAfter, startOf } from "../../../src/day-close/business-day.ts";
import { verifyDayClose } from "../../../src/day-close/verify-day-close.ts";
import { authenticate } from "../../../src/session/authenticate.ts";
import { refreshSession } from "../../../src/session/refresh-session.ts";
import { signIn } from "../../../src/session/sign-in.ts";
import { anyAddress, registeredUser } from "../../registered-user.ts";
import { chainAll, closeAll } from "../../world/assurance.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

/*
 * Hosts whose clocks are an hour off, beside those that are right. None of them starts like that (`isClockFit`), but a clock can
 * step while a process runs.
 */
let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
});

const { balancesOf, kindsOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;
const hour = 60 * minute;

/** A process on a host whose clock is off by so much. */
function hostOff(ms: number): WorldContext {
  const clock = { now: () => new Date(world.ctx.clock.now().getTime() + ms) };
  return { ...world.ctx, clock };
}
const at = (ctx: WorldContext, { as, ...who }: Customer): Customer => ({
  ...who,
  as: { ...ctx, actor: as.actor },
});
const today = () => businessDayOf(world.ctx.clock.now());
/** Moves to so long before (negative) or after the next midnight in Johannesburg. */
async function toMidnight(plusMs: number): Promise<void> {
  const midnight = startOf(dayAfter(today())).getTime();
  await world.advance(midnight + plusMs - world.ctx.clock.now().getTime());
}

describe("F96 one host's clock is an hour off", () => {
  test("three workers with three times have the same jobs: every withdrawal is executed once, every deposit credited once", async () => {
    const hosts = [hostOff(0), hostOff(hour), hostOff(-hour)];
    await world.fund(customer, 500_000n);
    const withdrawals = [];
    for (const host of hosts) withdrawals.push(await world.withdraw(at(host, customer), 30_000n));
    const deposits = [];
    for (const host of hosts) deposits.push(await world.deposit(at(host, customer), 20_000n));
    for (const deposit of deposits) await world.pay(deposit);
    // What is slow or gets lost is judged by times that another host wrote.
    await world.sandbox.fault("payouts.create", { kind: "slow", delayMs: 300 });
    await world.sandbox.fault("payouts.create", { kind: "reset_after" });
    for (let round = 0; round < 4; round++) {
      await Promise.all(hosts.map((as) => world.runJobs({ as, parallel: true })));
    }
    await world.drain(2 * hour);
    const { payouts } = await world.sandbox.books();
    for (const withdrawal of withdrawals) {
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
      const executions = payouts
        .filter(({ reference }) => reference === withdrawal.reference)
        .reduce((sum, payout) => sum + payout.executions, 0);
      expect(executions).toBe(1);
    }
    expect(await balancesOf(customer)).toEqual([500_000n - 90_000n + 60_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("a host ahead closes the day before it is over: what is posted after that is in the next certificate, once, and both verify", async () => {
    await toMidnight(-90 * minute);
    await world.fund(customer, 40_000n);
    await chainAll(world);
    await toMidnight(-30 * minute);
    const early = today();
    expect(await closeAll(world, hostOff(hour))).toContain(early);
    await world.fund(customer, 50_000n);
    // Behind, at right, ahead: nobody closes a day a second time.
    for (const off of [-hour, 0, hour]) expect(await closeAll(world, hostOff(off))).toEqual([]);
    await toMidnight(30 * minute);
    await world.fund(customer, 60_000n);
    await toMidnight(30 * minute);
    const next = dayAfter(early);
    expect(await closeAll(world, hostOff(0))).toContain(next);
    expect(await verifyDayClose(world.ctx, early)).toEqual([]);
    expect(await verifyDayClose(world.ctx, next)).toEqual([]);
    const { rows } = await world.superuser.query<{ certified: string; posted: string }>(
      `SELECT (SELECT sum((e ->> 'entries')::int) FROM day_closes, jsonb_array_elements(certificate -> 'entries') e) AS certified,
              (SELECT count(*) FROM journal_entries) AS posted`,
    );
    expect(rows[0]?.certified).toBe(rows[0]?.posted);
    await expectSound(world);
  });

  test("the ledger's order is that of its sequence, whatever time an entry bears", async () => {
    await world.fund(customer, 100_000n);
    for (const off of [hour, -hour, 0]) await world.withdraw(at(hostOff(off), customer), 10_000n);
    const { rows } = await world.superuser.query<{ before: string; after: string }>(
      `SELECT p.balance_before_minor AS before, p.balance_after_minor AS after FROM postings p
       JOIN journal_entries e ON e.id = p.journal_entry_id JOIN ledger_accounts a ON a.id = p.ledger_account_id
       WHERE a.code = $1 ORDER BY e.sequence`,
      [`user:${customer.userId}:available:ZAR`],
    );
    expect(rows.map(({ after }) => after)).toEqual(["100000", "90000", "80000", "70000"]);
    expect(rows.slice(1).map(({ before }) => before)).toEqual(
      rows.slice(0, -1).map(({ after }) => after),
    );
    await world.drain(hour);
    await expectSound(world);
  });

  test("an idempotency key is answered the same by every host, now and in a year", async () => {
    await world.fund(customer, 100_000n);
    const key = crypto.randomUUID();
    const first = await world.withdraw(at(hostOff(hour), customer), 10_000n, key);
    for (const off of [0, -hour, hour]) {
      expect(await world.withdraw(at(hostOff(off), customer), 10_000n, key)).toEqual(first);
    }
    await world.drain(hour);
    await world.advance(365 * 24 * hour);
    expect(await world.withdraw(at(hostOff(-hour), customer), 10_000n, key)).toEqual(first);
  });

  test("sessions: no host takes a token of another that is an hour off, and none lives longer than its session", async () => {
    const { email, password } = await registeredUser(world.ctx);
    const person = { email, password, ipAddress: anyAddress() };
    for (const [signer, reader] of [
      [hostOff(hour), hostOff(0)],
      [hostOff(-hour), hostOff(0)],
      [hostOff(0), hostOff(hour)],
      [hostOff(0), hostOff(-hour)],
    ] as const) {
      const { accessToken } = await signIn(signer, person);
      await expect(authenticate(reader, accessToken)).rejects.toMatchObject({
        code: "UNAUTHENTICATED",
      });
    }
    const { refreshToken } = await signIn(hostOff(0), person);
    const refresh = { refreshToken, ipAddress: anyAddress() };
    // For the host that is ahead the session has idled too long.
    await expect(refreshSession(hostOff(hour), refresh)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await world.advance(12 * hour);
    for (const off of [0, hour]) {
      await expect(refreshSession(hostOff(off), refresh)).rejects.toMatchObject({
        code: "UNAUTHENTICATED",
      });
    }
  });

  // The last one: it changes everybody's limits.
  test("around midnight: no more passes in two days than the limits of two days", async () => {
    await world.superuser.query(
      "UPDATE transaction_limits SET max_amount_minor = 100000, max_per_day_minor = 100000 WHERE kind = 'deposit'",
    );
    await toMidnight(-30 * minute);
    const tries = async () => {
      for (const off of [0, hour, -hour]) {
        await world
          .deposit(at(hostOff(off), customer), 100_000n)
          .catch((error: unknown) => expect(error).toMatchObject({ code: "LIMIT_EXCEEDED" }));
      }
    };
    await tries();
    await toMidnight(30 * minute);
    await tries();
    await world.advance(2 * hour);
    await tries();
    expect(await kindsOf(customer)).toHaveLength(2);
  });
});
