import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { decideWithdrawal } from "../../../src/approval/decide-withdrawal.ts";
import { cancelWithdrawal } from "../../../src/withdrawal/cancel-withdrawal.ts";
import { operator } from "../../registered-user.ts";
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
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
beforeEach(async () => {
  customer = await world.customer();
  await world.fund(customer, 5_000_000n);
});

const { balancesOf, withdrawalOf } = lookAt(() => world);
const operatorAs = (role?: string) => operator(world.ctx, world.superuser, role);
const decide = (as: WorldContext, id: string, decision: "approved" | "rejected") =>
  decideWithdrawal(as, { transactionId: id, decision, reason: "checked by telephone" });
const approvalOf = async (id: string) => {
  const { rows } = await world.database.pool.query<{ state: string; decided_by: string | null }>(
    "SELECT state, decided_by FROM approvals WHERE transaction_id = $1",
    [id],
  );
  return rows[0];
};

test("exactly at the limit it goes out; one cent above it waits", async () => {
  const small = await world.withdraw(customer, 1_000_000n);
  const large = await world.withdraw(customer, 1_000_001n);
  expect([small.status, large.status]).toEqual(["queued", "awaiting_approval"]);
  await world.settle();
  expect((await withdrawalOf(customer, small)).status).toBe("completed");
  expect((await withdrawalOf(customer, large)).status).toBe("awaiting_approval");
  expect(await balancesOf(customer)).toEqual([2_999_999n, 1_000_001n, 0n]);
  await expectSound(world);
});

test("approved: paid out, with the operator on record", async () => {
  const withdrawal = await world.withdraw(customer, 1_500_000n);
  const as = await operatorAs("operator");
  expect((await decide(as, withdrawal.id, "approved")).status).toBe("queued");
  await world.settle();
  expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
  expect(await approvalOf(withdrawal.id)).toEqual({ state: "approved", decided_by: as.actor.id });
  await expectSound(world);
});

test("C41 a role whose right ends below the amount may refuse it, and not approve it", async () => {
  await world.superuser.query(
    "UPDATE approval_rights SET max_amount_minor = 1499999 WHERE kind = 'withdrawal' AND role = 'operator'",
  );
  try {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const as = await operatorAs("operator");
    await expect(decide(as, withdrawal.id, "approved")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect((await decide(as, withdrawal.id, "rejected")).status).toBe("rejected");
  } finally {
    await world.superuser.query(
      "UPDATE approval_rights SET max_amount_minor = NULL WHERE kind = 'withdrawal' AND role = 'operator'",
    );
  }
});

test("rejected: the reserve goes back", async () => {
  const withdrawal = await world.withdraw(customer, 1_500_000n);
  expect(await decide(await operatorAs("operator"), withdrawal.id, "rejected")).toMatchObject({
    status: "rejected",
    failureCode: "rejected",
  });
  await world.settle();
  expect(await balancesOf(customer)).toEqual([5_000_000n, 0n, 0n]);
  await expectSound(world);
});

describe("once only", () => {
  test("the second decision is refused, whichever it is", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const as = await operatorAs("operator");
    await decide(as, withdrawal.id, "approved");
    for (const again of ["approved", "rejected"] as const) {
      await expect(decide(as, withdrawal.id, again)).rejects.toMatchObject({ code: "WRONG_STATE" });
    }
  });

  test("ten at once, for and against: one counts", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const as = await operatorAs("operator");
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        decide(as, withdrawal.id, index % 2 === 0 ? "approved" : "rejected"),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") {
        expect(answer.reason).toMatchObject({ code: "WRONG_STATE" });
      }
    }
    await world.settle();
    await expectSound(world);
  });

  test("against the user's cancellation at the same moment: one counts", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const as = await operatorAs("operator");
    const answers = await Promise.allSettled([
      decide(as, withdrawal.id, "rejected"),
      cancelWithdrawal(customer.as, { userId: customer.userId, transactionId: withdrawal.id }),
    ]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await world.settle();
    expect(await balancesOf(customer)).toEqual([5_000_000n, 0n, 0n]);
    await expectSound(world);
  });

  test("cancelled by the user: the approval is withdrawn, and can no longer be given", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    await cancelWithdrawal(customer.as, { userId: customer.userId, transactionId: withdrawal.id });
    expect(await approvalOf(withdrawal.id)).toEqual({ state: "withdrawn", decided_by: null });
    await expect(
      decide(await operatorAs("operator"), withdrawal.id, "approved"),
    ).rejects.toMatchObject({ code: "WRONG_STATE" });
  });
});

describe("not by everybody", () => {
  test.each(["viewer", "support", "reconciliation_maker"])("%s", async (role) => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    await expect(decide(await operatorAs(role), withdrawal.id, "approved")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect((await approvalOf(withdrawal.id))?.state).toBe("requested");
  });

  test("an operator who was suspended meanwhile", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    const as = await operatorAs("operator");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      as.actor.id,
    ]);
    await expect(decide(as, withdrawal.id, "approved")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("the user who asked, or anybody who says that they are an operator", async () => {
    const withdrawal = await world.withdraw(customer, 1_500_000n);
    await expect(decide(customer.as, withdrawal.id, "approved")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const nobody = world.actor({ kind: "operator", id: randomUUID() });
    await expect(decide(nobody, withdrawal.id, "approved")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("what is not there, or is no withdrawal", async () => {
    const as = await operatorAs("administrator");
    await expect(decide(as, randomUUID(), "approved")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const deposit = await world.deposit(customer, 1_000n);
    await expect(decide(as, deposit.id, "approved")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
