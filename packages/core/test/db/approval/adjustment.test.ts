import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  type AdjustmentRequest,
  requestAdjustment,
} from "../../../src/approval/request-adjustment.ts";
import { decideAdjustment } from "../../../src/approval/decide-adjustment.ts";
import { userAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../../../src/ledger/get-balance.ts";
import { verifyLedger } from "../../../src/ledger/verify-ledger.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { resolveBreaks } from "../../../src/reconciliation/resolve-breaks.ts";
import { operator } from "../../registered-user.ts";
import { postingsOf } from "../../world/journal.ts";
import { lookAt } from "../../world/look.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let customer: Customer;
let maker: WorldContext;
let checker: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  maker = await operatorAs("reconciliation_maker");
  checker = await operatorAs("reconciliation_checker");
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 100_000n);
});

const { balancesOf, kindsOf } = lookAt(() => world);
const operatorAs = (role: string) => operator(world.ctx, world.superuser, role);
const setRole = (as: WorldContext, patch: string) =>
  world.superuser.query(`UPDATE operators SET ${patch} WHERE id = $1`, [as.actor.id]);
const available = () => userAccount(customer.userId, "available", "ZAR");
const houses = (patch: Partial<AdjustmentRequest> = {}): AdjustmentRequest => ({
  debitAccount: "house:adjustments:ZAR",
  creditAccount: "house:revio_float:ZAR",
  amountMinor: 5_000n,
  reason: "Revio confirmed it by letter.",
  idempotencyKey: randomUUID(),
  ...patch,
});
const decide = (
  as: WorldContext,
  approvalId: string,
  decision: "approved" | "rejected" = "approved",
) => decideAdjustment(as, { approvalId, decision, reason: "checked against the letter" });
const balanceOf = (account: "house:adjustments:ZAR") =>
  getAccountBalance(world.database.pool, account);
const newBreak = (transactionId?: string) =>
  withTransaction(world.ctx.pool, (tx) =>
    openBreak(world.ctx, tx, {
      class: "amount_mismatch",
      severity: "critical",
      subject: `purchase:${randomUUID()}`,
      transactionId,
      evidence: {},
      openedBy: "reconciliation",
    }),
  );
const breakOf = async (id: string) => {
  const { rows } = await world.database.pool.query(
    `SELECT state, resolution, approval_id AS "approvalId", journal_entry_id IS NOT NULL AS "hasEntry" FROM breaks WHERE id = $1`,
    [id],
  );
  return rows[0];
};
const stateOf = async (id: string) => {
  const { rows } = await world.database.pool.query<{ state: string }>(
    "SELECT state FROM approvals WHERE id = $1",
    [id],
  );
  return rows[0]?.state;
};

describe("approved", () => {
  test("between accounts of the house: just that is posted, and the break is resolved by it", async () => {
    const before = await balanceOf("house:adjustments:ZAR");
    const breakId = await newBreak();
    const { approvalId } = await requestAdjustment(maker, houses({ breakId }));
    expect(await balanceOf("house:adjustments:ZAR")).toBe(before);
    expect(await decide(checker, approvalId)).toMatchObject({
      state: "approved",
      decidedBy: checker.actor.id,
      requestedBy: maker.actor.id,
    });
    expect(await balanceOf("house:adjustments:ZAR")).toBe(before + 5_000n);
    expect(await breakOf(breakId)).toEqual({
      state: "resolved",
      resolution: "adjustment",
      approvalId,
      hasEntry: true,
    });
    const { rows } = await world.database.pool.query<{ action: string; actor: string }>(
      `SELECT action, actor_id AS actor FROM audit_events WHERE subject_id = ANY ($1) AND action <> 'break.opened' ORDER BY sequence`,
      [[approvalId, breakId]],
    );
    expect(rows).toEqual([
      { action: "adjustment.requested", actor: maker.actor.id },
      { action: "break.resolved", actor: checker.actor.id },
      { action: "adjustment.approved", actor: checker.actor.id },
    ]);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("to a user: in their history, related to the deposit that it corrects", async () => {
    const deposit = await world.fund(customer, 20_000n);
    const breakId = await newBreak(deposit.id);
    const { approvalId } = await requestAdjustment(
      maker,
      houses({ breakId, creditAccount: available() }),
    );
    await decide(checker, approvalId);
    expect(await balancesOf(customer)).toEqual([125_000n, 0n, 0n]);
    expect(await kindsOf(customer)).toContain("adjustment completed 5000");
    const { rows } = await world.database.pool.query<{ id: string; related: string }>(
      "SELECT id, related_transaction_id AS related FROM transactions WHERE user_id = $1 AND kind = 'adjustment'",
      [customer.userId],
    );
    expect(rows[0]?.related).toBe(deposit.id);
    expect(await postingsOf(world, String(rows[0]?.id))).toEqual([
      "adjustment.approved debit house:adjustments:ZAR 5000",
      `adjustment.approved credit ${available()} 5000`,
    ]);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("of the house about a deposit: the entry names it, and the ledger still verifies", async () => {
    const deposit = await world.fund(customer, 20_000n);
    const breakId = await newBreak(deposit.id);
    const { approvalId } = await requestAdjustment(maker, houses({ breakId }));
    await decide(checker, approvalId);
    expect(await postingsOf(world, deposit.id)).toContain(
      "adjustment.approved credit house:revio_float:ZAR 5000",
    );
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });
});

test("rejected: nothing is posted, and the break stays", async () => {
  const before = await balanceOf("house:adjustments:ZAR");
  const breakId = await newBreak();
  const { approvalId } = await requestAdjustment(maker, houses({ breakId }));
  expect((await decide(checker, approvalId, "rejected")).state).toBe("rejected");
  expect(await balanceOf("house:adjustments:ZAR")).toBe(before);
  expect(await breakOf(breakId)).toMatchObject({ state: "open" });
  await expect(decide(checker, approvalId)).rejects.toMatchObject({ code: "WRONG_STATE" });
  // Then there is room for another.
  await requestAdjustment(maker, houses({ breakId }));
});

describe("nobody decides on their own request, in whatever disguise", () => {
  const request = async (as: WorldContext) => (await requestAdjustment(as, houses())).approvalId;

  test.each(["reconciliation_checker", "administrator"])("a %s who asked", async (role) => {
    const as = await operatorAs(role);
    const approvalId = await request(as);
    await expect(decide(as, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(decide(as, approvalId, "rejected")).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await stateOf(approvalId)).toBe("requested");
  });

  test("a maker who was made checker between asking and deciding", async () => {
    const as = await operatorAs("reconciliation_maker");
    const approvalId = await request(as);
    await setRole(as, "role = 'administrator'");
    await expect(decide(as, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("the same operator in another session, under another request", async () => {
    const as = await operatorAs("administrator");
    const approvalId = await request({ ...as, requestId: "one" });
    const again = { ...world.process().ctx, actor: { ...as.actor }, requestId: "another" };
    await expect(decide(again, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("who says that they are the system, or a user", async () => {
    const approvalId = await request(maker);
    for (const actor of [{ kind: "system", id: checker.actor.id }, customer.as.actor] as const) {
      await expect(decide(world.actor(actor), approvalId)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });
});

describe("rights, read in the same database transaction", () => {
  test.each(["viewer", "support", "operator"])("a %s may not ask", async (role) => {
    await expect(requestAdjustment(await operatorAs(role), houses())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test.each(["viewer", "support", "operator", "reconciliation_maker"])(
    "a %s may not decide",
    async (role) => {
      const { approvalId } = await requestAdjustment(maker, houses());
      await expect(decide(await operatorAs(role), approvalId)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    },
  );

  test.each(["role = 'reconciliation_maker'", "status = 'suspended'"])(
    "F74: %s between opening and clicking",
    async (patch) => {
      const { approvalId } = await requestAdjustment(maker, houses());
      const as = await operatorAs("reconciliation_checker");
      await setRole(as, patch);
      await expect(decide(as, approvalId)).rejects.toMatchObject({ code: "FORBIDDEN" });
      expect(await stateOf(approvalId)).toBe("requested");
    },
  );

  test("a suspended maker may not ask", async () => {
    const as = await operatorAs("reconciliation_maker");
    await setRole(as, "status = 'suspended'");
    await expect(requestAdjustment(as, houses())).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("up to R 10 000.00 a checker, above it an administrator; a checker may refuse any", async () => {
    const ask = async (amountMinor: bigint) =>
      (await requestAdjustment(maker, houses({ amountMinor }))).approvalId;
    await decide(checker, await ask(1_000_000n));
    const large = await ask(1_000_001n);
    await expect(decide(checker, large)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await decide(await operatorAs("administrator"), large);
    await decide(checker, await ask(1_000_001n), "rejected");
  });
});

describe("what is proposed", () => {
  test("between users, or out of a reserve: refused", async () => {
    const other = await world.customer();
    for (const debitAccount of [
      userAccount(other.userId, "available", "ZAR"),
      userAccount(customer.userId, "receivable", "ZAR"),
    ]) {
      await expect(
        requestAdjustment(maker, houses({ debitAccount, creditAccount: available() })),
      ).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
  });

  test("an account or a break that is not there", async () => {
    const creditAccount = userAccount(randomUUID(), "available", "ZAR");
    await expect(requestAdjustment(maker, houses({ creditAccount }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(requestAdjustment(maker, houses({ breakId: randomUUID() }))).rejects.toMatchObject(
      { code: "NOT_FOUND" },
    );
    await expect(decide(checker, randomUUID())).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("twice for one break: the second waits for the first", async () => {
    const breakId = await newBreak();
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => requestAdjustment(maker, houses({ breakId }))),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({ code: "WRONG_STATE" });
    }
  });

  test.each([
    `proposal = '{"debitAccount":"house:adjustments:ZAR"}'`,
    "amount_minor = 1",
    "expires_at = now() + interval '1 year'",
    "break_id = NULL",
    "requested_by = gen_random_uuid()",
  ])("cannot change afterwards, not even for the superuser: %s", async (patch) => {
    const { approvalId } = await requestAdjustment(maker, houses({ breakId: await newBreak() }));
    await expect(
      world.superuser.query(`UPDATE approvals SET ${patch} WHERE id = $1`, [approvalId]),
    ).rejects.toMatchObject({ code: "23514" });
    await expect(
      world.database.pool.query(`UPDATE approvals SET ${patch} WHERE id = $1`, [approvalId]),
    ).rejects.toMatchObject({ code: "42501" });
  });
});

describe("asked for again", () => {
  const proposals = async () => {
    const { rows } = await world.database.pool.query<{ count: bigint }>(
      "SELECT count(*) FROM approvals WHERE kind = 'adjustment' AND requested_by = $1",
      [maker.actor.id],
    );
    return rows[0]?.count ?? 0n;
  };

  test("with the same key, also many times at once: one proposal, the same answer", async () => {
    const before = await proposals();
    const request = houses();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => requestAdjustment(maker, request)),
    );
    await decide(checker, String(answers[0]?.approvalId));
    for (const answer of [...answers, await requestAdjustment(maker, request)]) {
      expect(answer).toEqual(answers[0]);
    }
    expect(await proposals()).toBe(before + 1n);
  });

  test("about a break, and the answer was lost: the answer, not that there is a proposal already", async () => {
    const request = houses({ breakId: await newBreak() });
    const first = await requestAdjustment(maker, request);
    expect(await requestAdjustment(maker, request)).toEqual(first);
  });

  test.each<Partial<AdjustmentRequest>>([
    { amountMinor: 5_001n },
    { creditAccount: "house:fee_income:ZAR" },
    { reason: "Another letter." },
  ])("with the same key and something else (%o): refused, nothing proposed", async (patch) => {
    const request = houses();
    await requestAdjustment(maker, request);
    const before = await proposals();
    await expect(requestAdjustment(maker, { ...request, ...patch })).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect(await proposals()).toBe(before);
  });

  test("with the key of another operator: a proposal of one's own", async () => {
    const request = houses();
    const { approvalId } = await requestAdjustment(maker, request);
    const other = await requestAdjustment(await operatorAs("reconciliation_maker"), request);
    expect(other.approvalId).not.toBe(approvalId);
  });

  test("after a refusal that can pass: done", async () => {
    const breakId = await newBreak();
    const open = await requestAdjustment(maker, houses({ breakId }));
    const request = houses({ breakId });
    await expect(requestAdjustment(maker, request)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await decide(checker, open.approvalId, "rejected");
    expect((await requestAdjustment(maker, request)).state).toBe("requested");
  });
});

describe("time", () => {
  test("a day later it is over, and another may be proposed", async () => {
    const breakId = await newBreak();
    const { approvalId } = await requestAdjustment(maker, houses({ breakId }));
    await world.advance(24 * 60 * 60_000);
    await expect(decide(checker, approvalId)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(await stateOf(approvalId)).toBe("expired");
    const next = await requestAdjustment(maker, houses({ breakId }));
    await world.advance(24 * 60 * 60_000);
    // Nobody looked at it: the next request puts it away.
    await requestAdjustment(maker, houses({ breakId }));
    expect(await stateOf(next.approvalId)).toBe("expired");
  });

  test("a break that came to agree meanwhile needs no correction", async () => {
    const breakId = await newBreak();
    const { approvalId } = await requestAdjustment(maker, houses({ breakId }));
    const { rows } = await world.database.pool.query<{ subject: string }>(
      "SELECT subject FROM breaks WHERE id = $1",
      [breakId],
    );
    await withTransaction(world.ctx.pool, (tx) =>
      resolveBreaks(world.ctx, tx, {
        subject: String(rows[0]?.subject),
        classes: ["amount_mismatch"],
        resolution: "match",
      }),
    );
    const before = await balanceOf("house:adjustments:ZAR");
    await expect(decide(checker, approvalId)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(await balanceOf("house:adjustments:ZAR")).toBe(before);
  });
});

describe("money", () => {
  test("that a user does not have cannot be taken; the proposal stays, and works when they have it", async () => {
    const { approvalId } = await requestAdjustment(
      maker,
      houses({
        debitAccount: available(),
        creditAccount: "house:adjustments:ZAR",
        amountMinor: 100_001n,
      }),
    );
    await expect(decide(checker, approvalId)).rejects.toMatchObject({ code: "INSUFFICIENT_FUNDS" });
    expect(await stateOf(approvalId)).toBe("requested");
    expect(await kindsOf(customer)).toEqual(["deposit completed 100000"]);
    await world.fund(customer, 1_000n);
    await decide(checker, approvalId);
    expect(await balancesOf(customer)).toEqual([999n, 0n, 0n]);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("ten checkers at once: posted once", async () => {
    const before = await balanceOf("house:adjustments:ZAR");
    const { approvalId } = await requestAdjustment(maker, houses());
    const checkers: WorldContext[] = [];
    for (let count = 0; count < 10; count += 1) {
      checkers.push(await operatorAs("reconciliation_checker"));
    }
    const answers = await Promise.allSettled(checkers.map((as) => decide(as, approvalId)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({ code: "WRONG_STATE" });
    }
    expect(await balanceOf("house:adjustments:ZAR")).toBe(before + 5_000n);
  });

  test("against a withdrawal of the same money at the same moment: one of them has it", async () => {
    const { approvalId } = await requestAdjustment(
      maker,
      houses({
        debitAccount: available(),
        creditAccount: "house:adjustments:ZAR",
        amountMinor: 80_000n,
      }),
    );
    const answers = await Promise.allSettled([
      decide(checker, approvalId),
      world.withdraw(customer, 80_000n),
    ]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });
});
