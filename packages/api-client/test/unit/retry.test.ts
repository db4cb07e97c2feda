import { describe, expect, onTestFinished, test } from "vitest";
import { createApiClient } from "../../src/create-api-client.ts";
import { isApiError, isRetryable } from "../../src/errors.ts";
import { delayBeforeRetry, defaultRetryPolicy } from "../../src/links/retry-policy.ts";
import { cutConnection, ok, type Reaction, refusal, startFakeApi } from "../support/fake-api.ts";

const key = "7b4a3f8e-3c1a-4f4e-9a52-0d5b1f0c2a11";
const balance = { currency: "ZAR", availableMinor: 5n, pendingMinor: 0n, receivableMinor: 0n };
const deposit = { amountMinor: 100n, currency: "ZAR", idempotencyKey: key } as const;
const html = (status: number): Reaction => ({ status, body: `<h1>${status}</h1>` });

/** A client of a server that reacts to each call by its number. */
async function scripted(react: (nth: number) => Reaction, timeoutMs = 2_000) {
  const api = await startFakeApi((_call, nth) => react(nth));
  onTestFinished(() => api[Symbol.asyncDispose]());
  const { trpc } = createApiClient({
    baseUrl: api.url,
    retry: { baseDelayMs: 4, maxDelayMs: 16 },
    timeoutMs,
  });
  const actions = {
    query: () => trpc.balance.get.query({ currency: "ZAR" }),
    "mutation with a key": () => trpc.deposit.create.mutate(deposit),
    "mutation without a key": () =>
      trpc.bankAccount.remove.mutate({ bankAccountId: "3d0c5a0e-30f5-4a19-9b52-f3a2a4d5a001" }),
  };
  return { api, trpc, actions };
}

const halfAnswer: Reaction = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
  response.write('{"result":');
  setTimeout(() => response.destroy(), 5);
};
const silence: Reaction = () => undefined;

const passing: Record<string, Reaction> = {
  "503 of the API": refusal("BUSY"),
  OUTCOME_UNKNOWN: refusal("OUTCOME_UNKNOWN"),
  "409 with a retryable code": refusal("IDEMPOTENCY_IN_PROGRESS"),
  "429 of the API": refusal("RATE_LIMITED"),
  "429 of a proxy": html(429),
  "502 of a proxy": html(502),
  "503 of a proxy": html(503),
  "504 of a proxy": html(504),
  "a cut connection": cutConnection,
  "an answer that breaks off": halfAnswer,
};

const lasting: Record<string, Reaction> = {
  "400": refusal("INVALID_INPUT"),
  "403": refusal("USER_SUSPENDED"),
  "404": refusal("NOT_FOUND"),
  "404 of a proxy": html(404),
  "409": refusal("WRONG_STATE"),
  "422": refusal("INSUFFICIENT_FUNDS"),
  "500": refusal("INTERNAL"),
  "500 of a proxy": html(500),
};

describe("how often a call is sent", () => {
  test.for(Object.keys(passing))("%s: four times, mutations without a key once", async (name) => {
    const expected = { query: 4, "mutation with a key": 4, "mutation without a key": 1 };
    for (const kind of ["query", "mutation with a key", "mutation without a key"] as const) {
      const { api, actions } = await scripted(() => passing[name] as Reaction);
      const error: unknown = await actions[kind]().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(isRetryable(error)).toBe(true);
      expect([kind, api.requestCount()]).toEqual([kind, expected[kind]]);
    }
  });

  test.for(Object.keys(lasting))("%s: once, whatever it is", async (name) => {
    for (const kind of ["query", "mutation with a key", "mutation without a key"] as const) {
      const { api, actions } = await scripted(() => lasting[name] as Reaction);
      const error: unknown = await actions[kind]().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(isRetryable(error)).toBe(false);
      expect([kind, api.requestCount()]).toEqual([kind, 1]);
    }
  });

  test("silence counts as no answer after the time-out", async () => {
    const { api, actions } = await scripted(() => silence, 60);
    await expect(actions["mutation with a key"]()).rejects.toThrow();
    expect(api.requestCount()).toBe(4);
    await expect(actions["mutation without a key"]()).rejects.toThrow();
    expect(api.requestCount()).toBe(5);
  });

  test("the same key and amount travel with every attempt, until one is answered", async () => {
    const { api, actions } = await scripted((nth) =>
      nth === 1 ? cutConnection : nth === 2 ? refusal("BUSY") : ok({ deposit: {}, replayed: true }),
    );
    await expect(actions["mutation with a key"]()).resolves.toMatchObject({ replayed: true });
    const inputs = api.calls.map(({ input }) => input);
    expect(inputs).toEqual([deposit, deposit, deposit]);
  });

  test("a certain number of attempts can be asked for", async () => {
    await using api = await startFakeApi(() => refusal("BUSY"));
    const { trpc } = createApiClient({ baseUrl: api.url, retry: { attempts: 1 } });
    await expect(trpc.balance.get.query({ currency: "ZAR" })).rejects.toThrow();
    expect(api.requestCount()).toBe(1);
  });
});

describe("pauses", () => {
  test("full jitter: any pause below a limit that doubles up to the longest", () => {
    const policy = { ...defaultRetryPolicy, attempts: 9, baseDelayMs: 100, maxDelayMs: 1_000 };
    const longest = [1, 2, 3, 4, 5, 6].map((n) => delayBeforeRetry(policy, n, undefined, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(delayBeforeRetry(policy, 5, undefined, () => 0)).toBe(0);
    expect(delayBeforeRetry(policy, 9, undefined)).toBeUndefined();
  });

  test.for([
    ["the error says so", () => refusal("RATE_LIMITED", { retryAfterMs: 300 }), 300],
    [
      "the header says so",
      () => ({ status: 503, body: "", headers: { "retry-after": "1" } }),
      1_000,
    ],
  ] as const)("wait as long as %s", async ([, first, waitMs]) => {
    const { api, actions } = await scripted((nth) => (nth === 1 ? first() : ok(balance)));
    await expect(actions.query()).resolves.toEqual(balance);
    const [one, two] = api.calls;
    expect((two?.atMs ?? 0) - (one?.atMs ?? 0)).toBeGreaterThanOrEqual(waitMs - 5);
  });

  test("a wait that nobody would sit through is left to the app", async () => {
    const { api, actions } = await scripted(() =>
      refusal("RATE_LIMITED", { retryAfterMs: 120_000 }),
    );
    const error: unknown = await actions.query().catch((thrown: unknown) => thrown);
    expect(api.requestCount()).toBe(1);
    expect(isApiError(error) && error.data.retryAfterMs).toBe(120_000);
  });

  test("an aborted call sends nothing more", async () => {
    const { api, trpc } = await scripted(() => refusal("BUSY", { retryAfterMs: 200 }));
    const abort = new AbortController();
    const call = trpc.balance.get.query({ currency: "ZAR" }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 60);
    await expect(call).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(api.requestCount()).toBe(1);
  });
});

describe("on the wire", () => {
  test("queries of one moment share requests of at most ten, mutations never do", async () => {
    await using api = await startFakeApi(() => ok(balance));
    const { trpc } = createApiClient({ baseUrl: api.url });
    await Promise.all(
      Array.from({ length: 25 }, () => trpc.balance.get.query({ currency: "ZAR" })),
    );
    expect(api.requestCount()).toBe(3);
    await Promise.all(Array.from({ length: 5 }, () => trpc.deposit.create.mutate(deposit)));
    expect(api.requestCount()).toBe(8);
  });

  test("addresses stay within 2083 characters", async () => {
    await using api = await startFakeApi(() => ok({ items: [], nextCursor: null }));
    const { trpc } = createApiClient({ baseUrl: api.url });
    const cursor = "c".repeat(500);
    await Promise.all(Array.from({ length: 9 }, () => trpc.transaction.list.query({ cursor })));
    const lengths = api.calls.map(({ url }) => url.length + api.url.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2083);
    expect(api.requestCount()).toBeGreaterThan(1);
  });

  test.for(["ftp://x.example", "http://api.example.com", "api.example.com", ""])(
    "%j is refused as an address",
    (baseUrl) => {
      expect(() => createApiClient({ baseUrl })).toThrow(/baseUrl/);
    },
  );

  test("the log names calls, attempts and codes, and no content", async () => {
    const lines: unknown[] = [];
    await using api = await startFakeApi((_call, nth) =>
      nth === 1 ? refusal("BUSY") : refusal("INVALID_CREDENTIALS"),
    );
    const { trpc, signIn } = createApiClient({
      baseUrl: api.url,
      retry: { baseDelayMs: 2 },
      logger: (entry) => lines.push(entry),
    });
    await expect(trpc.balance.get.query({ currency: "ZAR" })).rejects.toThrow();
    await expect(
      signIn({ email: "canary@example.com", password: "canary-secret" }),
    ).rejects.toThrow();
    expect(lines).toMatchObject([
      { event: "retry", path: "balance.get", attempt: 2 },
      { event: "failed", path: "balance.get", code: "INVALID_CREDENTIALS", requestId: "req-1" },
      { event: "failed", path: "session.signIn" },
    ]);
    expect(JSON.stringify(lines)).not.toContain("canary");
  });
});
