import type { FaultWindow } from "../nemesis/fault.ts";
import type { Violation } from "../workload/history.ts";

interface Request {
  readonly code: string | null;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** A process that is stopped, or whose database line swallows everything, cannot answer; its users give up after 20 s. */
const excused: ReadonlySet<string> = new Set(["pause-api", "black-hole-database"]);

/**
 * Whatever is broken, an API that runs answers in time, if only that it does not know: no request may run into its
 * user's patience except through a process that could not act at all.
 */
export function checkBoundedAnswers(
  requests: readonly Request[],
  windows: readonly FaultWindow[],
): Violation[] {
  const excuses = windows.filter(({ kind }) => excused.has(kind));
  const unexcused = requests.filter(
    ({ code, startedMs, endedMs }) =>
      code === "TIMEOUT" &&
      !excuses.some((window) => endedMs >= window.startedMs && startedMs <= window.healedMs),
  );
  return unexcused.map(({ startedMs }) => ({
    rule: "unbounded-answer",
    subject: `at ${(startedMs / 1_000).toFixed(1)} s`,
    detail: "no answer within 20 s, and no fault that would excuse it",
  }));
}
