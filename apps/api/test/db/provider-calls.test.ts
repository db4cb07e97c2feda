import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { purgeProviderCalls } from "@revio-wallet/core/provider-call/purge-provider-calls";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { currentRequestId } from "../../src/http/request-id.ts";
import { createProviderCallRecorder } from "../../src/provider-call-recorder.ts";
import { signedInOperator, type SignedInOperator } from "../signed-in-operator.ts";
import { asOperator } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let server: Server;
let viewer: SignedInOperator;
let answer: { status: number; body: string };

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  services = await openTestServices("api", {
    REVIO_BASE_URL: `http://127.0.0.1:${port}/api/v1/`,
  });
  const owner = new Client({ connectionString: services.database.superuserUrl });
  await owner.connect();
  viewer = await signedInOperator(owner, "viewer");
  await owner.end();
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  await services.pool.query("DELETE FROM provider_calls");
});

const core = () => services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "r" });
const list = (input = {}) => asOperator(services, viewer).providerCall.list(input);

describe("C34 calls to Revio", () => {
  test("each attempt is on record with object, outcome and the request that made it; no word of the answer", async () => {
    const id = randomUUID();
    answer = {
      status: 404,
      body: '{"__all__": [{"message": "Thandi is unknown", "code": "not_found"}]}',
    };
    await currentRequestId.run("request-of-a-test", () =>
      core()
        .revio.purchases.get(id)
        .catch(() => undefined),
    );
    answer = { status: 503, body: "{}" };
    await core()
      .revio.payouts.get(id)
      .catch(() => undefined);
    await services.providerCalls.flush();
    const { items } = await list({ objectId: id });
    expect(
      items.map(({ operation, outcome, httpStatus }) => [operation, outcome, httpStatus]),
    ).toEqual(
      expect.arrayContaining([
        ["payouts.get", "unanswered", 503],
        ["purchases.get", "refused", 404],
      ]),
    );
    expect(items.at(-1)).toMatchObject({
      requestId: "request-of-a-test",
      detail: "request: not_found",
    });
    expect(
      JSON.stringify(items, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
    ).not.toContain("Thandi");
    expect((await list({ outcome: "refused" })).items).toHaveLength(1);
    expect((await list({ operation: "purchases.get" })).items).toHaveLength(1);
    expect((await list({ requestId: "request-of-a-test" })).items).toHaveLength(1);
  });

  test("while the database does not take them the work goes on, and they are written later", async () => {
    let isAway = true;
    const pool = {
      query: (text: string, values: unknown[]) =>
        isAway ? Promise.reject(new Error("away")) : services.pool.query(text, values),
    } as unknown as typeof services.pool;
    const recorder = createProviderCallRecorder({ pool, log: services.log });
    const event = {
      operation: "balance.get",
      method: "GET",
      pathTemplate: "/balance/",
      attempt: 1,
    };
    const seen = { status: 200, durationMs: 3.6, outcome: "ok", detail: null, objectId: null };
    for (let nth = 0; nth < 2_500; nth++) recorder.record({ ...event, ...seen }, undefined);
    await recorder.flush();
    expect((await list()).items).toEqual([]);
    isAway = false;
    await recorder.close();
    const { rows } = await services.pool.query("SELECT count(*)::int AS kept FROM provider_calls");
    expect(rows).toEqual([{ kept: 2_000 }]);
  });

  test("pages without gap or repeat; forgotten after 90 days", async () => {
    await services.pool.query(
      `INSERT INTO provider_calls (called_at, operation, attempt, duration_ms, code)
       SELECT now() - n * interval '1 day', 'payouts.get', 1, n, 'ok' FROM generate_series(0, 94) n`,
    );
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ cursor, limit: 10 });
      seen.push(...page.items.map(({ durationMs }) => durationMs));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 95 }, (_, n) => n));
    expect(await purgeProviderCalls(core())).toBe(5);
    expect(await purgeProviderCalls(core())).toBe(0);
  });
});
