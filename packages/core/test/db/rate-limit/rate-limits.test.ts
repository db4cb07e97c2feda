import { randomUUID } from "node:crypto";
import { createPool } from "@revio-wallet/db/pool";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import type { Pool } from "pg";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  test,
  vi,
} from "vitest";
import { beginPasswordAttempt } from "../../../src/rate-limit/begin-password-attempt.ts";
import { checkRateLimit } from "../../../src/rate-limit/check-rate-limit.ts";
import { createRateLimits } from "../../../src/rate-limit/create-rate-limits.ts";
import {
  passwordThrottle,
  rateLimitClasses,
  type RateLimitClassName,
} from "../../../src/rate-limit/rate-limit-classes.ts";
import { signIn } from "../../../src/session/sign-in.ts";
import { anyAddress, registeredUser } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let db: TestDatabase;
let secondPool: Pool;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  secondPool = createPool({ connectionString: db.appUrl, max: 5 });
  secondPool.on("error", () => undefined);
});
afterAll(async () => {
  await secondPool.end();
  await db.drop();
});
beforeEach(async () => {
  ctx = await testContext(db);
  // The limiter's counters run on the system clock; only that is moved here, timers stay real.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 23, 8) });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const names = Object.keys(rateLimitClasses) as RateLimitClassName[];

describe("S104 each class", () => {
  test.each(names)(
    "%s: all its points at once from two processes, and not one more; then free again",
    async (name) => {
      const other = { ...ctx, rateLimits: createRateLimits(secondPool) };
      const { points, windowSeconds } = rateLimitClasses[name];
      const key = randomUUID();
      const results = await Promise.allSettled(
        Array.from({ length: points + 20 }, (_, i) =>
          checkRateLimit(i % 2 === 0 ? ctx : other, name, key),
        ),
      );
      expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(points);
      for (const result of results) {
        if (result.status === "rejected") {
          expect(result.reason).toMatchObject({
            code: "RATE_LIMITED",
            retryAfterMs: windowSeconds * 1_000,
          });
        }
      }
      await expect(checkRateLimit(ctx, name, randomUUID())).resolves.toBeUndefined();
      pass(windowSeconds + 1);
      await expect(checkRateLimit(other, name, key)).resolves.toBeUndefined();
    },
  );

  test("a new process knows what the old one counted", async () => {
    const key = randomUUID();
    for (let i = 0; i < 30; i++) await checkRateLimit(ctx, "money-per-user", key);
    const restarted = { ...ctx, rateLimits: createRateLimits(secondPool) };
    await expect(checkRateLimit(restarted, "money-per-user", key)).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
  });
});

describe("S104 the counters cannot be read", () => {
  test("fails closed for signing in, registering and money, open for reads; and says so in the log", async () => {
    const broken = createPool({ connectionString: db.appUrl, max: 1 });
    await broken.end();
    const down = { ...ctx, rateLimits: createRateLimits(broken) };
    for (const name of names) {
      const check = checkRateLimit(down, name, "key");
      if (rateLimitClasses[name].whenStoreFails === "allow")
        await expect(check).resolves.toBeUndefined();
      else await expect(check).rejects.toMatchObject({ code: "BUSY", retryAfterMs: 5_000 });
    }
    expect(names.filter((name) => rateLimitClasses[name].whenStoreFails === "allow")).toEqual([
      "read-per-user",
    ]);
    await expect(beginPasswordAttempt(down, "key")).rejects.toMatchObject({ code: "BUSY" });
    expect(ctx.logged.filter((line) => line.level === "error")).toHaveLength(names.length + 1);
    const { email, password } = await registeredUser(ctx);
    await expect(signIn(down, { email, password, ipAddress: anyAddress() })).rejects.toMatchObject({
      code: "BUSY",
    });
  });
});

describe("S06 guessing at one account", () => {
  test("five tries are free, then the wait doubles up to 15 minutes; after 100 failures a day of rest", async () => {
    const key = randomUUID();
    const waits: number[] = [];
    let failures = 0;
    const started = Date.now();
    for (;;) {
      try {
        await beginPasswordAttempt(ctx, key);
        failures++;
      } catch (error) {
        const { retryAfterMs } = error as { retryAfterMs: number };
        if (retryAfterMs > 15 * 60_000) break;
        waits.push(retryAfterMs / 1_000);
        pass(retryAfterMs / 1_000);
      }
    }
    expect(failures).toBe(passwordThrottle.failureCap);
    expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    expect(waits.slice(11).every((wait) => wait === 900)).toBe(true);
    // A hundred guesses cost most of a day.
    expect(Date.now() - started).toBeGreaterThan(20 * 3_600_000);
    await expect(beginPasswordAttempt(ctx, key)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    // No permanent lock: it opens by itself.
    pass(passwordThrottle.capSeconds + 1);
    await expect(beginPasswordAttempt(ctx, key)).resolves.toBeTruthy();
  });

  test("success ends the row of failures", async () => {
    const key = randomUUID();
    for (let i = 0; i < 5; i++) await beginPasswordAttempt(ctx, key);
    const attempt = await beginPasswordAttempt(ctx, key);
    await attempt.succeeded();
    for (let i = 0; i < 5; i++) await beginPasswordAttempt(ctx, key);
  });

  test("an attempt withdrawn does not count, and does not clear those before it", async () => {
    const key = randomUUID();
    for (let i = 0; i < 4; i++) await beginPasswordAttempt(ctx, key);
    for (let i = 0; i < 10; i++) await (await beginPasswordAttempt(ctx, key)).withdrawn();
    await beginPasswordAttempt(ctx, key);
    await beginPasswordAttempt(ctx, key);
    await expect(beginPasswordAttempt(ctx, key)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  test("200 tries at once from two processes: as many get through as would one by one, and the row is no longer for it", async () => {
    const key = randomUUID();
    const other = { ...ctx, rateLimits: createRateLimits(secondPool) };
    const burst = () =>
      Promise.allSettled(
        Array.from({ length: 200 }, (_, i) => beginPasswordAttempt(i % 2 === 0 ? ctx : other, key)),
      );
    const first = await burst();
    expect(first.filter((result) => result.status === "fulfilled").length).toBeLessThanOrEqual(
      passwordThrottle.freeFailures + 1,
    );
    pass(1_000);
    const second = await burst();
    expect(second.filter((result) => result.status === "fulfilled").length).toBeLessThanOrEqual(2);
    // An attacker cannot run up the count to the cap with tries that were turned away.
    const known = await ctx.rateLimits.passwordFailures.get(key);
    expect(known?.consumedPoints).toBeLessThan(4);
  });

  test("a victim with the right password gets in once the wait is over", async () => {
    const { email, password } = await registeredUser(ctx);
    for (let i = 0; i < 7; i++) {
      await signIn(ctx, {
        email,
        password: `guess number ${i} of many`,
        ipAddress: anyAddress(),
      }).catch(() => undefined);
    }
    await expect(signIn(ctx, { email, password, ipAddress: anyAddress() })).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
    pass(5);
    await expect(signIn(ctx, { email, password, ipAddress: anyAddress() })).resolves.toHaveProperty(
      "accessToken",
    );
  });
});

test("S06 spraying many accounts from one address is cut off", async () => {
  const ipAddress = "203.0.113.9";
  const codes: unknown[] = [];
  for (let i = 0; i < 70; i++) {
    await signIn(ctx, { email: `${i}@spray.example`, password: "", ipAddress }).catch(
      (error: { code: unknown }) => codes.push(error.code),
    );
  }
  expect(codes.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(60);
  expect(codes.slice(60).every((code) => code === "RATE_LIMITED")).toBe(true);
});
