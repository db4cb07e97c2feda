import { setTimeout as pause } from "node:timers/promises";
import { CommitOutcomeUnknown } from "@revio-wallet/db/with-transaction";
import type { Log } from "../context.ts";
import { DomainError, InvariantViolation } from "../errors.ts";

/** A COMMIT is waited for ten seconds, a lock or a connection about five: half a minute in all, then the caller is told. */
const tries = 4;

/**
 * Runs a database transaction that begins by claiming an idempotency key. If the connection was lost during COMMIT it is
 * found out, never guessed, what came of it, by running once more on another connection: the key is there, and this run
 * gives its stored answer; or it is free, so the first run surely did not commit, and this one does the work; or its
 * server process is still at it, and the claim waits for that. What `run` throws about the request is as good as an answer.
 *
 * @throws DomainError OUTCOME_UNKNOWN if it could not be found out in about half a minute; the same key may ask again
 */
export async function settleCommit<Result>(
  ctx: { log: Log },
  run: (isRepeat: boolean) => Promise<Result>,
): Promise<Result> {
  let isRepeat = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(isRepeat);
    } catch (error) {
      if (!isRepeat && !(error instanceof CommitOutcomeUnknown)) throw error;
      if (error instanceof DomainError || error instanceof InvariantViolation) throw error;
      ctx.log.warn({ error, attempt }, "the outcome of a COMMIT is not known yet");
      isRepeat = true;
      if (attempt === tries) throw outcomeUnknown(error);
      await pause(100 * 2 ** attempt);
    }
  }
}

function outcomeUnknown(cause: unknown): DomainError {
  return new DomainError(
    "OUTCOME_UNKNOWN",
    "It is not known yet whether this was done. Ask again with the same idempotency key: it will not be done twice.",
    { retryAfterMs: 5_000, cause },
  );
}
