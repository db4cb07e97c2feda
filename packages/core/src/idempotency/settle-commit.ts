import { setTimeout as pause } from "node:timers/promises";
import { CommitOutcomeUnknown } from "@revio-wallet/db/with-transaction";
import type { Log } from "../context.ts";
import { DomainError, InvariantViolation } from "../errors.ts";

const tries = 4;
/**
 * For the whole of it, the first COMMIT included, which alone is waited for ten seconds. Less than the twenty for which a
 * partner's client waits: it must hear from us that the outcome is unknown, not find out by itself.
 */
const patienceMs = 15_000;

/** Until when a request that begins now may look for what came of its COMMIT; milliseconds of `performance.now()`. */
export function settlesUntil(): number {
  return performance.now() + patienceMs;
}

/**
 * Runs a database transaction that begins by claiming an idempotency key. If the connection was lost during COMMIT it is
 * found out, never guessed, what came of it, by running once more on another connection: the key is there, and this run
 * gives its stored answer; or it is free, so the first run surely did not commit, and this one does the work; or its
 * server process is still at it, and the claim waits for that. What `run` throws about the request is as good as an answer.
 *
 * A further run that is still under way at `until` is left to itself: whatever it does, it does under the same key.
 *
 * @throws DomainError OUTCOME_UNKNOWN if it could not be found out in time; the same key may ask again
 */
export async function settleCommit<Result>(
  ctx: { log: Log },
  run: (isRepeat: boolean) => Promise<Result>,
  until: number = settlesUntil(),
): Promise<Result> {
  let isRepeat = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await (isRepeat ? beforeItIsLate(run(true), until) : run(false));
    } catch (error) {
      if (!isRepeat && !(error instanceof CommitOutcomeUnknown)) throw error;
      if (error instanceof DomainError || error instanceof InvariantViolation) throw error;
      ctx.log.warn({ error, attempt }, "the outcome of a COMMIT is not known yet");
      isRepeat = true;
      const pauseMs = 100 * 2 ** attempt;
      if (attempt === tries || performance.now() + pauseMs >= until) throw outcomeUnknown(error);
      await pause(pauseMs);
    }
  }
}

/** @throws DomainError OUTCOME_UNKNOWN if `work` has not settled at `until` */
async function beforeItIsLate<Result>(work: Promise<Result>, until: number): Promise<Result> {
  const over = new AbortController();
  const late = pause(until - performance.now(), undefined, { signal: over.signal }).then(() => {
    throw outcomeUnknown(new Error("the look for it has not ended yet"));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    // Nobody waits any more for the one of the two that came second.
    for (const other of [work, late]) other.catch(() => undefined);
  }
}

function outcomeUnknown(cause: unknown): DomainError {
  return new DomainError(
    "OUTCOME_UNKNOWN",
    "It is not known yet whether this was done. Ask again with the same idempotency key: it will not be done twice.",
    { retryAfterMs: 5_000, cause },
  );
}
