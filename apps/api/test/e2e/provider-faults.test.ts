import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { countOf, database } from "./support/database.ts";
import {
  accountEndingOn,
  addBankAccount,
  balanceOf,
  depositOnce,
  newPerson,
  openDeposit,
  payIn,
  type Person,
  takeOut,
  withdrawalOnce,
} from "./support/people.ts";
import { clearFaults, control, payPurchaseOf, purchasesOf, readBooks } from "./support/sandbox.ts";
import { until } from "./support/until.ts";
import { attempt, call, refusalOf } from "./support/wallet-client.ts";

afterEach(clearFaults);
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

const fault = (operation: string, rule: object) =>
  control("faults", { match: { operation }, times: 1, ...rule });

function depositOf(amountMinor: bigint) {
  return { amountMinor, currency: "ZAR", idempotencyKey: randomUUID() } as const;
}

async function withMoney(amountMinor: bigint) {
  const person = await newPerson();
  await payIn(person, amountMinor);
  return { person, bankAccountId: await addBankAccount(person) };
}

const payoutsOf = async (reference: string) =>
  (await readBooks()).payouts.filter((payout) => payout.reference === reference);

const stepsOf = async (person: Person, transactionId: string) => {
  const { timeline } = await call(person, "transaction.get", { transactionId });
  return timeline.map(({ status }) => status);
};

/** Asks for a deposit while Revio gives no clear answer: it is taken, and delayed. */
async function delayed(person: Person, input: ReturnType<typeof depositOf>) {
  const first = await attempt(person, "deposit.create", input);
  expect(first.status).toBe(200);
  expect(first.raw).not.toMatch(/revio|evil|purchase/i);
  expect(first.data?.deposit).toMatchObject({
    status: "created",
    checkoutUrl: null,
    isDelayed: true,
  });
}

/** Until the background has opened the checkout the same key answers how the deposit stands. */
async function opened(person: Person, input: ReturnType<typeof depositOf>) {
  const { deposit: before } = await call(person, "deposit.create", input);
  // The pause before the next try is over at once.
  await database.query(
    "UPDATE pgboss.job SET start_after = now() WHERE name = 'deposit.open-checkout' AND state IN ('created', 'retry')",
  );
  await depositOnce(person, before.id, "awaiting_payment");
  return (await call(person, "deposit.create", input)).deposit;
}

/** Until no circuit is open in the API: else the next test would meet that, and not its fault. */
async function untilRevioIsAsked(person: Person): Promise<void> {
  await until("a deposit is opened at once", async () => {
    const { deposit } = await call(person, "deposit.create", depositOf(6_000n));
    if (deposit.isDelayed) await sleep(200);
    return !deposit.isDelayed;
  });
}

/** Opens a deposit whose first answer from Revio is lost after the purchase was made. */
async function depositWithLostAnswer() {
  const person = await newPerson();
  const input = depositOf(7_000n);
  await fault("purchases.create", { kind: "reset_after" });
  await delayed(person, input);
  const deposit = await opened(person, input);
  const purchases = await purchasesOf(deposit.reference);
  expect(purchases).toHaveLength(2);
  const shown = purchases.find(({ id }) => deposit.checkoutUrl?.includes(id));
  const orphan = purchases.find(({ id }) => id !== shown?.id);
  if (shown === undefined || orphan === undefined) throw new Error("one is shown, one is not");
  return { person, input, deposit, shown, orphan };
}

describe("F23 deposits whose purchase got no answer", () => {
  test("the background opens the same deposit again, and the payment is credited once", async () => {
    const { person, input, deposit, shown } = await depositWithLostAnswer();
    await control(`purchases/${shown.id}/pay`, {});
    await depositOnce(person, deposit.id, "completed");
    expect(await call(person, "deposit.create", input)).toEqual({ deposit, replayed: true });
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 7_000n });
    expect(await countOf("transactions WHERE user_id = $1", [person.userId])).toBe(1);
  });

  test("should the purchase that nobody was shown be paid, it is this deposit that is credited", async () => {
    const { person, deposit, orphan } = await depositWithLostAnswer();
    await control(`purchases/${orphan.id}/pay`, {});
    await depositOnce(person, deposit.id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 7_000n });
  });

  test.each([
    ["F05 cut in the middle of the answer", { kind: "reset_mid_body" }],
    ["F07 a page of a captive portal", { kind: "html_200", when: "after" }],
    ["F14 a 502 after the effect", { kind: "status", status: 502, when: "after" }],
    ["F14 a 503 before it", { kind: "status", status: 503, when: "before" }],
    ["F13 a 429", { kind: "status", status: 429, retryAfter: 3, when: "before" }],
    ["F18 a redirect", { kind: "redirect", location: "https://evil.example/", when: "before" }],
    ["F103 another amount", { kind: "wrong_amount", amount: 1 }],
    ["F27 another brand", { kind: "wrong_brand" }],
    ["F27 the other mode", { kind: "wrong_is_test" }],
    ["F10 the key is refused", { kind: "status", status: 401, when: "before" }],
  ])("%s: told that it takes longer, and the background succeeds", async (_, rule) => {
    const person = await newPerson();
    const input = depositOf(6_000n);
    await fault("purchases.create", rule);
    await delayed(person, input);
    const deposit = await opened(person, input);
    expect(deposit.status).toBe("awaiting_payment");
    expect(await countOf("transactions WHERE user_id = $1", [person.userId])).toBe(1);
    await untilRevioIsAsked(person);
    await call(person, "deposit.cancel", { transactionId: deposit.id });
  });

  test("F09 a purchase that Revio refuses: a final answer, and the deposit has failed", async () => {
    const person = await newPerson();
    const input = depositOf(6_000n);
    await fault("purchases.create", {
      kind: "status",
      status: 400,
      when: "before",
      body: { purchase: { products: [{ message: "Refused by the test", code: "invalid" }] } },
    });
    for (const _ of [1, 2]) {
      const answer = await attempt(person, "deposit.create", input);
      expect([answer.status, answer.error?.appCode]).toEqual([422, "PROVIDER_REJECTED"]);
      expect(answer.raw).not.toContain("Refused by the test");
    }
    expect((await call(person, "deposit.list", {})).items[0]?.status).toBe("failed");
  });
});

describe("F15 while the provider is down", () => {
  test("deposits are delayed, withdrawals wait, and afterwards everything ends once", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    await control("down", { seconds: 3, how: "refuse" });
    await sleep(200);
    const input = depositOf(9_000n);
    await delayed(person, input);
    const withdrawal = await takeOut(person, bankAccountId, 10_000n);
    expect(withdrawal.status).toBe("queued");
    expect(await balanceOf(person)).toMatchObject({
      availableMinor: 40_000n,
      pendingMinor: 10_000n,
    });
    const deposit = await opened(person, input);
    await payPurchaseOf(deposit.reference);
    await depositOnce(person, deposit.id, "completed");
    await withdrawalOnce(person, withdrawal.id, "completed");
    expect(await payoutsOf(withdrawal.reference)).toMatchObject([{ executions: 1, payments: 1 }]);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 49_000n, pendingMinor: 0n });
  });

  test("F38 a webhook comes while Revio cannot be asked: nothing is credited on its word, and later once", async () => {
    const person = await newPerson();
    const deposit = await openDeposit(person, 8_000n);
    await control("faults", {
      match: { operation: "purchases.get" },
      kind: "status",
      status: 503,
      when: "before",
      times: null,
    });
    await payPurchaseOf(deposit.reference);
    await sleep(1_500);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 0n });
    await clearFaults();
    await depositOnce(person, deposit.id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 8_000n });
  });
});

describe("payouts whose outcome is not known", () => {
  test.each([
    ["F03 no answer within the time", { kind: "timeout_after_effect" }],
    ["F03 cut after the effect", { kind: "reset_after" }],
    ["F14 a 500 after the effect", { kind: "status", status: 500, when: "after" }],
    ["F07 a page of a captive portal after the effect", { kind: "html_200", when: "after" }],
  ])("%s: in doubt, then resolved by what Revio tells; executed once", async (_, rule) => {
    const { person, bankAccountId } = await withMoney(50_000n);
    await control("webhook-faults", { kind: "hold", times: null });
    await fault("payouts.execute", rule);
    const { id, reference } = await takeOut(person, bankAccountId, 10_000n);
    await withdrawalOnce(person, id, "in_doubt");
    expect(await balanceOf(person)).toMatchObject({
      availableMinor: 40_000n,
      pendingMinor: 10_000n,
    });
    expect(await refusalOf(person, "withdrawal.cancel", { transactionId: id })).toBe("WRONG_STATE");

    await clearFaults();
    await control("deliveries/release", {});
    await withdrawalOnce(person, id, "completed");
    expect(await payoutsOf(reference)).toMatchObject([{ executions: 1, payments: 1 }]);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 40_000n, pendingMinor: 0n });
    const steps = await stepsOf(person, id);
    expect(steps.slice(0, 3)).toEqual(["queued", "processing", "in_doubt"]);
    expect(steps.filter((status) => status === "completed")).toEqual(["completed"]);
  });

  test("F04 cut before the effect: stays in doubt, keeps the reserve, and is never executed again", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    await fault("payouts.execute", { kind: "reset_before" });
    const { id, reference } = await takeOut(person, bankAccountId, 10_000n);
    await withdrawalOnce(person, id, "in_doubt");
    await sleep(3_000);
    expect((await call(person, "withdrawal.get", { transactionId: id })).status).toBe("in_doubt");
    expect(await payoutsOf(reference)).toMatchObject([{ executions: 0, payments: 0 }]);
    expect(await balanceOf(person)).toMatchObject({
      availableMinor: 40_000n,
      pendingMinor: 10_000n,
    });
  });

  test("F01 the answer to the create is lost: found by Revio's event, executed once", async () => {
    const { person, bankAccountId } = await withMoney(50_000n);
    await fault("payouts.create", { kind: "reset_after" });
    const { id, reference } = await takeOut(person, bankAccountId, 10_000n);
    await withdrawalOnce(person, id, "completed");
    expect(await payoutsOf(reference)).toMatchObject([{ executions: 1, payments: 1 }]);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 40_000n, pendingMinor: 0n });
  });

  test("F21 too little money at Revio: the withdrawal waits with its reserve, and can be taken back", async () => {
    const person = await newPerson();
    await payIn(person, 50_000n);
    const bankAccountId = await addBankAccount(person, accountEndingOn("9003"));
    const { id, reference } = await takeOut(person, bankAccountId, 10_000n);
    await until(
      "it waits",
      async () => (await stepsOf(person, id)).join(" ") === "queued processing queued",
    );
    expect(await balanceOf(person)).toMatchObject({
      availableMinor: 40_000n,
      pendingMinor: 10_000n,
    });
    expect((await call(person, "withdrawal.cancel", { transactionId: id })).status).toBe(
      "cancelled",
    );
    expect(await payoutsOf(reference)).toMatchObject([{ payments: 0 }]);
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 50_000n, pendingMinor: 0n });
  });
});

describe("deliveries that go wrong on the way", () => {
  test("F28 twenty copies of every event: each effect once", async () => {
    await control("webhook-faults", { kind: "duplicate", copies: 20, times: null });
    const { person, bankAccountId } = await withMoney(30_000n);
    const { id } = await takeOut(person, bankAccountId, 10_000n);
    await withdrawalOnce(person, id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 20_000n, pendingMinor: 0n });
    expect(await countOf("journal_entries WHERE transaction_id = $1", [id])).toBe(2);
  });

  test.each([
    ["F42 signed with another key", "wrong_key"],
    ["F42 changed on the way", "corrupt_body"],
  ])("%s: refused, and taken when Revio tries again", async (_, kind) => {
    const person = await newPerson();
    const deposit = await openDeposit(person, 5_000n);
    await control("webhook-faults", { kind, match: { event: "purchase.paid" }, times: 1 });
    const purchaseId = await payPurchaseOf(deposit.reference);
    const retried = await until("the first attempt was refused", async () => {
      const deliveries = await control<{ event: string; log: { httpStatus: number | null }[] }[]>(
        `deliveries?objectId=${purchaseId}`,
      );
      return deliveries.find(({ event, log }) => event === "purchase.paid" && log.length > 0);
    });
    expect(retried.log[0]?.httpStatus).toBe(401);
    await control("deliveries/retry-now", {});
    await depositOnce(person, deposit.id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 5_000n });
  });

  test("F30 late, and in another order: the same end", async () => {
    await control("webhook-faults", { kind: "reorder", delayMs: 1_500, times: 3 });
    const { person, bankAccountId } = await withMoney(30_000n);
    const { id } = await takeOut(person, bankAccountId, 10_000n);
    await withdrawalOnce(person, id, "completed");
    expect(await balanceOf(person)).toMatchObject({ availableMinor: 20_000n, pendingMinor: 0n });
  });

  test("a refund at Revio's dashboard is taken out again, a chargeback too", async () => {
    const person = await newPerson();
    const refunded = await payIn(person, 30_000n);
    const chargedBack = await payIn(person, 20_000n);
    const [first] = await purchasesOf(refunded.reference);
    await control(`purchases/${first?.id}/refund`, { amount: 10_000 });
    await until("the refund", async () => (await balanceOf(person)).availableMinor === 40_000n);
    const [second] = await purchasesOf(chargedBack.reference);
    await control(`purchases/${second?.id}/chargeback`, {});
    await until("the chargeback", async () => (await balanceOf(person)).availableMinor === 20_000n);
    const { items } = await call(person, "transaction.list", {});
    expect(items.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ["chargeback", 20_000n],
      ["refund", 10_000n],
      ["deposit", 20_000n],
      ["deposit", 30_000n],
    ]);
  });
});
