/** Retries may be a tenth of the calls, so that a struggling provider meets little more than its usual load. */
const EARNED_PER_CALL = 0.1;
/** The small floor: a quiet process may repeat a call too. One token each ten seconds, ten at most. */
const FLOOR_MS_PER_TOKEN = 10_000;
const CAPACITY = 10;

/** Token bucket over all calls of a process; a retry takes a token or does not happen. */
export interface RetryBudget {
  /** A first attempt was made. */
  earn(): void;
  /** True if a retry may be made, which is then paid for. */
  spend(): boolean;
}

export function createRetryBudget(now: () => number): RetryBudget {
  let tokens = CAPACITY;
  let filledAtMs = now();
  const fill = (more: number) => {
    const nowMs = now();
    const byTime = Math.max(nowMs - filledAtMs, 0) / FLOOR_MS_PER_TOKEN;
    filledAtMs = nowMs;
    tokens = Math.min(CAPACITY, tokens + byTime + more);
  };
  return {
    earn: () => fill(EARNED_PER_CALL),
    spend: () => {
      fill(0);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
