import { describe, expect, test } from "vitest";
import { checkBoundedAnswers } from "../../src/checkers/check-bounded-answers.ts";
import { checkLogs } from "../../src/checkers/check-logs.ts";
import { checkOpenWork } from "../../src/checkers/check-open-work.ts";
import { checkProviderBooks } from "../../src/checkers/check-provider-books.ts";
import { checkSnapshot, type BankSnapshot } from "../../src/checkers/check-snapshots.ts";
import type { Books } from "../../src/sandbox-control.ts";

describe("a look at the bank", () => {
  const sound: BankSnapshot = {
    atMs: 1_000,
    generation: 0,
    trialBalance: [{ currency: "ZAR", differenceMinor: 0n }],
    negative: [],
    pendingMinor: 500n,
    openWithdrawalsMinor: 500n,
    entries: new Set(["a", "b"]),
  };
  const rules = (changes: Partial<BankSnapshot>, previous?: BankSnapshot): string[] =>
    checkSnapshot({ ...sound, ...changes }, previous).map(({ rule }) => rule);

  test("a sound one, and one that saw more than the last", () => {
    expect(rules({})).toEqual([]);
    expect(rules({ entries: new Set(["b", "c", "a"]) }, sound)).toEqual([]);
  });

  test("an overdraw", () => {
    expect(rules({ negative: ["user:available:ZAR"] })).toEqual(["overdraw"]);
  });

  test("debits that are not credits", () => {
    const trialBalance = [{ currency: "ZAR", differenceMinor: 1n }];
    expect(rules({ trialBalance })).toEqual(["trial-balance"]);
  });

  test("pending money without a withdrawal", () => {
    expect(rules({ pendingMinor: 501n })).toEqual(["reserve"]);
  });

  test("a journal entry that was there before, on the same primary", () => {
    expect(rules({ entries: new Set(["a", "c"]) }, sound)).toEqual(["entry-vanished"]);
  });

  test("a new primary may lack what nobody was told of", () => {
    expect(rules({ entries: new Set(["a"]), generation: 1 }, sound)).toEqual([]);
  });
});

describe("the provider's books", () => {
  const deposit = {
    id: "d",
    userId: "u",
    kind: "deposit",
    status: "completed",
    reference: "DEP",
    amountMinor: 1_000n,
  };
  const withdrawal = { ...deposit, kind: "withdrawal", reference: "WDR", amountMinor: 400n };
  const payment = {
    kind: "payment",
    objectId: "p",
    reference: "DEP",
    amountMinor: 1_000,
    feeMinor: 28,
  };
  const payoutMovement = {
    ...payment,
    kind: "payout",
    reference: "WDR",
    amountMinor: 400,
    feeMinor: 0,
  };
  const payout = {
    payoutId: "o",
    reference: "WDR",
    amountMinor: 400,
    status: "success",
    executions: 1,
    payments: 1,
    pendingPayments: 0,
  };
  const sound = { movements: [payment, payoutMovement], payouts: [payout] };
  const rules = (
    books: Partial<Books>,
    transactions = [deposit, withdrawal],
    more: { floatMinor?: bigint; parked?: Set<string> } = {},
  ): string[] =>
    checkProviderBooks({
      books: { ...sound, ...books },
      transactions,
      parked: more.parked ?? new Set(),
      floatMinor: more.floatMinor ?? 572n,
    }).map(({ rule }) => rule);

  test("sound books", () => {
    expect(rules({})).toEqual([]);
  });

  test("a payout paid twice by two executions", () => {
    expect(rules({ payouts: [{ ...payout, executions: 2, payments: 2 }] })).toEqual([
      "paid-twice",
      "executed-twice",
    ]);
  });

  test("two payouts of one withdrawal, both executed", () => {
    expect(rules({ payouts: [payout, { ...payout, payoutId: "o2" }] })).toEqual(["executed-twice"]);
  });

  test("two payouts of one withdrawal, one of them never executed", () => {
    const idle = { ...payout, payoutId: "o2", executions: 0, payments: 0 };
    expect(rules({ payouts: [idle, payout] })).toEqual([]);
  });

  test("completed, and nothing was paid", () => {
    expect(rules({ payouts: [{ ...payout, executions: 0, payments: 0 }] })).toEqual([
      "completed-unpaid",
    ]);
  });

  test("money given back to the user, and paid to the bank", () => {
    expect(rules({}, [deposit, { ...withdrawal, status: "failed" }])).toEqual([
      "released-and-paid",
    ]);
  });

  test("a payment that was never credited; with a case it is known", () => {
    const open = [{ ...deposit, status: "awaiting_payment" }, withdrawal];
    expect(rules({}, open)).toEqual(["paid-uncredited"]);
    expect(rules({}, open, { parked: new Set(["DEP"]) })).toEqual([]);
  });

  test("a credit without a payment", () => {
    expect(rules({ movements: [payoutMovement] }, undefined, { floatMinor: -400n })).toEqual([
      "credited-unpaid",
    ]);
  });

  test("a payment of another amount", () => {
    const movements = [{ ...payment, amountMinor: 999 }, payoutMovement];
    expect(rules({ movements }, undefined, { floatMinor: 571n })).toEqual(["wrong-amount"]);
  });

  test("a float that is not what Revio holds", () => {
    expect(rules({}, undefined, { floatMinor: 573n })).toEqual(["float-differs"]);
  });

  test("a payout that no withdrawal asked for", () => {
    expect(rules({}, [deposit], { floatMinor: 972n })).toEqual(["unasked"]);
  });
});

describe("open work", () => {
  const open = { reference: "WDR", kind: "withdrawal", status: "in_doubt", jobs: 0, cases: 0 };

  test("somebody's turn it is", () => {
    expect(
      checkOpenWork([
        { ...open, jobs: 1 },
        { ...open, cases: 1 },
      ]),
    ).toEqual([]);
  });

  test("nobody's", () => {
    expect(checkOpenWork([open]).map(({ rule }) => rule)).toEqual(["forgotten"]);
  });
});

describe("answers in time", () => {
  const late = { code: "TIMEOUT", startedMs: 10_000, endedMs: 30_000 };
  const window = { kind: "pause-api", detail: "api-1", startedMs: 12_000, healedMs: 40_000 };

  test("a paused process excuses, a standby that is down does not", () => {
    expect(checkBoundedAnswers([late], [window])).toEqual([]);
    const other = { ...window, kind: "standby-down" };
    expect(checkBoundedAnswers([late], [other])).toHaveLength(1);
    expect(checkBoundedAnswers([late], [{ ...window, startedMs: 31_000 }])).toHaveLength(1);
    expect(checkBoundedAnswers([{ ...late, code: "BUSY" }], [])).toEqual([]);
  });
});

describe("logs", () => {
  const server = { name: "postgres", text: "LOG:  received immediate shutdown request" };
  const rules = (text: string, serverText = server.text): string[] =>
    checkLogs([{ name: "api", text }], { name: "postgres", text: serverText }, ["4048195678"]).map(
      ({ rule }) => rule,
    );

  test("a quiet one", () => {
    expect(rules('{"level":"warn","message":"database connection lost"}')).toEqual([]);
  });

  test("an unhandled rejection, a panic, a secret", () => {
    expect(rules("[UnhandledPromiseRejection: x]")).toEqual(["unhandled"]);
    expect(rules("", "PANIC:  could not write")).toEqual(["server-panic"]);
    expect(rules("account 4048195678")).toEqual(["secret-in-log"]);
    expect(rules("", "DETAIL: 4048195678")).toEqual(["secret-in-log"]);
  });
});
