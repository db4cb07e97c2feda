import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { PayoutOutcome } from "../../../src/approval/payout-resolution.ts";
import { requestPayoutResolution } from "../../../src/approval/request-payout-resolution.ts";
import { decidePayoutResolution } from "../../../src/revio/decide-payout-resolution.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { operator } from "../../registered-user.ts";
import { type DoubtfulWithdrawal, doubtfulWithdrawal } from "../../world/doubtful-withdrawal.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { postingsOf, stepsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 500_000n);
});

const { balancesOf, breaksOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;
const hour = 60 * minute;
/** What Revio has paid against our books, by decisions that were wrong. */
let contradictedMinor = 0n;
const sound = () => expectSound(world, { parkedMinor: contradictedMinor });

const inDoubt = (amountMinor = 40_000n) => doubtfulWithdrawal(world, customer, amountMinor);
const as = (role: string) => operator(world.ctx, world.superuser, role);
const request = (
  ctx: WorldContext,
  { withdrawal }: DoubtfulWithdrawal,
  outcome: PayoutOutcome = "not_executed",
  idempotencyKey: string = randomUUID(),
) =>
  requestPayoutResolution(ctx, {
    transactionId: withdrawal.id,
    outcome,
    reason: "the bank says",
    idempotencyKey,
  });
const decide = (
  ctx: WorldContext,
  approvalId: string,
  decision: "approved" | "rejected" = "approved",
) =>
  // Each is a request of its own: the tripwire must not take one's database transaction for another's.
  asTask(() =>
    decidePayoutResolution(ctx, { approvalId, decision, reason: "checked by telephone" }),
  );
const approvalOf = async (id: string) => {
  const { rows } = await world.database.pool.query<{ state: string; decided_by: string | null }>(
    "SELECT state, decided_by FROM approvals WHERE id = $1",
    [id],
  );
  return rows[0];
};
const doubtBreaks = ({ withdrawal }: DoubtfulWithdrawal) =>
  breaksOf(`transaction:${withdrawal.id}`);
const auditOf = async (subjectId: string) => {
  const { rows } = await world.database.pool.query<{ line: string }>(
    "SELECT actor_kind || ' ' || action AS line FROM audit_events WHERE subject_id = $1 ORDER BY sequence",
    [subjectId],
  );
  return rows.map(({ line }) => line);
};
const open = ["payout_in_doubt warning open payout_in_doubt"];

describe("F03, F04: in doubt for too long", () => {
  test("a break after half an hour, urgent after a day, one in all; the reserve stays, nothing is executed", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_before" });
    await world.settle();
    const subject = `transaction:${withdrawal.id}`;
    await world.advance(29 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual([]);
    await world.advance(2 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(open);
    await world.advance(22 * hour);
    await world.settle();
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(open);
    await world.advance(2 * hour);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(subject)).toEqual(["payout_in_doubt critical open payout_in_doubt"]);
    await world.advance(hour);
    await sweepTransactions(world.ctx);
    await world.settle();
    expect(await breaksOf(subject)).toEqual(["payout_in_doubt critical open payout_in_doubt"]);
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    await sound();
  });

  test("opened also while Revio cannot be asked", async () => {
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.fault("payouts.execute", { kind: "reset_before" });
    await world.settle();
    await world.sandbox.fault("payouts.get", { kind: "reset_before" }, 1_000);
    await world.drain(31 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual(open);
    await world.sandbox.clearFaults();
  });

  test.each([
    ["success", "completed", [460_000n, 0n, 0n]],
    ["error", "failed", [500_000n, 0n, 0n]],
  ])("evidence arrives after all (%s): resolved by it", async (scenario, status, balances) => {
    await world.sandbox.payoutScenario("pending");
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.sandbox.webhookFault({ reference: withdrawal.reference }, { kind: "drop" }, null);
    await world.sandbox.fault("payouts.execute", { kind: "reset_after" });
    await world.settle();
    await world.sandbox.fault("payouts.get", { kind: "reset_before" }, 1_000);
    await world.advance(31 * minute);
    await sweepTransactions(world.ctx);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual(open);
    await world.sandbox.clearFaults();
    const [payout] = await world.sandbox.payouts(withdrawal.reference);
    await world.sandbox.post(`payouts/${payout?.id}/settle`, { outcome: scenario });
    await world.drain(40 * minute);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe(status);
    expect(await balancesOf(customer)).toEqual(balances);
    expect(await breaksOf(`transaction:${withdrawal.id}`)).toEqual([
      "payout_in_doubt warning resolved provider_evidence payout_in_doubt",
    ]);
    await sound();
  });
});

describe("two operators", () => {
  test("not executed: the attempt is dead, the reserve goes back, all of it on record", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    const checker = await as("reconciliation_checker");
    expect(await decide(checker, approvalId)).toMatchObject({
      status: "failed",
      failureCode: "payout_not_executed",
    });
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    expect(await approvalOf(approvalId)).toEqual({
      state: "approved",
      decided_by: checker.actor.id,
    });
    expect(await doubtBreaks(doubt)).toEqual([
      "payout_in_doubt warning resolved decision payout_in_doubt",
    ]);
    expect(await auditOf(approvalId)).toEqual([
      "operator payout_resolution.requested",
      "operator payout_resolution.approved",
    ]);
    await world.drain(3 * hour);
    const { payouts } = await world.sandbox.books();
    expect(payouts.find(({ payoutId }) => payoutId === doubt.payoutId)?.executions).toBe(0);
    await sound();
  });

  test("not executed, and Revio shows a success in the end: a break, urgent; nothing is turned round", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    await decide(await as("reconciliation_checker"), approvalId);
    await world.revioPost(`../../po/${doubt.payoutId}/sandbox_bank/`, {});
    await world.settle();
    contradictedMinor -= 40_000n;
    expect((await withdrawalOf(customer, doubt.withdrawal)).status).toBe("failed");
    expect(await balancesOf(customer)).toEqual([500_000n, 0n, 0n]);
    expect(await breaksOf(`payout:${doubt.payoutId}`)).toEqual([
      "status_mismatch critical open success_after_end",
    ]);
    await sound();
  });

  test("executed: settled as completed; what Revio says later is no news", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("reconciliation_maker"), doubt, "executed");
    const checker = await as("administrator");
    expect((await decide(checker, approvalId)).status).toBe("completed");
    expect(await balancesOf(customer)).toEqual([460_000n, 0n, 0n]);
    expect((await postingsOf(world, doubt.withdrawal.id)).slice(2)).toEqual([
      `withdrawal.completed debit user:${customer.userId}:pending:ZAR 40000`,
      "withdrawal.completed credit house:revio_float:ZAR 40000",
    ]);
    expect((await stepsOf(world, doubt.withdrawal.id)).at(-1)).toBe(
      "withdrawal.completed → completed",
    );
    // What the operators knew from the bank, Revio shows in the end.
    await world.revioPost(`../../po/${doubt.payoutId}/sandbox_bank/`, {});
    await world.settle();
    expect(await breaksOf(`payout:${doubt.payoutId}`)).toEqual([]);
    await sound();
  });

  test("rejected: nothing changes, and it may be proposed again", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    const checker = await as("reconciliation_checker");
    expect((await decide(checker, approvalId, "rejected")).status).toBe("in_doubt");
    expect((await approvalOf(approvalId))?.state).toBe("rejected");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    expect(await doubtBreaks(doubt)).toEqual(open);
    await request(await as("operator"), doubt, "executed");
  });

  test("ten decisions at once, for and against: one counts", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    const checkers: WorldContext[] = [];
    while (checkers.length < 10) checkers.push(await as("administrator"));
    const answers = await Promise.allSettled(
      checkers.map((checker, index) =>
        decide(checker, approvalId, index % 2 === 0 ? "approved" : "rejected"),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") {
        expect(answer.reason).toMatchObject({ code: "WRONG_STATE" });
      }
    }
    await sound();
  });
});

describe("Revio's word goes before people's", () => {
  test.each([
    ["pending", "processing", [460_000n, 40_000n, 0n]],
    ["success", "completed", [460_000n, 0n, 0n]],
    ["error", "failed", [500_000n, 0n, 0n]],
  ] as const)(
    "it shows %s by the time of the decision: refused, and that is booked",
    async (scenario, status, balances) => {
      const doubt = await inDoubt();
      const outcome = scenario === "error" ? "executed" : "not_executed";
      const { approvalId } = await request(await as("operator"), doubt, outcome);
      const { reference } = doubt.withdrawal;
      await world.sandbox.webhookFault({ reference }, { kind: "drop" }, null);
      await world.sandbox.payoutScenario(`sync_${scenario}`.replace("sync_pending", "pending"), {
        reference,
      });
      await world.revioPost(`../../po/${doubt.payoutId}/sandbox_bank/`, {});
      await expect(decide(await as("reconciliation_checker"), approvalId)).rejects.toMatchObject({
        code: "WRONG_STATE",
      });
      expect((await withdrawalOf(customer, doubt.withdrawal)).status).toBe(status);
      expect(await balancesOf(customer)).toEqual(balances);
      expect((await approvalOf(approvalId))?.state).toBe("withdrawn");
      expect(await doubtBreaks(doubt)).toEqual([
        "payout_in_doubt warning resolved provider_evidence payout_in_doubt",
      ]);
      if (scenario === "pending") {
        await world.sandbox.post(`payouts/${doubt.payoutId}/settle`);
        await world.drain(2 * hour);
      }
      await sound();
    },
  );

  test("it says something that nobody knows: refused, nothing changes", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    await world.sandbox.post("faults", {
      match: { operation: "payouts.get", objectId: doubt.payoutId },
      kind: "unknown_status",
    });
    await expect(decide(await as("reconciliation_checker"), approvalId)).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
    expect((await approvalOf(approvalId))?.state).toBe("requested");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
  });

  test("it does not answer: refused for now, nothing changes; then decided", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    const checker = await as("reconciliation_checker");
    await world.sandbox.post("faults", {
      match: { operation: "payouts.get", objectId: doubt.payoutId },
      kind: "reset_before",
      times: 2,
    });
    await expect(decide(checker, approvalId)).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
    });
    expect((await approvalOf(approvalId))?.state).toBe("requested");
    expect((await decide(checker, approvalId)).status).toBe("failed");
    await sound();
  });
});

describe("F74: not by everybody", () => {
  test.each(["viewer", "support"])("%s may not ask", async (role) => {
    await expect(request(await as(role), await inDoubt())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test.each(["viewer", "support", "operator", "reconciliation_maker"])(
    "%s may not decide",
    async (role) => {
      const { approvalId } = await request(await as("operator"), await inDoubt());
      await expect(decide(await as(role), approvalId)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      expect((await approvalOf(approvalId))?.state).toBe("requested");
    },
  );

  test("nobody decides on their own request, not even to reject it", async () => {
    const checker = await as("administrator");
    const { approvalId } = await request(checker, await inDoubt());
    for (const decision of ["approved", "rejected"] as const) {
      await expect(decide(checker, approvalId, decision)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });

  test("a role that was taken away, or an operator suspended, between asking and deciding", async () => {
    const { approvalId } = await request(await as("operator"), await inDoubt());
    const checker = await as("reconciliation_checker");
    await world.superuser.query("UPDATE operators SET role = 'support' WHERE id = $1", [
      checker.actor.id,
    ]);
    await expect(decide(checker, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const suspended = await as("administrator");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      suspended.actor.id,
    ]);
    await expect(decide(suspended, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("an amount above the checker's tier: refused by the database, for an administrator it goes through", async () => {
    await world.superuser.query(
      "UPDATE approval_rights SET max_amount_minor = 30000 WHERE kind = 'payout_resolution' AND role = 'reconciliation_checker'",
    );
    const { approvalId } = await request(await as("operator"), await inDoubt());
    await expect(decide(await as("reconciliation_checker"), approvalId)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect((await decide(await as("administrator"), approvalId)).status).toBe("failed");
    await world.superuser.query(
      "UPDATE approval_rights SET max_amount_minor = 2500000 WHERE kind = 'payout_resolution' AND role = 'reconciliation_checker'",
    );
  });

  test("what is not there", async () => {
    const checker = await as("administrator");
    await expect(decide(checker, randomUUID())).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(
      requestPayoutResolution(checker, {
        transactionId: randomUUID(),
        outcome: "executed",
        reason: "nothing",
        idempotencyKey: randomUUID(),
      }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("not at any time", () => {
  test("before the doubt is in the queue, or when it is over: refused", async () => {
    const maker = await as("operator");
    const withdrawal = await world.withdraw(customer, 40_000n);
    const doubt = { withdrawal, payoutId: "" };
    await expect(request(maker, doubt)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await world.sandbox.fault("payouts.execute", { kind: "reset_before" });
    await world.settle();
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("in_doubt");
    await expect(request(maker, doubt)).rejects.toMatchObject({ code: "WRONG_STATE" });
  });

  test("the same request again, also at the same moment: one proposal, the same answer; another with its key: refused", async () => {
    const doubt = await inDoubt();
    const maker = await as("operator");
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => request(maker, doubt, "not_executed", key)),
    );
    await decide(await as("reconciliation_checker"), String(answers[0]?.approvalId), "rejected");
    for (const answer of [...answers, await request(maker, doubt, "not_executed", key)]) {
      expect(answer).toEqual(answers[0]);
    }
    await expect(request(maker, doubt, "executed", key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    const { rows } = await world.database.pool.query(
      "SELECT state FROM approvals WHERE transaction_id = $1",
      [doubt.withdrawal.id],
    );
    expect(rows).toEqual([{ state: "rejected" }]);
  });

  test("a second proposal beside an open one: refused, also at the same moment", async () => {
    const doubt = await inDoubt();
    const makers = [await as("operator"), await as("operator"), await as("reconciliation_maker")];
    const answers = await Promise.allSettled(makers.map((maker) => request(maker, doubt)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(request(await as("operator"), doubt, "executed")).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
  });

  test("after 24 hours: refused at the decision, ended by the sweeper, and may be proposed again", async () => {
    const doubt = await inDoubt();
    const { approvalId } = await request(await as("operator"), doubt);
    await world.advance(24 * hour);
    await expect(decide(await as("reconciliation_checker"), approvalId)).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
    await sweepTransactions(world.ctx);
    expect((await approvalOf(approvalId))?.state).toBe("expired");
    expect(await auditOf(approvalId)).toContain("system approval.expired");
    expect(await balancesOf(customer)).toEqual([460_000n, 40_000n, 0n]);
    const again = await request(await as("operator"), doubt);
    expect((await decide(await as("reconciliation_checker"), again.approvalId)).status).toBe(
      "failed",
    );
    await sound();
  });
});
