import { type RevioError, RevioRateLimited, RevioUnavailable } from "./errors.ts";
import type { CallKind } from "./call.ts";
import type { RetryBudget } from "./retry-budget.ts";

export interface RetryPolicy {
  /** All attempts, the first included. */
  maxAttempts: number;
  baseDelayMs: number;
  /** Longest pause, also for Retry-After: a longer wish ends the call, and the queue waits instead. */
  maxDelayMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 3,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
};

/** An absurd Retry-After (10^9 seconds) must not park a customer's money for years. */
const LONGEST_RETRY_AFTER_MS = 15 * 60 * 1000;

/** `Retry-After` as milliseconds from now, from seconds or an HTTP date; null when absent or senseless. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const value = header.trim();
  const seconds = /^\d{1,12}$/.test(value) ? Number(value) : null;
  // Date.parse accepts almost anything ("1", "-5"), so demand the shape of an HTTP date.
  const date = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN;
  const waitMs = seconds === null ? date - nowMs : seconds * 1000;
  if (Number.isNaN(waitMs)) return null;
  return Math.min(Math.max(waitMs, 0), LONGEST_RETRY_AFTER_MS);
}

/**
 * Only what is safe by Revio's contract, which has no idempotency keys: reads and deletes without an
 * answer, and any call whose connection was refused before a byte was sent.
 */
function isRepeatable(kind: CallKind, error: RevioError): boolean {
  if (error instanceof RevioRateLimited) return true;
  if (!(error instanceof RevioUnavailable)) return false;
  if (error.reason === "aborted" || error.reason === "circuit_open") return false;
  return kind === "read" || kind === "delete" || error.reason === "refused";
}

/**
 * Milliseconds to wait before the next attempt (full jitter), or null when the call ends here. An attempt that may be
 * made is paid for from the budget of the process. This is the only place where a request is repeated.
 */
export function nextDelay(
  policy: RetryPolicy,
  budget: RetryBudget,
  kind: CallKind,
  error: RevioError,
  attempt: number,
  random: () => number,
): number | null {
  if (attempt >= policy.maxAttempts || !isRepeatable(kind, error)) return null;
  const wished =
    error instanceof RevioRateLimited || error instanceof RevioUnavailable
      ? (error.retryAfterMs ?? 0)
      : 0;
  if (wished > policy.maxDelayMs || !budget.spend()) return null;
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return Math.min(policy.maxDelayMs, wished + Math.floor(random() * ceiling));
}
