import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { foldCheckpoints } from "../../../src/ledger/fold-checkpoints.ts";
import { extendChains } from "../../../src/integrity/extend-chains.ts";
import { steppedChecks } from "../../../src/integrity/integrity-checks.ts";
import { stepIntegrity } from "../../../src/integrity/step-integrity.ts";
import { verifyIntegrity } from "../../../src/integrity/verify-integrity.ts";
import { resumeOutgoing } from "../../../src/outgoing/resume-outgoing.ts";
import { unfreezeOutgoing } from "../../../src/user/unfreeze-outgoing.ts";
import { operator } from "../../registered-user.ts";
import { chainAll, fullRound, openFindings, tamper } from "../../world/assurance.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 100_000n);
  await chainAll(world);
});

const drift = (cents: number) =>
  tamper(
    world,
    `UPDATE balances SET amount_minor = amount_minor + ${cents} WHERE ledger_account_id = (
       SELECT id FROM ledger_accounts WHERE code = 'user:${customer.userId}:available:ZAR')`,
  );
const subject = () => `balance_drift account:user:${customer.userId}:available:ZAR`;
const frozenFor = async () => {
  const { rows } = await world.superuser.query<{ reason: string | null }>(
    "SELECT outgoing_frozen_reason AS reason FROM users WHERE id = $1",
    [customer.userId],
  );
  return rows[0]?.reason;
};
const breaksOf = async () => {
  const { rows } = await world.superuser.query(
    "SELECT class, severity, opened_by, state, resolution FROM breaks WHERE subject = $1 ORDER BY opened_at",
    [subject().split(" ")[1]],
  );
  return rows;
};

test("F113: found, one break however often it is seen; the user is frozen, nobody else", async () => {
  await drift(5);
  await fullRound(world);
  await fullRound(world);
  expect(await breaksOf()).toEqual([
    {
      class: "balance_drift",
      severity: "critical",
      opened_by: "checker",
      state: "open",
      resolution: null,
    },
  ]);
  expect(await frozenFor()).toBe("integrity");
  await expect(world.withdraw(customer, 10_000n)).rejects.toMatchObject({
    code: "OUTGOING_FROZEN",
  });
  const other = await world.customer();
  await world.fund(other, 50_000n);
  expect((await world.withdraw(other, 10_000n)).status).toBe("queued");
  await drift(-5);
  await fullRound(world);
});

test("agrees again: the break ends as a match, the freeze stays until an operator lifts it", async () => {
  await drift(7);
  await fullRound(world);
  await drift(-7);
  await world.advance(1_000);
  await fullRound(world);
  // The trial balance is of that class too, and only the night's pass looks at it.
  expect((await breaksOf())[0]).toMatchObject({ state: "open" });
  await world.advance(1_000);
  await verifyIntegrity(world.ctx);
  expect(await breaksOf()).toMatchObject([{ state: "resolved", resolution: "match" }]);
  expect(await frozenFor()).toBe("integrity");
  const as = await operator(world.ctx, world.superuser, "administrator");
  await unfreezeOutgoing(as, { userId: customer.userId, reason: "balance rebuilt" });
  expect(await frozenFor()).toBeNull();
  expect((await world.withdraw(customer, 10_000n)).status).toBe("queued");
});

test("lifted while it still differs: the next round puts it on again", async () => {
  await drift(9);
  await fullRound(world);
  const as = await operator(world.ctx, world.superuser, "administrator");
  await unfreezeOutgoing(as, { userId: customer.userId, reason: "by mistake" });
  await fullRound(world);
  expect(await frozenFor()).toBe("integrity");
  await drift(-9);
});

test("the house's money differs: everything is stopped, and stays so until an administrator resumes", async () => {
  await olderAreOver(world);
  await foldCheckpoints(world.ctx, { minimumPostings: 1n });
  const spoil = (cents: number) =>
    tamper(
      world,
      `UPDATE balance_checkpoints SET amount_minor = amount_minor + ${cents} WHERE id = (SELECT max(id) FROM balance_checkpoints)`,
    );
  await world.superuser.query(
    "INSERT INTO balance_checkpoints (ledger_account_id, boundary_xid, amount_minor, postings_count, created_at) SELECT id, '1', 0, 0, now() FROM ledger_accounts WHERE name = 'suspense'",
  );
  await spoil(1);
  await fullRound(world);
  await expect(world.withdraw(customer, 10_000n)).rejects.toMatchObject({
    code: "OUTGOING_FROZEN",
    message: expect.stringContaining("paused") as string,
  });
  await spoil(-1);
  await world.advance(1_000);
  await verifyIntegrity(world.ctx);
  expect(await openFindings(world)).toEqual([]);
  await expect(world.withdraw(customer, 10_000n)).rejects.toMatchObject({
    code: "OUTGOING_FROZEN",
  });
  await resumeOutgoing(await operator(world.ctx, world.superuser, "administrator"), {
    reason: "checkpoint restored",
  });
  expect((await world.withdraw(customer, 10_000n)).status).toBe("queued");
});

describe("in steps", () => {
  test("each step looks at no more rows than it may, and goes on where the last one stopped", async () => {
    const cursorOf = async (name: string) => {
      const { rows } = await world.superuser.query<{ cursor: string[] | null; round: string }>(
        "SELECT cursor, round::text FROM integrity_checks WHERE name = $1",
        [name],
      );
      return rows[0];
    };
    await fullRound(world);
    const { rows } = await world.superuser.query<{ id: string }>(
      "SELECT p.id::text FROM postings p ORDER BY p.id",
    );
    const start = await cursorOf("posting_orphaned");
    expect(start?.cursor).toBeNull();
    const seen: (string | undefined)[] = [];
    for (let step = 0; step * 4 < rows.length; step++) {
      await stepIntegrity(world.ctx, { rows: 4 });
      const { cursor, round } = (await cursorOf("posting_orphaned")) ?? {};
      if (round !== start?.round) break;
      seen.push(cursor?.[0]);
    }
    expect(seen).toEqual(rows.map(({ id }) => id).filter((_, index) => index % 4 === 3));
  });

  test("a difference anywhere is found within a round of small steps", async () => {
    await drift(3);
    expect(await fullRound(world, 3)).toBeGreaterThan(0);
    expect(await openFindings(world)).toEqual([subject()]);
    await drift(-3);
    await world.advance(1_000);
    await verifyIntegrity(world.ctx);
    expect(await openFindings(world)).toEqual([]);
  });

  test("a check that cannot run fails the job, and keeps none of the others from finding", async () => {
    await drift(3);
    await world.superuser.query("ALTER FUNCTION audit_event_hash RENAME TO audit_event_hash_gone");
    try {
      await expect(stepIntegrity(world.ctx, { rows: 1_000 })).rejects.toThrow("cannot run");
      expect(await openFindings(world)).toEqual([subject()]);
    } finally {
      await world.superuser.query(
        "ALTER FUNCTION audit_event_hash_gone RENAME TO audit_event_hash",
      );
      await drift(-3);
    }
    await world.advance(1_000);
    await verifyIntegrity(world.ctx);
  });

  test("several workers at once: nothing is found twice, and rounds get finished", async () => {
    await drift(3);
    await Promise.all([1, 2, 3, 4].map(() => stepIntegrity(world.ctx, { rows: 1_000 })));
    expect((await breaksOf()).length).toBe(1);
    await drift(-3);
    await world.advance(1_000);
    await verifyIntegrity(world.ctx);
  });

  test("dies at any statement: the difference is found by those who come after, once", async () => {
    await drift(3);
    const whole = world.process();
    await asTask(() => stepIntegrity(whole.ctx, { rows: 1_000 }));
    const points = [...whole.process.points.keys()];
    expect(points.length).toBeGreaterThan(100);
    // Around the finding every one, elsewhere a few.
    const finding = whole.process.points.findIndex((point) => point.includes("INSERT INTO breaks"));
    expect(finding).toBeGreaterThan(0);
    for (const index of points.filter(
      (point) => Math.abs(point - finding) < 20 || point % 15 === 0,
    )) {
      const dying = world.process(index);
      await asTask(() => stepIntegrity(dying.ctx, { rows: 1_000 })).catch(() => undefined);
      expect(dying.process.dead).toBe(true);
      await fullRound(world);
      expect(await openFindings(world)).toEqual([subject()]);
    }
    expect(await breaksOf()).toHaveLength(1);
    await drift(-3);
    await world.advance(1_000);
    await verifyIntegrity(world.ctx);
    expect(await openFindings(world)).toEqual([]);
  });
});

test("beside posting, chaining and folding as fast as they go, nothing is found that is not there", async () => {
  const customers = await Promise.all([1, 2, 3, 4].map(() => world.customer()));
  let busy = true;
  const live = async (one: Customer) => {
    for (let round = 0; round < 6; round++) {
      const deposit = await world.deposit(one, 30_000n);
      await world.pay(deposit);
      await world.runJobs({ parallel: true });
      await world.withdraw(one, 1_000n).catch(() => undefined);
      await world.runJobs({ parallel: true });
    }
  };
  let steps = 0;
  const check = async () => {
    while (busy) {
      await stepIntegrity(world.ctx, { rows: 20 });
      steps += 1;
    }
  };
  const maintain = async () => {
    while (busy) {
      await extendChains(world.ctx, { batch: 7 });
      await olderAreOver(world);
      await foldCheckpoints(world.ctx, { minimumPostings: 1n });
      await verifyIntegrity(world.ctx);
    }
  };
  const others = Promise.all([check(), check(), maintain()]);
  await Promise.all(customers.map(live));
  await world.settle();
  busy = false;
  await others;
  expect(steps).toBeGreaterThan(3);
  const { rows } = await world.superuser.query(
    "SELECT class, subject, evidence FROM breaks WHERE opened_by = 'checker' AND state = 'open'",
  );
  expect(rows).toEqual([]);
  await chainAll(world);
  expect(await fullRound(world)).toBe(0);
  expect(steppedChecks).not.toContain("trial_balance");
});
