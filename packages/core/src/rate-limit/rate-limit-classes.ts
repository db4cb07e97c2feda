/** What a class of requests may do, per key. Counters live in PostgreSQL, so the limits hold across processes. */
export interface RateLimitClass {
  /** Requests per window. */
  points: number;
  windowSeconds: number;
  /** When the counters cannot be read: guessing must not become free, but looking at a balance may go on. */
  whenStoreFails: "refuse" | "allow";
}

/** By key: addresses for what nobody signed in for, user ids for the rest. */
export const rateLimitClasses = {
  "sign-in-per-address": { points: 60, windowSeconds: 600, whenStoreFails: "refuse" },
  "operator-sign-in-per-address": { points: 30, windowSeconds: 600, whenStoreFails: "refuse" },
  "registration-per-address": { points: 10, windowSeconds: 3_600, whenStoreFails: "refuse" },
  "refresh-per-address": { points: 120, windowSeconds: 60, whenStoreFails: "refuse" },
  "money-per-user": { points: 30, windowSeconds: 60, whenStoreFails: "refuse" },
  "account-change-per-user": { points: 30, windowSeconds: 600, whenStoreFails: "refuse" },
  "reveal-per-operator": { points: 30, windowSeconds: 600, whenStoreFails: "refuse" },
  "reprocess-per-operator": { points: 20, windowSeconds: 600, whenStoreFails: "refuse" },
  "provider-read-per-operator": { points: 60, windowSeconds: 60, whenStoreFails: "refuse" },
  "verify-per-operator": { points: 20, windowSeconds: 60, whenStoreFails: "refuse" },
  "read-per-user": { points: 600, windowSeconds: 60, whenStoreFails: "allow" },
} as const satisfies Record<string, RateLimitClass>;

export type RateLimitClassName = keyof typeof rateLimitClasses;

/**
 * Guesses at the password or the second factor of one account. The first failures are free, then each doubles the
 * wait before the next try, up to 15 minutes. After 100 failures in a row the account takes no password for a day:
 * NIST SP 800-63B caps consecutive failures at 100, and a lock that an attacker could make permanent would be a weapon.
 */
export const passwordThrottle = {
  freeFailures: 5,
  longestWaitSeconds: 15 * 60,
  failureCap: 100,
  capSeconds: 24 * 3_600,
  /** A row of failures ends with a success, or this long after its first. */
  memorySeconds: 30 * 24 * 3_600,
} as const;

/** Seconds until the next try, after so many failures in a row. */
export function waitAfterFailures(failures: number): number {
  const { freeFailures, longestWaitSeconds } = passwordThrottle;
  if (failures < freeFailures) return 0;
  return Math.min(2 ** Math.min(failures - freeFailures, 20), longestWaitSeconds);
}
