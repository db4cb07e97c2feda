import type { Answer, Attempt, Replay } from "../workload/history.ts";

/**
 * One key, one answer, to the letter. The one exception is the answer that says of itself that it is not the last: a
 * deposit whose checkout opens later may be told as delayed any number of times, and then in its final words for ever.
 *
 * @returns what was wrong, in words
 */
export function checkAnswers(attempts: readonly Attempt[], replay: Replay | undefined): string[] {
  const answered = attempts.flatMap(({ answer, startedMs, endedMs }) =>
    answer === undefined ? [] : [{ answer, startedMs, endedMs }],
  );
  const last = replay?.answer;
  const all = [...answered.map(({ answer }) => answer), ...(last === undefined ? [] : [last])];
  const final = answered.filter(({ answer }) => !answer.isDelayed);
  const delayed = answered.filter(({ answer }) => answer.isDelayed);
  const told = Math.min(...final.map(({ endedMs }) => endedMs));
  const found: string[] = [];
  if (replay !== undefined && last === undefined) {
    found.push(`a repeat at the end is answered ${replay.code}`);
  }
  if (count(all, (answer) => `${answer.id} ${answer.reference} ${answer.amountMinor}`) > 1) {
    found.push("the same key was answered with different transactions");
  } else if (
    count(
      all.filter((answer) => !answer.isDelayed),
      (answer) => answer.text,
    ) > 1
  ) {
    found.push("the same key was answered differently");
  }
  if (delayed.some(({ startedMs }) => startedMs > told) || (final.length > 0 && last?.isDelayed)) {
    found.push("an answer that was final became delayed");
  }
  return found;
}

function count(answers: readonly Answer[], by: (answer: Answer) => string): number {
  return new Set(answers.map(by)).size;
}
