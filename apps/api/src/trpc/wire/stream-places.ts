import { DomainError } from "@revio-wallet/core/errors";

/**
 * Streams of one person at once, in one process. Takes a place and returns how to give it back.
 *
 * @throws DomainError RATE_LIMITED when all `most` are taken
 */
export function createStreamPlaces(most: number): (personId: string) => () => void {
  const open = new Map<string, number>();
  return (personId) => {
    const taken = open.get(personId) ?? 0;
    if (taken >= most) {
      throw new DomainError(
        "RATE_LIMITED",
        `No more than ${most} live streams at once. Close one first.`,
        { retryAfterMs: 30_000 },
      );
    }
    open.set(personId, taken + 1);
    return () => {
      const left = (open.get(personId) ?? 1) - 1;
      if (left > 0) open.set(personId, left);
      else open.delete(personId);
    };
  };
}
