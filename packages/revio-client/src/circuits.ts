import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhenResult,
  isBrokenCircuitError,
} from "cockatiel";
import type { CallKind } from "./call.ts";
import { createRetryBudget, type RetryBudget } from "./retry-budget.ts";

export interface CircuitSettings {
  /** So many calls of one operation in a row without an answer open its circuit. */
  failuresToOpen: number;
  /** First pause of an open circuit; doubles with each failed probe. */
  openMs: number;
  maxOpenMs: number;
  /** Pause of all operations after the API key was refused. */
  keyRefusedMs: number;
}

export const DEFAULT_CIRCUIT_SETTINGS: CircuitSettings = {
  failuresToOpen: 5,
  openMs: 5_000,
  maxOpenMs: 60_000,
  keyRefusedMs: 60_000,
};

/** A pause wished for by `Retry-After` holds a circuit open, up to this. */
const LONGEST_WISH_MS = 15 * 60_000;
/** While one probe is under way, nobody else goes: ask again after this. */
const PROBE_MS = 1_000;

/**
 * What an attempt says about whether Revio can be reached. A refusal of the item in hand is an answer, and so `available`.
 * `aborted` says nothing.
 */
export type Availability =
  | { is: "available" | "key_refused" | "silent" }
  | { is: "unavailable"; retryAfterMs: number | null };

export interface CircuitReport {
  state: "closed" | "open" | "half_open";
  /** Until when calls are refused at once; null when closed. */
  openUntil: Date | null;
}

export interface Circuits {
  /** Milliseconds until a call of this operation may be tried; null when it may now. */
  closedIn(operation: string, kind: CallKind): number | null;
  /**
   * Makes the attempt, if its circuit lets it, and learns from it.
   * Refused: nothing was sent, try again after so many milliseconds.
   */
  attempt<T>(
    call: { operation: string; kind: CallKind },
    make: () => Promise<{ result: T; says: Availability }>,
  ): Promise<{ result: T } | { refusedForMs: number }>;
  /** By name; circuits that were never used are missing. */
  report(): Record<string, CircuitReport>;
  budget: RetryBudget;
}

export interface CircuitEvents {
  /** A circuit opened. `key_refused` wants a person: no pause repairs a revoked key. */
  onOpen?: (event: { circuit: string; openMs: number }) => void;
  onClose?: (event: { circuit: string }) => void;
}

interface Circuit {
  breaker: CircuitBreakerPolicy;
  openUntilMs: () => number;
}

/** Of the API key, over all operations. */
const KEY_CIRCUIT = "api_key";

interface CircuitRule {
  opensOn: (says: Availability) => boolean;
  failures: number;
  openMs: (failedProbes: number, says: Availability) => number;
}

function createCircuit(name: string, rule: CircuitRule, events: CircuitEvents): Circuit {
  let openUntilMs = 0;
  const breaker = circuitBreaker(
    handleWhenResult((value) => rule.opensOn((value as { says: Availability }).says)),
    {
      breaker: new ConsecutiveBreaker(rule.failures),
      halfOpenAfter: new DelegateBackoff(({ attempt, result }) => {
        const says = "value" in result ? (result.value as { says: Availability }).says : undefined;
        const openMs = rule.openMs(attempt - 1, says ?? { is: "silent" });
        openUntilMs = Date.now() + openMs;
        events.onOpen?.({ circuit: name, openMs });
        return openMs;
      }),
    },
  );
  breaker.onReset(() => events.onClose?.({ circuit: name }));
  return { breaker, openUntilMs: () => openUntilMs };
}

function refusedForMs({ breaker, openUntilMs }: Circuit): number | null {
  if (breaker.state === CircuitState.HalfOpen) return PROBE_MS;
  if (breaker.state !== CircuitState.Open) return null;
  const waitMs = openUntilMs() - Date.now();
  return waitMs > 0 ? waitMs : null;
}

/** All reads share a circuit: which object is read says nothing about whether Revio answers. */
function circuitName({ operation, kind }: { operation: string; kind: CallKind }): string {
  return kind === "read" && !operation.startsWith("companyStatements") ? "reads" : operation;
}

/**
 * Circuit breakers, one for each writing operation and one for reads, and one of the API key over all of them. One set per
 * process, shared by all clients in it. Only unavailability counts: timeouts, lost connections, 5xx, 429. After the pause
 * one call goes as a probe; the others are refused until it has come back, so that recovery starts with one request.
 */
export function createCircuits(
  settings: Partial<CircuitSettings> = {},
  events: CircuitEvents = {},
): Circuits {
  const { failuresToOpen, openMs, maxOpenMs, keyRefusedMs } = {
    ...DEFAULT_CIRCUIT_SETTINGS,
    ...settings,
  };
  const circuits = new Map<string, Circuit>();
  const keyCircuit = createCircuit(
    KEY_CIRCUIT,
    { opensOn: ({ is }) => is === "key_refused", failures: 1, openMs: () => keyRefusedMs },
    events,
  );
  const circuitOf = (name: string): Circuit => {
    const known = circuits.get(name);
    if (known !== undefined) return known;
    const made = createCircuit(
      name,
      {
        opensOn: ({ is }) => is === "unavailable",
        failures: failuresToOpen,
        openMs: (failedProbes, says) => {
          const pause = Math.min(maxOpenMs, openMs * 2 ** Math.min(failedProbes, 16));
          const wish = says.is === "unavailable" ? (says.retryAfterMs ?? 0) : 0;
          return Math.max(pause, Math.min(wish, LONGEST_WISH_MS));
        },
      },
      events,
    );
    circuits.set(name, made);
    return made;
  };
  const closedIn = (call: { operation: string; kind: CallKind }) =>
    refusedForMs(keyCircuit) ?? refusedForMs(circuitOf(circuitName(call)));
  return {
    closedIn: (operation, kind) => closedIn({ operation, kind }),
    attempt: async (call, make) => {
      // Both are asked before either is entered: one that lets the call in and sees it refused by the other would learn
      // from that.
      const waitMs = closedIn(call);
      if (waitMs !== null) return { refusedForMs: waitMs };
      const { breaker } = circuitOf(circuitName(call));
      try {
        return await breaker.execute(() => keyCircuit.breaker.execute(make));
      } catch (error) {
        if (isBrokenCircuitError(error)) return { refusedForMs: PROBE_MS };
        throw error;
      }
    },
    report: () =>
      Object.fromEntries([...circuits, [KEY_CIRCUIT, keyCircuit] as const].map(reportOf)),
    budget: createRetryBudget(Date.now),
  };
}

function reportOf([name, circuit]: readonly [string, Circuit]): [string, CircuitReport] {
  const { breaker, openUntilMs } = circuit;
  if (breaker.state === CircuitState.Closed) return [name, { state: "closed", openUntil: null }];
  const openUntil = new Date(openUntilMs());
  const probing = breaker.state === CircuitState.HalfOpen || openUntil.getTime() <= Date.now();
  return [name, { state: probing ? "half_open" : "open", openUntil }];
}
