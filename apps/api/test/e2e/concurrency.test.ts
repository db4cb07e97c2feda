import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { countOf, database, liftLimits } from "./support/database.ts";
import {
  addBankAccount,
  balanceOf,
  depositOnce,
  newPerson,
  payIn,
  type Person,
  withdrawalOnce,
} from "./support/people.ts";
import { payPurchaseOf, purchasesOf } from "./support/sandbox.ts";
import {
  type Answer,
  attempt,
  call,
  type InputOf,
  type OutputOf,
  type Path,
} from "./support/wallet-client.ts";

afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

/** The same call many times at the same moment. */
function atOnce<Name extends Path>(
  person: Person,
  path: Name,
  inputs: InputOf<Name>[],
): Promise<Answer<OutputOf<Name>>[]> {
  return Promise.all(inputs.map((input) => attempt(person, path, input)));
}

const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Repeats a request, as a client does that was told to come again, until there is an answer to keep. */
async function settled<Name extends Path>(
  person: Person,
  path: Name,
  input: InputOf<Name>,
): Promise<Answer<OutputOf<Name>>> {
  for (;;) {
    const answer = await attempt(person, path, input);
    if (answer.error?.retryable !== true) return answer;
  }
}

async function withMoney(amountMinor: bigint) {
  const person = await newPerson();
  await payIn(person, amountMinor);
  return { person, bankAccountId: await addBankAccount(person) };
}

function withdrawalOf(bankAccountId: string, amountMinor: bigint) {
  return { amountMinor, currency: "ZAR", bankAccountId, idempotencyKey: randomUUID() } as const;
}

function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error } of answers) {
    const outcome = error?.appCode ?? "ok";
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

describe("F59 a balance that allows three withdrawals", () => {
  test("of a hundred at once exactly three are taken", async () => {
    const { person, bankAccountId } = await withMoney(35_000n);
    const inputs = times(100, () => withdrawalOf(bankAccountId, 10_000n));
    const first = await atOnce(person, "withdrawal.create", inputs);
    // Told to come again: too many waited for the one account. None of these was taken.
    const answers = await Promise.all(
      first.map(async (answer, at) => {
        const input = inputs[at];
        if (answer.error?.retryable !== true || input === undefined) return answer;
        return settled(person, "withdrawal.create", input);
      }),
    );
    expect(tally(answers)).toEqual({ ok: 3, INSUFFICIENT_FUNDS: 97 });
    expect(
      await countOf("transactions WHERE user_id = $1 AND kind = 'withdrawal'", [person.userId]),
    ).toBe(3);
    for (const { data } of answers) {
      if (data !== undefined) await withdrawalOnce(person, data.withdrawal.id, "completed");
    }
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 5_000n, pendingMinor: 0n });
  });

  test("with the limits of every user, no more than three either", async () => {
    const { person, bankAccountId } = await withMoney(35_000n);
    await database.query("DELETE FROM rate_limits WHERE key = $1", [
      `money-per-user:${person.userId}`,
    ]);
    const inputs = times(100, () => withdrawalOf(bankAccountId, 10_000n));
    const counts = tally(await atOnce(person, "withdrawal.create", inputs));
    expect(counts["ok"]).toBe(3);
    expect(counts["RATE_LIMITED"]).toBe(70);
    await liftLimits(person.userId);
  });

  test("S37 the day's limit holds against requests at once", async () => {
    const person = await newPerson();
    // 100 000.00 a day; each is 40 000.00.
    const inputs = times(10, () => ({
      amountMinor: 4_000_000n,
      currency: "ZAR" as const,
      idempotencyKey: randomUUID(),
    }));
    const answers = await atOnce(person, "deposit.create", inputs);
    expect(tally(answers)).toEqual({ ok: 2, LIMIT_EXCEEDED: 8 });
  });
});

describe("F56 the same key twenty times at once", () => {
  test("withdrawal: one effect, and one answer for all", async () => {
    const { person, bankAccountId } = await withMoney(100_000n);
    const input = withdrawalOf(bankAccountId, 10_000n);
    const answers = await atOnce(
      person,
      "withdrawal.create",
      times(20, () => input),
    );
    for (const { error } of answers) {
      expect([undefined, "IDEMPOTENCY_IN_PROGRESS", "BUSY"]).toContain(error?.appCode);
    }
    const given = answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
    expect(given.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(given.map(({ withdrawal }) => withdrawal.id)).size).toBe(1);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 90_000n });
    const [first] = given;
    await withdrawalOnce(person, first?.withdrawal.id ?? "", "completed");

    const later = await attempt(person, "withdrawal.create", input);
    expect(later.data).toEqual({ withdrawal: first?.withdrawal, replayed: true });
    expect(later.headers.get("idempotent-replayed")).toBe("true");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 90_000n, pendingMinor: 0n });
  });

  test("deposit: one transaction, one purchase at Revio, one answer for all", async () => {
    const person = await newPerson();
    const input = {
      amountMinor: 8_000n,
      currency: "ZAR",
      idempotencyKey: randomUUID(),
    } as const;
    const answers = await atOnce(
      person,
      "deposit.create",
      times(20, () => input),
    );
    for (const { error } of answers) {
      expect([undefined, "IDEMPOTENCY_IN_PROGRESS", "BUSY"]).toContain(error?.appCode);
    }
    const given = answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
    expect(given.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const [first] = given;
    expect(new Set(given.map(({ deposit }) => deposit.checkoutUrl)).size).toBe(1);
    expect(await countOf("transactions WHERE user_id = $1", [person.userId])).toBe(1);
    expect(await purchasesOf(first?.deposit.reference ?? "")).toHaveLength(1);
    await payPurchaseOf(first?.deposit.reference ?? "");
    await depositOnce(person, first?.deposit.id ?? "", "completed");

    const later = await call(person, "deposit.create", input);
    expect(later).toEqual({ deposit: first?.deposit, replayed: true });
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 8_000n });
  });
});

describe("idempotency keys", () => {
  test("F57 with another request: refused, and nothing is done", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    const other = await addBankAccount(person);
    const input = withdrawalOf(bankAccountId, 10_000n);
    await call(person, "withdrawal.create", input);
    for (const changed of [{ amountMinor: 10_001n }, { bankAccountId: other }]) {
      const answer = await attempt(person, "withdrawal.create", { ...input, ...changed });
      expect([answer.status, answer.error?.appCode]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    }
    const deposit = { amountMinor: 5_000n, currency: "ZAR", idempotencyKey: randomUUID() } as const;
    await call(person, "deposit.create", deposit);
    const returnUrl = "http://localhost:5173/elsewhere";
    for (const changed of [{ amountMinor: 5_001n }, { returnUrl }]) {
      const answer = await attempt(person, "deposit.create", { ...deposit, ...changed });
      expect(answer.error?.appCode).toBe("IDEMPOTENCY_KEY_REUSED");
    }
    expect(await countOf("transactions WHERE user_id = $1", [person.userId])).toBe(3);
  });

  test("in capital letters it is the same key", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    const input = withdrawalOf(bankAccountId, 10_000n);
    const first = await call(person, "withdrawal.create", input);
    const again = { ...input, idempotencyKey: input.idempotencyKey.toUpperCase() };
    const second = await call(person, "withdrawal.create", again);
    expect(second).toEqual({ ...first, replayed: true });
  });

  test("of a deposit and of a withdrawal are apart", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    const input = withdrawalOf(bankAccountId, 10_000n);
    await call(person, "withdrawal.create", input);
    const { idempotencyKey } = input;
    const deposit = { amountMinor: 10_000n, currency: "ZAR", idempotencyKey } as const;
    expect((await call(person, "deposit.create", deposit)).replayed).toBe(false);
  });

  test("a refusal is the answer for ever, even when the money is there by then", async () => {
    const { person, bankAccountId } = await withMoney(5_000n);
    const input = withdrawalOf(bankAccountId, 10_000n);
    const refused = await attempt(person, "withdrawal.create", input);
    expect(refused.error?.appCode).toBe("INSUFFICIENT_FUNDS");
    await payIn(person, 50_000n);
    await database
      .query(
        "UPDATE idempotency_keys SET created_at = created_at - interval '1 year' WHERE actor_id = $1 AND key = $2",
        [person.userId, input.idempotencyKey],
      )
      .catch(() => undefined);
    const again = await attempt(person, "withdrawal.create", input);
    expect(again.error).toEqual({ ...refused.error, requestId: again.error?.requestId });
    expect(
      (await attempt(person, "withdrawal.create", { ...input, idempotencyKey: randomUUID() }))
        .status,
    ).toBe(200);
  });
});

describe("who comes first", () => {
  test("cancel and payout at once: the money is in one place, and the answer says where", async () => {
    const { person, bankAccountId } = await withMoney(100_000n);
    for (let round = 0; round < 8; round++) {
      const { withdrawal } = await call(
        person,
        "withdrawal.create",
        withdrawalOf(bankAccountId, 5_000n),
      );
      await new Promise((resolve) => setTimeout(resolve, round * 6));
      const cancel = await attempt(person, "withdrawal.cancel", { transactionId: withdrawal.id });
      expect([undefined, "WRONG_STATE"]).toContain(cancel.error?.appCode);
      const end = cancel.error === undefined ? "cancelled" : "completed";
      await withdrawalOnce(person, withdrawal.id, end);
    }
    const paidOut = await countOf(
      "transactions WHERE user_id = $1 AND kind = 'withdrawal' AND status = 'completed'",
      [person.userId],
    );
    expect(await balanceOf(person)).toMatchObject({
      availableMinor: 100_000n - BigInt(paidOut) * 5_000n,
      pendingMinor: 0n,
    });
  });

  test("cancel and payment of a deposit at once: cancelled or credited, never both", async () => {
    const person = await newPerson();
    let credited = 0n;
    for (let round = 0; round < 5; round++) {
      const idempotencyKey = randomUUID();
      const input = { amountMinor: 4_000n, currency: "ZAR", idempotencyKey } as const;
      const { deposit } = await call(person, "deposit.create", input);
      const [cancel] = await Promise.all([
        attempt(person, "deposit.cancel", { transactionId: deposit.id }),
        payPurchaseOf(deposit.reference).catch(() => undefined),
      ]);
      const paid = (await purchasesOf(deposit.reference))[0]?.status === "paid";
      if (paid) credited += 4_000n;
      expect(cancel.error?.appCode).toBe(paid ? "WRONG_STATE" : undefined);
      await depositOnce(person, deposit.id, paid ? "completed" : "cancelled");
    }
    expect(await balanceOf(person)).toMatchObject({ availableMinor: credited });
  });

  test("F75 connections cut under load: each withdrawal happens once, whatever its client was told", async () => {
    const { person, bankAccountId } = await withMoney(100_000n);
    const inputs = times(20, () => withdrawalOf(bankAccountId, 1_000n));
    const cutting = (async () => {
      for (let cut = 0; cut < 5; cut++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await database.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wallet-api'",
        );
      }
    })();
    const first = await atOnce(person, "withdrawal.create", inputs);
    await cutting;
    for (const { error } of first) {
      expect([undefined, "BUSY", "OUTCOME_UNKNOWN"]).toContain(error?.appCode);
    }
    const answers = [];
    for (const input of inputs) answers.push(await settled(person, "withdrawal.create", input));
    expect(tally(answers)).toEqual({ ok: 20 });
    expect(new Set(answers.map(({ data }) => data?.withdrawal.id)).size).toBe(20);
    expect(
      await countOf("transactions WHERE user_id = $1 AND kind = 'withdrawal'", [person.userId]),
    ).toBe(20);
    for (const { data } of answers) {
      await withdrawalOnce(person, data?.withdrawal.id ?? "", "completed");
    }
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 80_000n, pendingMinor: 0n });
  });
});
