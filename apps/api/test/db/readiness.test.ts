import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkReadiness } from "../../src/readiness.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices("api");
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

test("ready with the schema that the build knows, or a newer one", async () => {
  const { rows } = await services.pool.query<{ name: string }>(
    "SELECT name FROM schema_migrations ORDER BY name DESC LIMIT 1",
  );
  expect(await checkReadiness(services, rows[0]?.name ?? "missing")).toEqual({ ready: true });
  expect(await checkReadiness(services, "20200101000000_older")).toEqual({ ready: true });
});

test("not ready while the schema is older than the build", async () => {
  expect(await checkReadiness(services, "99991231000000_newer")).toEqual({
    ready: false,
    reason: "schema_outdated",
  });
});

test("not ready without a database, and says no more than that", async () => {
  const gone = {
    ...services,
    pool: { query: () => Promise.reject(new Error("connect ECONNREFUSED")) },
  };
  expect(await checkReadiness(gone as unknown as TestServices, undefined)).toEqual({
    ready: false,
    reason: "database_unreachable",
  });
});

describe("F97 the clocks of this host and of the database differ", () => {
  const minutes = 60_000;
  const ask = async (offByMs: number) => {
    const errors: object[] = [];
    const log = { ...services.log, error: (fields: object) => errors.push(fields) };
    const now = () => Date.now() + offByMs;
    return { ...(await checkReadiness({ ...services, log }, undefined, now)), errors };
  };

  test("not at all: ready, without a word", async () => {
    expect(await ask(0)).toEqual({ ready: true, errors: [] });
  });

  test.each([10_000, -10_000])("by %d ms: ready, with an alarm", async (offByMs) => {
    const { ready, errors } = await ask(offByMs);
    expect(ready).toBe(true);
    expect(errors).toEqual([{ clockOffsetMs: expect.any(Number) as number }]);
  });

  test.each([10 * minutes, -10 * minutes])(
    "by %d ms: not ready, with an alarm",
    async (offByMs) => {
      const { errors, ...readiness } = await ask(offByMs);
      expect(readiness).toEqual({ ready: false, reason: "clock_differs" });
      expect(errors).toHaveLength(1);
    },
  );
});
