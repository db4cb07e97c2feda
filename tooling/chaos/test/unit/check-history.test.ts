import { describe, expect, test } from "vitest";
import { checkHistory, type TransactionFact } from "../../src/checkers/check-history.ts";
import type { Attempt, Operation, Replay } from "../../src/workload/history.ts";

const answer = {
  id: "t1",
  reference: "WDR-1",
  amountMinor: "10001",
  text: "{1}",
  isDelayed: false,
};
const ok: Attempt = { api: 0, startedMs: 0, endedMs: 1, outcome: "ok", code: null, answer };
const refused = (code: string): Attempt => ({ ...unknown, outcome: "fail", code });
const unknown: Attempt = { api: 0, startedMs: 0, endedMs: 1, outcome: "info", code: "NO_ANSWER" };

function operation(attempts: Attempt[], kind: Operation["kind"] = "withdrawal"): Operation {
  return { userId: "u", kind, key: "k", amountMinor: 10_001n, bankAccountId: "b", attempts };
}

function fact(changes: Partial<TransactionFact> = {}): TransactionFact {
  const kind = "withdrawal";
  const base = { id: "t1", userId: "u", kind, status: "completed", reference: "WDR-1" };
  return { ...base, amountMinor: 10_001n, ...changes };
}

function rules(operations: Operation[], facts: TransactionFact[], replay?: Replay): string[] {
  const replays = new Map(replay === undefined ? [] : [["k", replay]]);
  return checkHistory(operations, facts, replays).map(({ rule }) => rule);
}

describe("a sound history", () => {
  test("acknowledged, there, and answered the same again", () => {
    expect(rules([operation([unknown, ok, ok])], [fact()], ok)).toEqual([]);
  });

  test("unknown: it happened, or it did not", () => {
    expect(rules([operation([unknown, unknown])], [fact()])).toEqual([]);
    expect(rules([operation([unknown, unknown])], [])).toEqual([]);
  });

  test("refused for good, and not there", () => {
    const refusal = refused("INSUFFICIENT_FUNDS");
    expect(rules([operation([unknown, refusal])], [], refusal)).toEqual([]);
  });

  test("busy once, acknowledged later", () => {
    expect(rules([operation([refused("BUSY"), ok])], [fact()], ok)).toEqual([]);
  });

  test("a deposit that Revio refused is recorded, and moved nothing", () => {
    const deposit = operation([refused("PROVIDER_REJECTED")], "deposit");
    expect(rules([deposit], [fact({ kind: "deposit", status: "failed" })])).toEqual([]);
  });
});

describe("a deposit whose checkout opens later", () => {
  const delayed: Attempt = { ...ok, answer: { ...answer, text: "{delayed}", isDelayed: true } };
  const opened: Attempt = { ...ok, startedMs: 10, endedMs: 11 };
  const deposit = (attempts: Attempt[]) => [operation(attempts, "deposit")];
  const there = [fact({ kind: "deposit" })];

  test("told as delayed, then with its checkout, then the same for ever", () => {
    expect(rules(deposit([delayed, delayed, opened, opened]), there, opened)).toEqual([]);
    expect(rules(deposit([delayed]), there, opened)).toEqual([]);
  });

  test("two requests at once, told differently in whichever order they are read", () => {
    const slow = { ...delayed, startedMs: 9, endedMs: 20 };
    expect(rules(deposit([opened, slow]), there, opened)).toEqual([]);
  });

  test("two different checkouts", () => {
    const other = { ...opened, answer: { ...answer, text: "{2}" } };
    expect(rules(deposit([delayed, opened, other]), there)).toEqual(["changed-answer"]);
    expect(rules(deposit([delayed, opened]), there, other)).toEqual(["changed-answer"]);
  });

  test("delayed again after a checkout was shown", () => {
    const later = { ...delayed, startedMs: 12, endedMs: 13 };
    expect(rules(deposit([opened, later]), there)).toEqual(["changed-answer"]);
    expect(rules(deposit([opened]), there, delayed)).toEqual(["changed-answer"]);
  });

  test("opened as another deposit", () => {
    const other = { ...opened, answer: { ...answer, id: "t2" } };
    expect(rules(deposit([delayed, other]), there)).toEqual(["changed-answer"]);
  });
});

describe("bad histories are found", () => {
  test("a lost ok", () => {
    expect(rules([operation([ok])], [])).toEqual(["lost-ok"]);
  });

  test("an ok whose place another transaction took, as after a failover that lost the first", () => {
    expect(rules([operation([ok])], [fact({ id: "t2" })], ok)).toEqual(["lost-ok"]);
  });

  test("an ok about another amount", () => {
    const wrong = { ...ok, answer: { ...answer, amountMinor: "10002" } };
    expect(rules([operation([wrong])], [fact()])).toEqual(["lost-ok"]);
  });

  test("a final refusal that was applied", () => {
    expect(rules([operation([refused("INSUFFICIENT_FUNDS")])], [fact()])).toEqual(["applied-fail"]);
  });

  test("a final refusal that was applied, although other attempts were unknown", () => {
    const attempts = [unknown, refused("LIMIT_EXCEEDED"), unknown];
    expect(rules([operation(attempts)], [fact()])).toEqual(["applied-fail"]);
  });

  test("a final refusal whose key succeeds later", () => {
    const attempts = [refused("INSUFFICIENT_FUNDS")];
    expect(rules([operation(attempts)], [], ok)).toEqual(["applied-fail"]);
  });

  test("'nothing was done' that was done", () => {
    expect(rules([operation([refused("BUSY")])], [fact()])).toEqual(["applied-fail"]);
  });

  test("a refused deposit that was credited", () => {
    const deposit = operation([refused("PROVIDER_REJECTED")], "deposit");
    expect(rules([deposit], [fact({ kind: "deposit" })])).toEqual(["applied-fail"]);
  });

  test("an unknown that happened twice", () => {
    expect(rules([operation([unknown])], [fact(), fact({ id: "t2" })])).toEqual(["done-twice"]);
  });

  test("an ok that happened twice", () => {
    expect(rules([operation([ok])], [fact(), fact({ id: "t2" })], ok)).toEqual(["done-twice"]);
  });

  test("one key, two answers", () => {
    const other = { ...ok, answer: { ...answer, text: "{2}" } };
    expect(rules([operation([ok, other])], [fact()])).toEqual(["changed-answer"]);
    expect(rules([operation([ok])], [fact()], other)).toEqual(["changed-answer"]);
  });

  test("acknowledged and refused", () => {
    const attempts = [ok, refused("INSUFFICIENT_FUNDS")];
    expect(rules([operation(attempts)], [fact()], ok)).toEqual(["changed-answer"]);
  });

  test("acknowledged, and a repeat at the end is not", () => {
    expect(rules([operation([ok])], [fact()], unknown)).toEqual(["changed-answer"]);
  });

  test("a transaction that nobody asked for", () => {
    expect(rules([], [fact()])).toEqual(["unasked"]);
  });
});
