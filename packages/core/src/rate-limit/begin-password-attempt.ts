import { RateLimiterRes } from "rate-limiter-flexible";
import type { Context } from "../context.ts";
import { countersUnavailable, rateLimited, type RateLimitContext } from "./check-rate-limit.ts";
import type { RateLimits } from "./create-rate-limits.ts";
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
 * through than would one after another. Tries that are turned away count for nothing, or an attacker could run an
 * account up to its cap in a second.
 *
 * @param accountKey stands for the account whether it exists or not, so that the answer does not tell
 * @throws DomainError RATE_LIMITED with retryAfterMs; BUSY if the counters cannot be read
 */
export async function beginPasswordAttempt(
  ctx: RateLimitContext & Pick<Context, "log">,
  accountKey: string,
): Promise<PasswordAttempt> {
  const { passwordFreeTries, passwordFailures, passwordGate } = ctx.rateLimits;
  let counter = passwordFreeTries;
  try {
    if (!(await passed(passwordFreeTries.consume(accountKey)))) {
      counter = passwordFailures;
      await passGate(ctx.rateLimits, accountKey);
    }
  } catch (error) {
    if (error instanceof RateLimiterRes) throw rateLimited(error.msBeforeNext);
    ctx.log.error({ error }, "rate limit counters unavailable");
    throw countersUnavailable(error);
  }
  const clear = async (...work: Promise<unknown>[]) => {
    try {
      await Promise.all(work);
    } catch (error) {
      // The sign-in stands; the next one meets a longer row of failures than there was.
      ctx.log.warn({ error }, "password attempt could not be cleared");
    }
  };
  return {
    succeeded: () =>
      clear(
        ...[passwordFreeTries, passwordFailures, passwordGate].map((limiter) =>
          limiter.delete(accountKey),
        ),
      ),
    withdrawn: () => clear(counter.reward(accountKey), passwordGate.delete(accountKey)),
  };
}

/** One try per wait gets through, however many ask: the gate opens for one and closes in the same statement. */
async function passGate(
  { passwordFailures, passwordGate }: RateLimits,
  accountKey: string,
): Promise<void> {
  const { freeFailures, failureCap, capSeconds } = passwordThrottle;
  const known = await passwordFailures.get(accountKey);
  const failures = freeFailures + (known?.consumedPoints ?? 0);
  if (known !== null && failures >= failureCap) throw known;
  const customDuration = waitAfterFailures(failures);
  await passwordGate.consume(accountKey, 1, { customDuration });
  const { consumedPoints } = await passwordFailures.penalty(accountKey);
  if (freeFailures + consumedPoints >= failureCap) {
    await passwordFailures.block(accountKey, capSeconds);
  }
}

async function passed(consumed: Promise<RateLimiterRes>): Promise<boolean> {
  try {
    await consumed;
    return true;
  } catch (error) {
    if (error instanceof RateLimiterRes) return false;
    throw error;
  }
}
