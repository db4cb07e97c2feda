import { RateLimiterRes } from "rate-limiter-flexible";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import type { RateLimits } from "./create-rate-limits.ts";
import { rateLimitClasses, type RateLimitClassName } from "./rate-limit-classes.ts";

/** Added to the context of every verb that counts requests. */
export interface RateLimitContext {
  rateLimits: RateLimits;
}

/**
 * Counts one request of a class against a key (user id, or `addressKey` of the caller).
 *
 * @throws DomainError RATE_LIMITED with retryAfterMs; BUSY if the counters cannot be read and the class is closed then
 */
export async function checkRateLimit(
  ctx: RateLimitContext & Pick<Context, "log">,
  className: RateLimitClassName,
  key: string,
): Promise<void> {
  try {
    await ctx.rateLimits.classes[className].consume(key);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw rateLimited(error.msBeforeNext);
    const { whenStoreFails } = rateLimitClasses[className];
    ctx.log.error({ class: className, whenStoreFails, error }, "rate limit counters unavailable");
    if (whenStoreFails === "refuse") throw countersUnavailable(error);
  }
}

export function rateLimited(retryAfterMs: number): DomainError {
  return new DomainError("RATE_LIMITED", "Too many requests. Wait before you try again.", {
    retryAfterMs: Math.max(retryAfterMs, 1_000),
  });
}

export function countersUnavailable(cause: unknown): DomainError {
  return new DomainError("BUSY", "The service is busy. Try again in a few seconds.", {
    retryAfterMs: 5_000,
    cause,
  });
}
