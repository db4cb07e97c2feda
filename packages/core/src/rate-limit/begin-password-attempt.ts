import { RateLimiterRes } from "rate-limiter-flexible";
import type { Context } from "../context.ts";
import { countersUnavailable, rateLimited, type RateLimitContext } from "./check-rate-limit.ts";
import { passwordThrottle, waitAfterFailures } from "./rate-limit-classes.ts";

/** A try at a password, counted as failed until it is said otherwise: a crash or a cut connection gives nothing away. */
export interface PasswordAttempt {
  /** Ends the row of failures. */
  succeeded(): Promise<void>;
  /** Neither right nor wrong (a second factor is still to come): as if it had not been made. */
  withdrawn(): Promise<void>;
}

/**
 * Counts one try at the password of an account, before the password is looked at: of many tries at once, no more get
 * through than would one after another.
 *
 * @param accountKey stands for the account whether it exists or not, so that the answer does not tell
 * @throws DomainError RATE_LIMITED with retryAfterMs; BUSY if the counters cannot be read
 */
export async function beginPasswordAttempt(
  ctx: RateLimitContext & Pick<Context, "log">,
  accountKey: string,
): Promise<PasswordAttempt> {
  const { passwordFailures, passwordGate } = ctx.rateLimits;
  const { freeFailures, failureCap } = passwordThrottle;
  try {
    const known = await passwordFailures.get(accountKey);
    const failures = known?.consumedPoints ?? 0;
    if (known !== null && failures > failureCap) throw known;
    const wait = waitAfterFailures(failures);
    if (wait > 0) await passwordGate.consume(accountKey, 1, { customDuration: wait });
    const counted = await passwordFailures.consume(accountKey);
    if (wait === 0 && counted.consumedPoints > freeFailures) {
      // Tries at the same moment took the free ones. This one was not made, so it does not count either.
      await passwordFailures.reward(accountKey);
      throw new RateLimiterRes(0, 1_000, counted.consumedPoints, false);
    }
  } catch (error) {
    if (error instanceof RateLimiterRes) throw rateLimited(error.msBeforeNext);
    ctx.log.error({ error }, "rate limit counters unavailable");
    throw countersUnavailable(error);
  }
  const clear = async (work: Promise<unknown>[]) => {
    try {
      await Promise.all(work);
    } catch (error) {
      // The sign-in stands; the next one meets a longer row of failures than there was.
      ctx.log.warn({ error }, "password attempt could not be cleared");
    }
  };
  return {
    succeeded: () => clear([passwordFailures.delete(accountKey), passwordGate.delete(accountKey)]),
    withdrawn: () => clear([passwordFailures.reward(accountKey), passwordGate.delete(accountKey)]),
  };
}
