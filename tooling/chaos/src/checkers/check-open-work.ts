import type { Violation } from "../workload/history.ts";

/** A transaction that has not ended, and who will end it. */
export interface OpenTransaction {
  readonly reference: string;
  readonly kind: string;
  readonly status: string;
  /** Jobs about it that are waiting or running. */
  readonly jobs: number;
  /** Breaks, parked events, approvals: a person has been told. */
  readonly cases: number;
}

/** I13: after heal and drain nothing is open without somebody whose turn it is. */
export function checkOpenWork(open: readonly OpenTransaction[]): Violation[] {
  return open
    .filter(({ jobs, cases }) => jobs === 0 && cases === 0)
    .map(({ reference, kind, status }) => ({
      rule: "forgotten",
      subject: reference,
      detail: `the ${kind} is ${status}, and no job or case is about it`,
    }));
}
