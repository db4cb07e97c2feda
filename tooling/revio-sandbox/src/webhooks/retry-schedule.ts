/** First attempt and up to eight more. */
const maximumAttempts = 9;

/** Revio publishes eight retries within 36 hours; the doubling gaps between them are our reading. */
const firstGapSeconds = 508;

/**
 * Seconds after the first attempt at which attempt number `attemptsMade + 1` is due:
 * 8.5 min, 25 min, 59 min, 2 h 07, 4 h 23, 8 h 54, 17 h 56, 36 h. Undefined when no attempt is left.
 */
export function retryAfterSeconds(attemptsMade: number): number | undefined {
  if (attemptsMade >= maximumAttempts) return undefined;
  return firstGapSeconds * (2 ** attemptsMade - 1);
}
