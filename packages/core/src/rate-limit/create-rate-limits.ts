import { types, type Pool, type QueryConfig } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import {
  passwordThrottle,
  rateLimitClasses,
  type RateLimitClassName,
} from "./rate-limit-classes.ts";

/** Counters of all processes together. They run on the system clock of the processes, as the library has it. */
export interface RateLimits {
  classes: Record<RateLimitClassName, RateLimiterPostgres>;
  /** The first failures in a row per account. */
  passwordFreeTries: RateLimiterPostgres;
  /** Those after them. */
  passwordFailures: RateLimiterPostgres;
  /** Closed while an account has to wait for its next try. */
  passwordGate: RateLimiterPostgres;
}

/** Works as the application role: the table `rate_limits` comes from a migration. */
export function createRateLimits(pool: Pool): RateLimits {
  const limiter = (
    keyPrefix: string,
    options: { points: number; duration: number; cleansUp?: boolean },
  ) =>
    new RateLimiterPostgres({
      storeClient: storeClient(pool),
      storeType: "pool",
      tableName: "rate_limits",
      tableCreated: true,
      keyPrefix,
      points: options.points,
      duration: options.duration,
      clearExpiredByTimeout: options.cleansUp ?? false,
    });
  const classLimiter = (name: RateLimitClassName) =>
    limiter(name, {
      points: rateLimitClasses[name].points,
      duration: rateLimitClasses[name].windowSeconds,
    });
  return {
    classes: {
      "sign-in-per-address": classLimiter("sign-in-per-address"),
      "operator-sign-in-per-address": classLimiter("operator-sign-in-per-address"),
      "registration-per-address": classLimiter("registration-per-address"),
      "refresh-per-address": classLimiter("refresh-per-address"),
      "money-per-user": classLimiter("money-per-user"),
      "account-change-per-user": classLimiter("account-change-per-user"),
      "reveal-per-operator": classLimiter("reveal-per-operator"),
      "reprocess-per-operator": classLimiter("reprocess-per-operator"),
      "provider-read-per-operator": classLimiter("provider-read-per-operator"),
      "verify-per-operator": classLimiter("verify-per-operator"),
      "read-per-user": classLimiter("read-per-user"),
    },
    passwordFreeTries: limiter("password-free-tries", {
      points: passwordThrottle.freeFailures,
      duration: passwordThrottle.memorySeconds,
      // One of them deletes expired rows of all, every five minutes.
      cleansUp: true,
    }),
    passwordFailures: limiter("password-failures", {
      points: passwordThrottle.failureCap,
      duration: passwordThrottle.memorySeconds,
    }),
    passwordGate: limiter("password-gate", { points: 1, duration: 1 }),
  };
}

/** The library computes with `expire` as a number; the wallet's pool would hand it a bigint. */
function storeClient(pool: Pool) {
  return { query: (query: QueryConfig) => pool.query({ ...query, types }) };
}
