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

/** One answer to a decision on a proposed correction, as the operator saw it. */
export interface Decision {
  approvalId: string;
  operatorId: string;
  decision: "approved" | "rejected";
  answer: "ok" | "fail" | "info";
}

/** A line of Revio's file that lies, and what reconciliation has to call it. */
export interface FalseLine {
  transactionId: string;
  class: string;
}

/** A rule that does not hold, by its id in the table of invariants. */
export interface Violation {
  invariant: string;
  text: string;
  step: number;
}
