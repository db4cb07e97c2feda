import { DomainError } from "@revio-wallet/core/errors";

/** Streams of one user at once, in one process: a few tabs and devices. */
const streamsPerUser = 5;

const open = new Map<string, number>();

/**
 * Takes one of the user's places for a stream. Returns how to give it back.
 *
 * @throws DomainError RATE_LIMITED
 */
export function takeStreamPlace(userId: string): () => void {
  const taken = open.get(userId) ?? 0;
  if (taken >= streamsPerUser) {
    throw new DomainError(
      "RATE_LIMITED",
      `No more than ${streamsPerUser} live streams at once. Close one first.`,
      { retryAfterMs: 30_000 },
    );
  }
  open.set(userId, taken + 1);
  return () => {
    const left = (open.get(userId) ?? 1) - 1;
    if (left > 0) open.set(userId, left);
    else open.delete(userId);
  };
}
