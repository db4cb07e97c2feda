import type { Operation } from "@trpc/client";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Requests per call at most, the first one included. */
  readonly attempts: number;
  /** The longest first pause; each further one may be twice as long. Milliseconds. */
  readonly baseDelayMs: number;
  /** No pause of ours is longer. Milliseconds. */
  readonly maxDelayMs: number;
  /** If the server asks for a longer wait than this, the call fails instead, and the app can say why. Milliseconds. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  baseDelayMs: 300,
  maxDelayMs: 5_000,
  maxRetryAfterMs: 30_000,
};

/**
 * Whether a second copy of the call does no harm: it only reads, or the server knows it by its idempotency key.
 */
export function isRepeatable({ type, input }: Pick<Operation, "type" | "input">): boolean {
  if (type !== "mutation") return true;
  return (
    typeof input === "object" &&
    input !== null &&
    typeof (input as { idempotencyKey?: unknown }).idempotencyKey === "string"
  );
}

/**
 * The pause before the next attempt, or `undefined` if there shall be none. Full jitter: clients that failed together must
 * not come back together. What the server asks for is the least; the jitter comes on top.
 *
 * @param attempt number of the attempt that failed, from 1
 */
export function delayBeforeRetry(
  policy: RetryPolicy,
  attempt: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= policy.attempts) return undefined;
  const longest = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const jitter = Math.floor(random() * longest);
  if (retryAfterMs === undefined) return jitter;
  return retryAfterMs > policy.maxRetryAfterMs ? undefined : retryAfterMs + jitter;
}
