import type { Checked } from "../check-everything.ts";
import type { Drained } from "../drain.ts";
import type { FaultWindow } from "../nemesis/fault.ts";
import type { ChaosOptions } from "../options.ts";
import type { History, Outcome, Violation } from "../workload/history.ts";

export interface Latency {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

export interface FaultSummary {
  readonly kind: string;
  readonly times: number;
  /** From the heal to the first money operation begun after it that succeeded, in the worst case. */
  readonly slowestRecoveryMs: number | null;
}

export interface ChaosReport {
  readonly startedAt: string;
  readonly seed: string;
  readonly minutes: number;
  readonly users: number;
  readonly faults: readonly FaultSummary[];
  readonly windows: readonly FaultWindow[];
  readonly operations: Record<Outcome, number>;
  readonly requests: Record<Outcome, number>;
  /** How often each code was answered, or no answer came. */
  readonly codes: Record<string, number>;
  readonly calm: Latency;
  readonly disturbed: Latency;
  readonly restarts: number;
  readonly failovers: number;
  readonly looks: number;
  readonly drainSeconds: number;
  readonly left: Drained["left"];
  readonly replayed: number;
  readonly journalEntries: number;
  readonly transactions: number;
  readonly violations: readonly Violation[];
}

export function toReport(run: {
  readonly options: ChaosOptions;
  readonly startedAt: Date;
  readonly history: History;
  readonly windows: readonly FaultWindow[];
  readonly drained: Drained;
  readonly checked: Checked;
  readonly looks: number;
  readonly restarts: number;
  readonly failovers: number;
}): ChaosReport {
  const { options, history, drained, checked, looks, restarts, failovers } = run;
  const { operations, calls } = history;
  const windows = run.windows.map((window) => withRecovery(window, history));
  const attempts = operations.flatMap((operation) => operation.attempts);
  const isDisturbed = (request: Request): boolean =>
    windows.some(
      ({ startedMs, healedMs, recoveredMs }) =>
        request.endedMs >= startedMs && request.startedMs <= (recoveredMs ?? healedMs),
    );
  const requests: Request[] = [...attempts, ...calls.filter(({ name }) => name !== "checkout")];
  return {
    startedAt: run.startedAt.toISOString(),
    seed: options.seed,
    minutes: options.minutes,
    users: options.users,
    faults: summarise(windows),
    windows,
    operations: tally(operations.map((operation) => operation.attempts).map(bestOutcome)),
    requests: tally(attempts.map(({ outcome }) => outcome)),
    codes: countBy([...attempts, ...calls].flatMap(({ code }) => code ?? [])),
    calm: latency(requests.filter((request) => !isDisturbed(request))),
    disturbed: latency(requests.filter(isDisturbed)),
    restarts,
    failovers,
    looks,
    drainSeconds: drained.seconds,
    left: drained.left,
    replayed: checked.replayed,
    journalEntries: Number(checked.ledger.journalEntries),
    transactions: Number(checked.ledger.transactions),
    violations: checked.violations,
  };
}

interface Request {
  readonly startedMs: number;
  readonly endedMs: number;
}

function withRecovery(window: FaultWindow, { operations }: History): FaultWindow {
  const ends = operations
    .flatMap(({ attempts }) => attempts)
    .filter(({ outcome, startedMs }) => outcome === "ok" && startedMs >= window.healedMs)
    .map(({ endedMs }) => endedMs);
  return ends.length === 0 ? window : { ...window, recoveredMs: Math.min(...ends) };
}

function summarise(windows: readonly FaultWindow[]): FaultSummary[] {
  const kinds = Map.groupBy(windows, ({ kind }) => kind);
  return [...kinds].map(([kind, own]) => {
    const recoveries = own.flatMap(({ healedMs, recoveredMs }) =>
      recoveredMs === undefined ? [] : [recoveredMs - healedMs],
    );
    const slowestRecoveryMs = recoveries.length === 0 ? null : Math.max(...recoveries);
    return { kind, times: own.length, slowestRecoveryMs };
  });
}

function bestOutcome(attempts: readonly { readonly outcome: Outcome }[]): Outcome {
  const outcomes = attempts.map(({ outcome }) => outcome);
  if (outcomes.includes("ok")) return "ok";
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === "fail") ? "fail" : "info";
}

function tally(outcomes: readonly Outcome[]): Record<Outcome, number> {
  const counted = { ok: 0, fail: 0, info: 0 };
  for (const outcome of outcomes) counted[outcome] += 1;
  return counted;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}

export function latency(requests: readonly Request[]): Latency {
  const times = requests.map(({ startedMs, endedMs }) => endedMs - startedMs).sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { requests: times.length, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: times.at(-1) ?? 0 };
}
