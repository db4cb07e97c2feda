import { checkAnswers } from "./check-answers.ts";
import type { Answer, Attempt, Operation, Replay, Violation } from "../workload/history.ts";

/** A transaction as the database has it at the end. */
export interface TransactionFact {
  readonly id: string;
  readonly userId: string;
  readonly kind: string;
  readonly status: string;
  readonly reference: string;
  readonly amountMinor: bigint;
}

/** Statuses of a deposit that was refused in the end: it is recorded, and moved nothing. */
const withoutEffect: ReadonlySet<string> = new Set(["created", "failed", "cancelled", "expired"]);

/**
 * Holds the history against what is there at the end. `ok`: it is there, once, and the same key is answered the same.
 * `fail`: it is not there. `info`: it may be there, and not twice. Effects are found by user and amount, which are unique
 * per operation, so this does not lean on the wallet's own table of keys.
 */
export function checkHistory(
  operations: readonly Operation[],
  facts: readonly TransactionFact[],
  replays: ReadonlyMap<string, Replay>,
): Violation[] {
  const byMark = Map.groupBy(facts, ({ userId, kind, amountMinor }) =>
    mark(userId, kind, amountMinor),
  );
  const ours = new Set(operations.map((each) => mark(each.userId, each.kind, each.amountMinor)));
  const strange = facts.filter(
    ({ userId, kind, amountMinor }) => !ours.has(mark(userId, kind, amountMinor)),
  );
  return [
    ...operations.flatMap((operation) => {
      const { userId, kind, amountMinor } = operation;
      const found = byMark.get(mark(userId, kind, amountMinor)) ?? [];
      return checkOperation(operation, found, replays.get(operation.key));
    }),
    ...strange.map(({ reference }) =>
      violation("unasked", reference, "a transaction that nobody asked for"),
    ),
  ];
}

function checkOperation(
  operation: Operation,
  found: readonly TransactionFact[],
  replay: Replay | undefined,
): Violation[] {
  const { kind, key, attempts } = operation;
  const subject = `${kind} ${key}`;
  const violations: Violation[] = [];
  const say = (rule: string, detail: string): void => {
    violations.push(violation(rule, subject, detail));
  };
  const answers = attempts.flatMap(({ answer }) => answer ?? []);
  const refusal = finalRefusal(attempts);

  if (found.length > 1) say("done-twice", found.map(({ reference }) => reference).join(", "));
  if (answers.length > 0) {
    if (refusal !== undefined) say("changed-answer", `acknowledged and refused with ${refusal}`);
    for (const changed of checkAnswers(attempts, replay)) say("changed-answer", changed);
    const [answer] = answers;
    const lost = answer && lostAnswer(operation, answer, found);
    if (lost !== undefined) say("lost-ok", lost);
    return violations;
  }
  const applied = found.filter(({ status }) => kind !== "deposit" || !withoutEffect.has(status));
  const nothingDone = attempts.length > 0 && attempts.every(({ outcome }) => outcome === "fail");
  if ((refusal !== undefined || nothingDone) && applied.length > 0) {
    const codes = attempts.map(({ code, outcome }) => code ?? outcome).join(", ");
    say("applied-fail", `answered ${codes}, and yet there is ${applied[0]?.reference}`);
  }
  if (refusal !== undefined && replay?.outcome === "ok") {
    say("applied-fail", `refused with ${refusal}, and a repeat of the key succeeds`);
  }
  return violations;
}

function lostAnswer(
  { amountMinor }: Operation,
  answer: Answer,
  found: readonly TransactionFact[],
): string | undefined {
  if (!found.some(({ id }) => id === answer.id)) return `${answer.reference} is not there`;
  if (answer.amountMinor === `${amountMinor}`) return undefined;
  return `${answer.reference} is about ${answer.amountMinor}, not ${amountMinor}`;
}

/** Refusals that are stored under the key: the same request is refused for ever. */
const finalCodes: ReadonlySet<string> = new Set([
  "DUPLICATE",
  "INSUFFICIENT_FUNDS",
  "LIMIT_EXCEEDED",
  "NOT_FOUND",
  "OUTGOING_FROZEN",
  "PROVIDER_REJECTED",
]);

export function finalRefusal(attempts: readonly Attempt[]): string | undefined {
  const codes = attempts.filter(({ outcome }) => outcome === "fail").map(({ code }) => code ?? "");
  return codes.find((code) => finalCodes.has(code));
}

function mark(userId: string, kind: string, amountMinor: bigint): string {
  return `${userId} ${kind} ${amountMinor}`;
}

function violation(rule: string, subject: string, detail: string): Violation {
  return { rule, subject, detail };
}
