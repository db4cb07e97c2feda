import { afterAll, beforeAll, expect, test } from "vitest";
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
