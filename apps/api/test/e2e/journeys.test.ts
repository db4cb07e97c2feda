import { randomUUID } from "node:crypto";
import { cardWithThreeDSecure, payOnCheckout } from "@revio-wallet/dev/pay-on-checkout";
import { afterAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { database } from "./support/database.ts";
import { addOperator, asOperator } from "./support/operator-client.ts";
import {
  accountEndingOn,
  addBankAccount,
  balanceOf,
  depositOnce,
  newPerson,
  openDeposit,
  password,
  payIn,
  signIn,
  takeOut,
  withdrawalOnce,
} from "./support/people.ts";
import { control, readBooks } from "./support/sandbox.ts";
import { totpCode } from "./support/totp-code.ts";
import { anyone, attempt, call, refusalOf } from "./support/wallet-client.ts";

const appOrigin = "http://localhost:5173";

afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

describe("money in, money out", () => {
  test("register, sign in, pay on the checkout page, withdraw, read the history", async () => {
    const person = await newPerson();
    expect(await balanceOf(person)).toEqual({
      availableMinor: 0n,
      pendingMinor: 0n,
      receivableMinor: 0n,
    });

    const { deposit } = await call(person, "deposit.create", {
      amountMinor: 125_000n,
      currency: "ZAR",
      returnUrl: `${appOrigin}/paid?from=wallet`,
      idempotencyKey: randomUUID(),
    });
    expect(deposit).toMatchObject({ status: "awaiting_payment", amountMinor: 125_000n });
    expect(deposit.checkoutUrl).not.toBeNull();
    const visit = await payOnCheckout(deposit.checkoutUrl ?? "", cardWithThreeDSecure);
    expect(visit.returnedTo).toBe(`${appOrigin}/paid?from=wallet`);
    const paid = await depositOnce(person, deposit.id, "completed");
    expect(paid.checkoutUrl).toBeNull();
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 125_000n, pendingMinor: 0n });

    const bankAccountId = await addBankAccount(person);
    const withdrawal = await takeOut(person, bankAccountId, 40_000n);
    expect(withdrawal).toMatchObject({ status: "queued", amountMinor: 40_000n, bankAccountId });
    await withdrawalOnce(person, withdrawal.id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 85_000n, pendingMinor: 0n });

    const { items } = await call(person, "transaction.list", {});
    expect(items.map(({ kind, status }) => [kind, status])).toEqual([
      ["withdrawal", "completed"],
      ["deposit", "completed"],
    ]);
    const { timeline } = await call(person, "transaction.get", { transactionId: withdrawal.id });
    expect(timeline.map(({ status }) => status)).toEqual(["queued", "processing", "completed"]);
    const history = await call(person, "transaction.get", { transactionId: deposit.id });
    expect(history.timeline.map(({ status }) => status)).toEqual([
      "created",
      "awaiting_payment",
      "completed",
    ]);
    const books = await readBooks();
    const [payout] = books.payouts.filter(({ reference }) => reference === withdrawal.reference);
    expect(payout).toMatchObject({ executions: 1, payments: 1 });
  });

  test("history is filtered by kind, status, amount and date, and paged without gaps", async () => {
    const person = await newPerson();
    const amounts = [1_000n, 2_000n, 3_000n, 4_000n, 5_000n];
    for (const amount of amounts) await openDeposit(person, amount);
    await payIn(person, 9_000n);

    const seen: bigint[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(person, "transaction.list", {
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ amountMinor }) => amountMinor));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([9_000n, 5_000n, 4_000n, 3_000n, 2_000n, 1_000n]);

    const list = async (filter: Parameters<typeof call<"transaction.list">>[2]) => {
      const { items } = await call(person, "transaction.list", filter);
      return items.map(({ amountMinor }) => amountMinor);
    };
    expect(await list({ statuses: ["completed"] })).toEqual([9_000n]);
    expect(await list({ kinds: ["withdrawal"] })).toEqual([]);
    expect(await list({ minAmountMinor: 2_000n, maxAmountMinor: 3_000n })).toEqual([
      3_000n,
      2_000n,
    ]);
    const { items } = await call(person, "transaction.list", { limit: 100 });
    const third = items[3]?.createdAt;
    expect(third).toBeInstanceOf(Date);
    expect(await list({ from: third })).toEqual([9_000n, 5_000n, 4_000n, 3_000n]);
    expect(await list({ to: third })).toEqual([2_000n, 1_000n]);
    expect((await call(person, "deposit.list", { limit: 1 })).items).toHaveLength(1);
  });

  test("a withdrawal that the bank refuses gives the money back, once", async () => {
    const person = await newPerson();
    await payIn(person, 50_000n);
    const bankAccountId = await addBankAccount(person, accountEndingOn("9001"));
    const { id } = await takeOut(person, bankAccountId, 20_000n);
    expect(await withdrawalOnce(person, id, "failed")).toMatchObject({
      failureCode: "payout_failed",
    });
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 50_000n, pendingMinor: 0n });
  });

  test("an unpaid deposit can be cancelled, twice with the same answer, and then not be paid", async () => {
    const person = await newPerson();
    const { id, reference } = await openDeposit(person, 5_000n);
    const cancelled = await call(person, "deposit.cancel", { transactionId: id });
    expect(cancelled.status).toBe("cancelled");
    expect(await call(person, "deposit.cancel", { transactionId: id })).toEqual(cancelled);
    const [purchase] = await control<{ status: string }[]>(`purchases?reference=${reference}`);
    expect(purchase?.status).toBe("cancelled");
    const paid = await payIn(person, 6_000n);
    expect(await refusalOf(person, "deposit.cancel", { transactionId: paid.id })).toBe(
      "WRONG_STATE",
    );
  });

  test("a completed withdrawal cannot be cancelled", async () => {
    const person = await newPerson();
    await payIn(person, 50_000n);
    const { id } = await takeOut(person, await addBankAccount(person), 20_000n);
    await withdrawalOnce(person, id, "completed");
    expect(await refusalOf(person, "withdrawal.cancel", { transactionId: id })).toBe("WRONG_STATE");
  });
});

describe("large withdrawals wait for an operator", () => {
  const large = 1_000_001n;

  async function waiting() {
    const person = await newPerson();
    await payIn(person, 1_500_000n);
    const withdrawal = await takeOut(person, await addBankAccount(person), large);
    expect(withdrawal.status).toBe("awaiting_approval");
    expect(await balanceOf(person)).toMatchObject({ pendingMinor: large });
    return { person, transactionId: withdrawal.id };
  }

  test("approved: it is paid out", async () => {
    const { person, transactionId } = await waiting();
    const operator = await addOperator();
    const input = { decision: "approved", transactionId } as const;
    expect((await asOperator(operator, "withdrawal.decide", input)).status).toBe(200);
    await withdrawalOnce(person, transactionId, "completed");
    const again = await asOperator(operator, "withdrawal.decide", input);
    expect(again.error?.appCode).toBe("WRONG_STATE");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 1_500_000n - large });
  });

  test("rejected: the reserve goes back", async () => {
    const { person, transactionId } = await waiting();
    const input = { decision: "rejected", transactionId, reason: "Source of funds" } as const;
    const answer = await asOperator(await addOperator(), "withdrawal.decide", input);
    expect(answer.data).toMatchObject({ status: "rejected" });
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 1_500_000n, pendingMinor: 0n });
  });

  test("cancelled by the user: nothing is left to approve", async () => {
    const { person, transactionId } = await waiting();
    const cancelled = await call(person, "withdrawal.cancel", { transactionId });
    expect(cancelled.status).toBe("cancelled");
    expect(await call(person, "withdrawal.cancel", { transactionId })).toEqual(cancelled);
    const input = { decision: "approved", transactionId } as const;
    const answer = await asOperator(await addOperator(), "withdrawal.decide", input);
    expect(answer.error?.appCode).toBe("WRONG_STATE");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 1_500_000n, pendingMinor: 0n });
  });

  test("S32 a viewer, a suspended operator and a made-up one may not decide", async () => {
    const { transactionId } = await waiting();
    const suspended = await addOperator();
    await database.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [suspended.id]);
    const madeUp = { ...suspended, sessionToken: randomUUID() };
    for (const [operator, code] of [
      [await addOperator("viewer"), "FORBIDDEN"],
      [suspended, "UNAUTHENTICATED"],
      [madeUp, "UNAUTHENTICATED"],
    ] as const) {
      const input = { decision: "approved", transactionId } as const;
      const answer = await asOperator(operator, "withdrawal.decide", input);
      expect(answer.error?.appCode).toBe(code);
    }
  });
});

describe("sessions", () => {
  test("S21 refresh gives new tokens; a used token that comes back after the grace ends the session", async () => {
    const person = await newPerson();
    const { refreshToken: first } = person;
    const second = await call(person, "session.refresh", { refreshToken: first });
    expect(second.refreshToken).not.toBe(first);
    const renewed = { ...person, accessToken: second.accessToken };
    expect((await call(renewed, "user.me", {})).id).toBe(person.userId);

    await database.query(
      "UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = $1)",
      [person.userId],
    );
    expect(await refusalOf(person, "session.refresh", { refreshToken: first })).toBe(
      "UNAUTHENTICATED",
    );
    const thief = await refusalOf(person, "session.refresh", {
      refreshToken: second.refreshToken,
    });
    expect(thief).toBe("UNAUTHENTICATED");
    expect(await refusalOf(renewed, "user.me", {})).toBe("UNAUTHENTICATED");
  });

  test("S18 signing out ends this session, signing out everywhere all of them, at once", async () => {
    const person = await newPerson();
    const phone = { ...person, ...(await signIn(person, person.email)) };
    expect(await call(person, "session.list", {})).toHaveLength(2);
    await call(phone, "session.signOut", {});
    expect(await refusalOf(phone, "balance.get", { currency: "ZAR" })).toBe("UNAUTHENTICATED");
    expect(await refusalOf(phone, "session.refresh", { refreshToken: phone.refreshToken })).toBe(
      "UNAUTHENTICATED",
    );
    const tablet = { ...person, ...(await signIn(person, person.email)) };
    expect(await call(person, "session.signOutEverywhere", {})).toEqual({ endedSessions: 2 });
    for (const device of [person, tablet]) {
      expect(await refusalOf(device, "user.me", {})).toBe("UNAUTHENTICATED");
    }
  });

  test("S18 a suspension takes effect on the next request, and is lifted again", async () => {
    const person = await newPerson();
    const operator = await addOperator("support");
    const input = { userId: person.userId, reason: "Reported stolen phone" };
    expect((await asOperator(operator, "user.suspend", input)).status).toBe(200);
    expect(await refusalOf(person, "balance.get", { currency: "ZAR" })).toBe("UNAUTHENTICATED");
    expect(await refusalOf(person, "session.refresh", { refreshToken: person.refreshToken })).toBe(
      "UNAUTHENTICATED",
    );
    const { email } = person;
    expect(await refusalOf(anyone(), "session.signIn", { email, password })).toBe("USER_SUSPENDED");
    expect((await asOperator(operator, "user.reactivate", input)).status).toBe(200);
    expect(await refusalOf(person, "user.me", {})).toBe("UNAUTHENTICATED");
    const back = { ...person, ...(await signIn(person, email)) };
    expect((await call(back, "user.me", {})).status).toBe("active");
  });

  test("S08 with TOTP enabled, signing in asks for a code, and takes each code and each recovery code once", async () => {
    const person = await newPerson();
    const { secret } = await call(person, "totp.start", { password });
    const code = totpCode(secret);
    const { recoveryCodes } = await call(person, "totp.confirm", { totpCode: code });
    const sign = (extra: { totpCode?: string; recoveryCode?: string }) =>
      attempt(anyone(), "session.signIn", { email: person.email, password, ...extra });
    expect((await sign({})).error?.appCode).toBe("TOTP_REQUIRED");
    expect((await sign({ totpCode: code })).error?.appCode).toBe("INVALID_CREDENTIALS");
    expect((await sign({ totpCode: totpCode(secret, 1) })).status).toBe(200);
    const recoveryCode = recoveryCodes[0] ?? "";
    expect((await sign({ recoveryCode })).status).toBe(200);
    expect((await sign({ recoveryCode })).error?.appCode).toBe("INVALID_CREDENTIALS");
    expect((await call(person, "user.me", {})).totpEnabled).toBe(true);
    await call(person, "totp.disable", { password, recoveryCode: recoveryCodes[1] ?? "" });
    expect((await sign({})).status).toBe(200);
  });

  test("S19 a new password ends the other sessions and replaces the old one", async () => {
    const person = await newPerson();
    const other = { ...person, ...(await signIn(person, person.email)) };
    const newPassword = "eleven brisk otters near Hermanus";
    const input = { currentPassword: password, newPassword };
    expect(await call(person, "user.changePassword", input)).toEqual({ endedSessions: 1 });
    expect(await refusalOf(other, "user.me", {})).toBe("UNAUTHENTICATED");
    const { email } = person;
    expect(await refusalOf(anyone(), "session.signIn", { email, password })).toBe(
      "INVALID_CREDENTIALS",
    );
    expect(
      (await attempt(anyone(), "session.signIn", { email, password: newPassword })).status,
    ).toBe(200);
  });
});

describe("bank accounts", () => {
  test("are shown masked, are removed, and can then not be withdrawn to", async () => {
    const person = await newPerson();
    await payIn(person, 10_000n);
    const id = await addBankAccount(person, "62000098765");
    const [account] = await call(person, "bankAccount.list", {});
    expect(account).toMatchObject({ id, maskedAccountNumber: "•••• 8765" });
    expect(JSON.stringify(account)).not.toContain("62000098765");
    await call(person, "bankAccount.remove", { bankAccountId: id });
    expect(await call(person, "bankAccount.list", {})).toEqual([]);
    const input = {
      amountMinor: 1_000n,
      currency: "ZAR",
      bankAccountId: id,
      idempotencyKey: randomUUID(),
    } as const;
    expect(await refusalOf(person, "withdrawal.create", input)).toBe("NOT_FOUND");
  });
});
