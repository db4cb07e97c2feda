import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { decideWithdrawal } from "../../../src/approval/decide-withdrawal.ts";
import { getOutgoing } from "../../../src/outgoing/get-outgoing.ts";
import { mayLeave } from "../../../src/outgoing/may-leave.ts";
import { resumeOutgoing } from "../../../src/outgoing/resume-outgoing.ts";
import { stopOutgoing } from "../../../src/outgoing/stop-outgoing.ts";
import { submitPayout } from "../../../src/revio/submit-payout.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { freezeOutgoing } from "../../../src/user/freeze-outgoing.ts";
import { freezeUserOutgoing } from "../../../src/user/freeze-user-outgoing.ts";
import { reactivateUser } from "../../../src/user/reactivate-user.ts";
import { suspendUser } from "../../../src/user/suspend-user.ts";
import { unfreezeOutgoing } from "../../../src/user/unfreeze-outgoing.ts";
import { cancelUserWithdrawal } from "../../../src/withdrawal/cancel-user-withdrawal.ts";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { operator } from "../../registered-user.ts";
import { waitingForLock } from "../../waiting-for-lock.ts";
import { createdPayout } from "../../world/created-payout.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let customer: Customer;
let admin: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  admin = await operator(world.ctx, world.superuser, "administrator");
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 5_000_000n);
});
afterEach(async () => {
  await resumeOutgoing(admin, { reason: "test is over" });
  await world.settle();
  await expectSound(world);
});

const { balancesOf, withdrawalOf } = lookAt(() => world);
const stop = () => stopOutgoing(admin, { reason: "something is wrong" });
const resume = () => resumeOutgoing(admin, { reason: "all is well" });
const executionsOf = async (reference: string) =>
  (await world.sandbox.books()).payouts
    .filter((payout) => payout.reference === reference)
    .reduce((sum, { executions }) => sum + executions, 0);
const auditOf = async (action: string) => {
  const { rows } = await world.superuser.query(
    "SELECT actor_id, details FROM audit_events WHERE action = $1 ORDER BY sequence DESC LIMIT 1",
    [action],
  );
  return rows[0];
};

describe("stopped for everybody", () => {
  test("no withdrawal is taken; paying in goes on", async () => {
    await stop();
    await expect(world.withdraw(customer, 10_000n)).rejects.toMatchObject({
      code: "OUTGOING_FROZEN",
      message: expect.stringContaining("paused") as string,
    });
    await world.fund(customer, 10_000n);
    expect(await balancesOf(customer)).toEqual([5_010_000n, 0n, 0n]);
  });

  test("no withdrawal is approved, and it goes on waiting; it may be rejected", async () => {
    const [first, second] = [
      await world.withdraw(customer, 1_500_000n),
      await world.withdraw(customer, 1_500_000n),
    ];
    await stop();
    const decide = (id: string, decision: "approved" | "rejected") =>
      decideWithdrawal(admin, { transactionId: id, decision, reason: "checked" });
    await expect(decide(first.id, "approved")).rejects.toMatchObject({ code: "OUTGOING_FROZEN" });
    expect((await withdrawalOf(customer, first)).status).toBe("awaiting_approval");
    expect((await decide(second.id, "rejected")).status).toBe("rejected");
    await resume();
    expect((await decide(first.id, "approved")).status).toBe("queued");
  });

  test("what is queued stays queued with its reserve, whoever submits it; resumed, it goes out", async () => {
    const withdrawal = await world.withdraw(customer, 10_000n);
    await stop();
    await world.settle();
    await submitPayout(world.ctx, { transactionId: withdrawal.id });
    // The sweeper brings it again and again, for hours.
    await world.drain(3 * 60 * 60_000);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    expect(await balancesOf(customer)).toEqual([4_990_000n, 10_000n, 0n]);
    expect(await executionsOf(withdrawal.reference)).toBe(0);
    await resume();
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await executionsOf(withdrawal.reference)).toBe(1);
  });

  test("the user may still cancel what waits", async () => {
    const withdrawal = await world.withdraw(customer, 10_000n);
    await stop();
    await world.settle();
    await cancelWithdrawal(customer.as, {
      userId: customer.userId,
      transactionId: withdrawal.id,
    });
    expect(await balancesOf(customer)).toEqual([5_000_000n, 0n, 0n]);
  });

  test("stopped between creating and executing a payout: it is not executed, and is later, once", async () => {
    const withdrawal = await createdPayout(world, customer, 20_000n);
    await stop();
    await world.settle();
    await submitPayout(world.ctx, { transactionId: withdrawal.id });
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    expect(await executionsOf(withdrawal.reference)).toBe(0);
    await resume();
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await executionsOf(withdrawal.reference)).toBe(1);
    expect(await world.sandbox.payouts(withdrawal.reference)).toHaveLength(1);
  });
});

test("while everything is stopped, somebody executes a payout at Revio's dashboard: seen and booked at once", async () => {
  const withdrawal = await createdPayout(world, customer, 20_000n);
  await stop();
  await world.settle();
  // Our own right to execute nobody takes, by whatever code.
  await expect(
    world.database.pool.query(
      "UPDATE revio_payouts SET state = 'execute_sent', execute_sent_at = now() WHERE transaction_id = $1",
      [withdrawal.id],
    ),
  ).rejects.toMatchObject({ code: "23514" });
  const [payout] = await world.sandbox.payouts(withdrawal.reference);
  await world.revioPost(`../../po/${payout?.id}/sandbox_bank/`, {});
  await world.settle();
  expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  await resume();
  await world.settle();
  expect(await executionsOf(withdrawal.reference)).toBe(1);
});

describe("stopped for one user", () => {
  const reason = "a test";
  const settled = async () => {
    await world.settle();
    // The sweeper brings it again and again.
    for (let hours = 0; hours < 3; hours += 1) {
      await world.advance(60 * 60_000);
      await sweepTransactions(world.ctx);
      await world.settle();
    }
  };

  const brakes: {
    brake: string;
    put: () => Promise<unknown>;
    lift: () => Promise<unknown>;
  }[] = [
    ...["integrity", "chargeback", "refund_shortfall"].map((why) => ({
      brake: `frozen by the system: ${why}`,
      put: () =>
        withTransaction(world.ctx.pool, (tx) =>
          freezeOutgoing(world.ctx, tx, { userId: customer.userId, reason: why }),
        ),
      lift: () => unfreezeOutgoing(admin, { userId: customer.userId, reason }),
    })),
    {
      brake: "frozen by an operator",
      put: () => freezeUserOutgoing(admin, { userId: customer.userId, reason }),
      lift: () => unfreezeOutgoing(admin, { userId: customer.userId, reason }),
    },
    {
      brake: "suspended",
      put: () => suspendUser(admin, { userId: customer.userId, reason }),
      lift: () => reactivateUser(admin, { userId: customer.userId, reason }),
    },
  ];

  describe.each(brakes)("$brake", ({ put, lift }) => {
    test("what is queued waits with its reserve, delayed, nothing of it is sent; lifted, it goes out by itself, once", async () => {
      const withdrawal = await world.withdraw(customer, 10_000n);
      await put();
      await settled();
      expect(await withdrawalOf(customer, withdrawal)).toMatchObject({
        status: "queued",
        isDelayed: true,
      });
      expect(await balancesOf(customer)).toEqual([4_990_000n, 10_000n, 0n]);
      expect(await world.sandbox.payouts(withdrawal.reference)).toEqual([]);
      await lift();
      await world.settle();
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
      expect(await executionsOf(withdrawal.reference)).toBe(1);
    });

    test("a payout that was created is not executed; lifted, that one is", async () => {
      const withdrawal = await createdPayout(world, customer, 20_000n);
      await put();
      await settled();
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
      expect(await executionsOf(withdrawal.reference)).toBe(0);
      await lift();
      await world.settle();
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
      expect(await world.sandbox.payouts(withdrawal.reference)).toHaveLength(1);
      expect(await executionsOf(withdrawal.reference)).toBe(1);
    });

    test("what was sent before is not touched", async () => {
      await world.sandbox.payoutScenario("pending");
      const withdrawal = await world.withdraw(customer, 10_000n);
      await world.settle();
      await put();
      await settled();
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("processing");
      const [payout] = await world.sandbox.payouts(withdrawal.reference);
      await world.sandbox.post(`payouts/${payout?.id}/settle`);
      await world.settle();
      expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    });

    test("what needs approval cannot be approved meanwhile, and waits; it may be rejected", async () => {
      const [first, second] = [
        await world.withdraw(customer, 1_500_000n),
        await world.withdraw(customer, 1_500_000n),
      ];
      await put();
      const decide = (id: string, decision: "approved" | "rejected") =>
        decideWithdrawal(admin, { transactionId: id, decision, reason });
      await expect(decide(first.id, "approved")).rejects.toMatchObject({ code: "OUTGOING_FROZEN" });
      expect((await withdrawalOf(customer, first)).status).toBe("awaiting_approval");
      expect((await decide(second.id, "rejected")).status).toBe("rejected");
      await lift();
      expect((await decide(first.id, "approved")).status).toBe("queued");
      await world.settle();
    });
  });

  const freeze = () => freezeUserOutgoing(admin, { userId: customer.userId, reason });
  const unfreeze = () => unfreezeOutgoing(admin, { userId: customer.userId, reason });

  test("the user may take back what waits, and so may an operator; neither goes out when it is lifted", async () => {
    const own = await world.withdraw(customer, 10_000n);
    const other = await createdPayout(world, customer, 20_000n);
    await freeze();
    await world.settle();
    const { userId } = customer;
    await cancelWithdrawal(customer.as, { userId, transactionId: own.id });
    const asOperator = { transactionId: other.id, reason: "fraud" };
    expect(await cancelUserWithdrawal(admin, asOperator)).toMatchObject({
      status: "cancelled",
      failureCode: "cancelled_by_operator",
    });
    expect((await cancelUserWithdrawal(admin, asOperator)).status).toBe("cancelled");
    expect(await auditOf("withdrawal.cancelled_by_operator")).toEqual({
      actor_id: admin.actor.id,
      details: { reason: "fraud" },
    });
    await unfreeze();
    await settled();
    expect(await balancesOf(customer)).toEqual([4_990_000n, 0n, 0n]);
    expect(await executionsOf(own.reference)).toBe(0);
    expect(await executionsOf(other.reference)).toBe(0);
  });

  test("an operator cannot take back what is on its way, what is not there, or without the right", async () => {
    const withdrawal = await world.withdraw(customer, 10_000n);
    const input = { transactionId: withdrawal.id, reason };
    for (const role of ["viewer", "support", "reconciliation_maker"]) {
      const ctx = await operator(world.ctx, world.superuser, role);
      await expect(cancelUserWithdrawal(ctx, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    await expect(cancelUserWithdrawal(customer.as, input)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await world.settle();
    await expect(cancelUserWithdrawal(admin, input)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await expect(
      cancelUserWithdrawal(admin, { ...input, transactionId: customer.userId }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("frozen while many are sent: what was not taken before the freeze waits", async () => {
    const withdrawals = await Promise.all(
      Array.from({ length: 12 }, () => world.withdraw(customer, 10_000n)),
    );
    const running = world.runJobs({ parallel: true, only: "withdrawal.submit" });
    await freeze();
    const { rows } = await world.superuser.query<{ id: string }>(
      "SELECT transaction_id AS id FROM revio_payouts WHERE execute_sent_at IS NOT NULL",
    );
    const taken = new Set(rows.map(({ id }) => id));
    await running;
    await settled();
    for (const { id, reference } of withdrawals) {
      expect(await executionsOf(reference)).toBe(taken.has(id) ? 1 : 0);
    }
    await unfreeze();
    await world.settle();
    for (const { reference } of withdrawals) expect(await executionsOf(reference)).toBe(1);
  });

  test("lifted while everything is stopped: it waits for that, too", async () => {
    const withdrawal = await world.withdraw(customer, 10_000n);
    await freeze();
    await stop();
    await unfreeze();
    await settled();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    await resume();
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  });
});

describe("at the same moment", () => {
  test("the stop waits for who has read that they may go on; who comes after it reads that they may not", async () => {
    let letGo = () => {};
    const holds = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let read = () => {};
    const hasRead = new Promise<void>((resolve) => {
      read = resolve;
    });
    const order: string[] = [];
    const first = withTransaction(world.database.pool, async (tx) => {
      expect(await mayLeave(tx)).toBe(true);
      read();
      await holds;
      order.push("first commits");
    });
    await hasRead;
    const stopping = stop().then(() => order.push("stopped"));
    await waitingForLock(world.database.pool);
    const later = withTransaction(world.database.pool, async (tx) => {
      order.push(`later reads ${await mayLeave(tx)}`);
    });
    letGo();
    await Promise.all([first, stopping, later]);
    expect(order[0]).toBe("first commits");
    expect(order).toContain("later reads false");
  });

  test("the stop commits first: nothing that was not taken before is executed afterwards", async () => {
    const withdrawals = await Promise.all(
      Array.from({ length: 12 }, () => world.withdraw(customer, 10_000n)),
    );
    const running = world.runJobs({ parallel: true, only: "withdrawal.submit" });
    await stop();
    const { rows } = await world.superuser.query<{ id: string }>(
      "SELECT transaction_id AS id FROM revio_payouts WHERE execute_sent_at IS NOT NULL",
    );
    const taken = new Set(rows.map(({ id }) => id));
    await running;
    await world.settle();
    for (const { id, reference } of withdrawals) {
      expect(await executionsOf(reference)).toBe(taken.has(id) ? 1 : 0);
    }
    await resume();
    await world.settle();
    for (const { reference } of withdrawals) expect(await executionsOf(reference)).toBe(1);
  });

  test("resuming while a job looks: the withdrawal is not forgotten", async () => {
    const withdrawal = await world.withdraw(customer, 10_000n);
    await stop();
    await Promise.all([world.runJobs({ parallel: true }), resume()]);
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  });
});

describe("who may", () => {
  const as = (role: string) => operator(world.ctx, world.superuser, role);

  test.each([
    ["viewer", [false, false, false, false]],
    ["support", [false, false, false, false]],
    ["operator", [true, false, true, false]],
    ["reconciliation_maker", [false, false, false, false]],
    ["reconciliation_checker", [true, false, true, true]],
    ["administrator", [true, true, true, true]],
  ] as const)("%s: stop, resume, freeze, unfreeze", async (role, expected) => {
    const ctx = await as(role);
    const { userId } = customer;
    const outcomes: boolean[] = [];
    for (const attempt of [
      () => stopOutgoing(ctx, { reason: "why" }),
      () => resumeOutgoing(ctx, { reason: "why" }),
      () => freezeUserOutgoing(ctx, { userId, reason: "why" }),
      () => unfreezeOutgoing(ctx, { userId, reason: "why" }),
    ]) {
      const refusal: unknown = await attempt().then(
        () => undefined,
        (error: unknown) => error,
      );
      outcomes.push(refusal === undefined);
      if (refusal !== undefined) expect(refusal).toMatchObject({ code: "FORBIDDEN" });
    }
    expect(outcomes).toEqual(expected);
    expect(await getOutgoing(ctx)).toHaveProperty("stoppedAt");
  });

  test("nobody who is not an operator, or was suspended", async () => {
    const suspended = await as("administrator");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      suspended.actor.id,
    ]);
    for (const ctx of [customer.as, world.ctx, suspended]) {
      await expect(stopOutgoing(ctx, { reason: "why" })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      await expect(getOutgoing(ctx)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

test("each is audited with its reason, once; the first reason stays", async () => {
  await stop();
  await stopOutgoing(admin, { reason: "again" });
  expect(await getOutgoing(admin)).toMatchObject({ reason: "something is wrong" });
  expect(await auditOf("outgoing.stopped")).toEqual({
    actor_id: admin.actor.id,
    details: { reason: "something is wrong" },
  });
  await resume();
  await resume();
  expect(await getOutgoing(admin)).toEqual({ stoppedAt: null, reason: null });
  expect(await auditOf("outgoing.resumed")).toEqual({
    actor_id: admin.actor.id,
    details: { reason: "all is well", stoppedFor: "something is wrong", waiting: 0 },
  });
  const { userId } = customer;
  await freezeUserOutgoing(admin, { userId, reason: "police" });
  await freezeUserOutgoing(admin, { userId, reason: "again" });
  await expect(world.withdraw(customer, 1_000n)).rejects.toMatchObject({ code: "OUTGOING_FROZEN" });
  await unfreezeOutgoing(admin, { userId, reason: "cleared" });
  await unfreezeOutgoing(admin, { userId, reason: "again" });
  expect(await auditOf("user.outgoing_unfrozen")).toEqual({
    actor_id: admin.actor.id,
    details: { reason: "cleared", frozenFor: "police", waiting: 0 },
  });
  expect((await world.withdraw(customer, 10_000n)).status).toBe("queued");
});

test("an unknown user", async () => {
  const userId = "00000000-0000-4000-8000-000000000000";
  for (const verb of [freezeUserOutgoing, unfreezeOutgoing]) {
    await expect(verb(admin, { userId, reason: "why" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  }
});
