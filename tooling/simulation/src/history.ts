/** How one request ended, as its caller saw it. `info`: unknown; it may have happened, or not. */
export type Outcome =
  | { type: "ok"; transactionId: string; amountMinor: bigint }
  | { type: "fail"; code: string; final: boolean }
  | { type: "info"; error: string };

/** One intent of a user, under one idempotency key, with every answer that it got. */
export interface Operation {
  kind: "deposit" | "withdrawal";
  userId: string;
  key: string;
  amountMinor: bigint;
  outcomes: Outcome[];
  /** Answers to the same key with another amount. */
  forgedOutcomes: Outcome[];
}

/** A rule that does not hold, by its id in the table of invariants. */
export interface Violation {
  invariant: string;
  text: string;
  step: number;
}
