import { DomainError } from "./errors.ts";

/** A half-open stretch of time: at or after `from`, before `to`. Without an end it goes on. */
export interface Period {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** @throws DomainError INVALID_INPUT if it ends before it begins: figures of such a period would add up to nonsense */
export function checkPeriod({ from, to }: Period): void {
  if (from !== undefined && to !== undefined && to < from) {
    throw new DomainError("INVALID_INPUT", "The period ends before it begins. Swap the two times.");
  }
}
