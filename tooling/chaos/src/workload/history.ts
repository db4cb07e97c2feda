/** What became of one request. `info`: nobody knows; it may have happened, once. */
export type Outcome = "ok" | "fail" | "info";

export type OperationKind = "deposit" | "withdrawal";

/** What the API answered about the transaction, comparable by value. */
export interface Answer {
  readonly id: string;
  readonly reference: string;
  readonly amountMinor: string;
  /** Everything that the answer said, in one canonical text. */
  readonly text: string;
  /** True for a deposit whose checkout was to open later: the one answer that the same key may replace, once. */
  readonly isDelayed: boolean;
}

export interface Attempt {
  readonly api: number;
  /** Milliseconds since the start of the run. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  /** Stable code of the refusal, or of the way in which no answer came; null for `ok`. */
  readonly code: string | null;
  readonly answer?: Answer;
}

/** What the same key was answered once everything was over. */
export type Replay = Pick<Attempt, "outcome" | "code" | "answer">;

/** One intent of one user: a key of its own, one amount that no other intent of this user has, one attempt or several. */
export interface Operation {
  readonly userId: string;
  readonly kind: OperationKind;
  readonly key: string;
  readonly amountMinor: bigint;
  readonly bankAccountId: string | null;
  readonly attempts: Attempt[];
}

/** A request that is no money operation: sign-in, read. For latencies and classes of errors. */
export interface Call {
  readonly name: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  readonly code: string | null;
}

/** Something that must not be, found while the run went on. */
export interface Violation {
  readonly rule: string;
  readonly subject: string;
  readonly detail: string;
}

export interface History {
  readonly operations: Operation[];
  readonly calls: Call[];
  readonly violations: Violation[];
  /** Milliseconds since the start of the run. */
  now(): number;
}

export function createHistory(): History {
  const origin = performance.now();
  return {
    operations: [],
    calls: [],
    violations: [],
    now: () => Math.round(performance.now() - origin),
  };
}

/** As lines of JSON: one per attempt, in the order in which they began. */
export function historyLines(history: Pick<History, "operations">): string {
  return history.operations
    .flatMap(({ attempts, ...operation }) =>
      attempts.map((attempt) => ({
        ...operation,
        amountMinor: `${operation.amountMinor}`,
        ...attempt,
      })),
    )
    .toSorted((a, b) => a.startedMs - b.startedMs)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}
