import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { RevioOutcomeUnknown, RevioRateLimited, RevioRejected } from "../../src/errors.ts";
import {
  type ScriptedServer,
  type Step,
  cutBody,
  empty,
  hang,
  html,
  json,
  reset,
  stallBody,
  startScriptedServer,
} from "../scripted-server.ts";
import {
  clientFor,
  errorOf,
  fixture,
  NEW_PAYOUT,
  NEW_PURCHASE,
  PAYOUT_ID,
  PURCHASE_ID,
} from "../fixtures.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

// Short only where the server never answers, so that a busy machine cannot turn answers into timeouts.
let timeoutMs = 4_000;
beforeEach(() => {
  timeoutMs = 4_000;
});
const client = () => clientFor(server.baseUrl, { timeoutMs });
const executionUrl = () => `${server.origin}/po/${PAYOUT_ID}/sandbox_bank/`;

// What one step on the server makes of a read, of a POST and of the execution of a payout.
const calls = {
  read: () => client().payouts.get(PAYOUT_ID),
  write: () => client().payouts.create(NEW_PAYOUT),
  execute: () => client().payouts.execute(executionUrl(), {}),
};
const oversized: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write(`{"pad": "${"x".repeat(700_000)}`);
  response.end(`${"x".repeat(700_000)}"}`);
};
const notUtf8: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
};
const guard = { __all__: [{ code: "wrong_status", message: "No." }] };

type Expected = [code: string, details?: Record<string, unknown>, attempts?: number];
const U = "revio_outcome_unknown";
const V = "revio_contract_violation";
const N = "revio_unavailable";

const table: [string, Step, read: Expected, write: Expected, execute: Expected][] = [
  [
    "no answer",
    hang,
    [N, { reason: "timeout" }, 3],
    [U, { reason: "timeout" }],
    [U, { reason: "timeout" }],
  ],
  [
    "a stalled body",
    stallBody,
    [N, { reason: "timeout" }, 3],
    [U, { reason: "timeout", httpStatus: 200 }],
    [U, { reason: "timeout", httpStatus: 200 }],
  ],
  [
    "a reset connection",
    reset,
    [N, { reason: "connection_lost" }, 3],
    [U, { reason: "connection_lost" }],
    [U, { reason: "connection_lost" }],
  ],
  [
    "a cut body",
    cutBody,
    [N, { reason: "connection_lost" }, 3],
    [U, { reason: "connection_lost", httpStatus: 200 }],
    [U, { reason: "connection_lost", httpStatus: 200 }],
  ],
  ...[408, 500, 501, 502, 503, 504, 599].map((status): (typeof table)[number] => [
    `HTTP ${status}`,
    html(status),
    [N, { reason: "http_status", httpStatus: status }, 3],
    [U, { reason: "http_status", httpStatus: status }],
    [U, { reason: "http_status", httpStatus: status }],
  ]),
  [
    "HTTP 429",
    json(429, { detail: "slow down" }),
    ["revio_rate_limited", { httpStatus: 429 }, 3],
    [U, { reason: "rate_limited" }],
    [U, { reason: "rate_limited" }],
  ],
  ...[300, 301, 302, 303, 307, 308].map((status): (typeof table)[number] => [
    `a redirect (${status})`,
    html(status, { location: "/elsewhere/" }),
    [V, { violation: "redirect", httpStatus: status }],
    [U, { reason: "redirected", violation: "redirect" }],
    [U, { reason: "redirected", violation: "redirect" }],
  ]),
  [
    "HTML with 200",
    html(200),
    [V, { violation: "not_json" }],
    [U, { reason: "invalid_response", violation: "not_json" }],
    [U, { reason: "invalid_response", violation: "not_json" }],
  ],
  [
    "broken JSON with 200",
    json(200, '{"id": '),
    [V, { violation: "not_json" }],
    [U, { reason: "invalid_response", violation: "not_json" }],
    [U, { reason: "invalid_response", violation: "not_json" }],
  ],
  [
    "a body that is not UTF-8",
    notUtf8,
    [V, { violation: "not_json" }],
    [U, { violation: "not_json" }],
    [U, { violation: "not_json" }],
  ],
  [
    "an oversized body",
    oversized,
    [V, { violation: "too_large" }],
    [U, { violation: "too_large" }],
    [U, { violation: "too_large" }],
  ],
  [
    "HTML with 404",
    html(404),
    [V, { violation: "not_json", httpStatus: 404 }],
    [U, { violation: "not_json", httpStatus: 404 }],
    [U, { violation: "not_json", httpStatus: 404 }],
  ],
  ...[400, 404, 405, 409, 422].map((status): (typeof table)[number] => [
    `HTTP ${status} with Revio's JSON`,
    json(status, guard),
    ["revio_rejected", { httpStatus: status, effect: "none" }],
    ["revio_rejected", { httpStatus: status, effect: "none" }],
    [U, { reason: "execution_refused", httpStatus: status }],
  ]),
  [
    "HTTP 401",
    json(401, { __all__: [{ message: "Incorrect secret_key", code: "authentication_failed" }] }),
    ["revio_authentication", { effect: "none", httpStatus: 401 }],
    ["revio_authentication", { effect: "none" }],
    ["revio_authentication", { effect: "none" }],
  ],
  [
    "HTTP 403",
    html(403),
    ["revio_authentication", { effect: "none", httpStatus: 403 }],
    ["revio_authentication", { effect: "none" }],
    ["revio_authentication", { effect: "unknown" }],
  ],
];

describe.each(table)("%s", (_name, step, read, write, execute) => {
  it.each([
    ["read", read],
    ["write", write],
    ["execute", execute],
  ] as const)("on a %s", async (kind, [code, details = {}, attempts = 1]) => {
    if (details["reason"] === "timeout") timeoutMs = 150;
    server.script(step);
    const error = await errorOf(calls[kind]());
    expect(error).toMatchObject({ code, ...details });
    expect(error.effect).toBe(code === U ? "unknown" : (details["effect"] ?? "none"));
    expect(server.requests).toHaveLength(attempts);
  });
});

describe("execution of a payout", () => {
  it.each<[string, Step, unknown]>([
    ["JSON", json(200, { status: "ok", details: {} }), { status: "ok", details: {} }],
    ["a JSON error inside a 200", json(200, { error: { code: "x" } }), { error: { code: "x" } }],
    ["nothing", empty(204), null],
    ["an empty 202", empty(202), null],
  ])("is taken in with %s, as the body came", async (_name, step, body) => {
    server.script(step);
    expect(await client().payouts.execute(executionUrl(), { payout_type: "bank" })).toEqual({
      body,
    });
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        url: `/po/${PAYOUT_ID}/sandbox_bank/`,
        body: '{"payout_type":"bank"}',
        headers: { authorization: "Bearer test_key_for_local_server" },
      },
    ]);
  });

  it("tells why Revio refused, in each form that was seen", async () => {
    const bodies = [
      { error: { code: "insufficient_balance", message: "Not enough." } },
      { __all__: [{ code: "insufficient_balance", message: "Not enough." }] },
    ];
    for (const body of bodies) {
      server.script(json(400, body));
      const error = (await errorOf(calls.execute())) as RevioOutcomeUnknown;
      expect(error.hasCode("insufficient_balance")).toBe(true);
    }
  });

  it.each([
    "http://169.254.169.254/po/x/",
    "http://localhost/po/x/",
    "http://[::]/po/x/",
    "http://2130706433/po/x/",
    "https://evil.example/po/x/",
    "//evil.example/po/x/",
    "/po/x/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "not a url",
    "",
  ])("never goes to %s", async (url) => {
    server.script(json(200, {}));
    const error = await errorOf(client().payouts.execute(url, {}));
    expect(error).toMatchObject({ code: "revio_invalid_request", effect: "none" });
    expect(server.requests).toHaveLength(0);
  });

  it("never goes to our host behind credentials, nor to another port or scheme of it", async () => {
    const { port } = new URL(server.origin);
    const urls = [
      `http://127.0.0.1:${port}@evil.example/po/x/`,
      `http://user:pass@127.0.0.1:${port}/po/x/`,
      `http://127.0.0.1:${port}.evil.example/po/x/`,
      `https://127.0.0.1:${port}/po/x/`,
      `http://127.0.0.1:1/po/x/`,
    ];
    for (const url of urls) {
      const error = await errorOf(client().payouts.execute(url, {}));
      expect(error.code).toBe("revio_invalid_request");
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe("a 400 that reports the acquirer's failure", () => {
  it("leaves a refund unknown, because the reason may be a timeout", async () => {
    server.script(
      json(400, { __all__: [{ message: "Could not.", code: "purchase_refund_error" }] }),
    );
    const error = await errorOf(client().purchases.refund(PURCHASE_ID, { amountMinor: 1n }));
    expect(error).toMatchObject({ code: U, reason: "processor_failure" });
    expect(server.requests).toHaveLength(1);
  });

  it("is not confused with the 60-second guard, which is definitive", async () => {
    server.script(json(400, { __all__: [{ message: "Wait.", code: "purchase_refund_timeout" }] }));
    const error = (await errorOf(client().purchases.refund(PURCHASE_ID))) as RevioRejected;
    expect(error.code).toBe("revio_rejected");
    expect(error.hasCode("purchase_refund_timeout")).toBe(true);
    expect(error.rawBody.reveal()).toContain("Wait.");
  });
});

describe("an answer of the wrong mode, brand or object", () => {
  const wrong: [string, Record<string, unknown>][] = [
    ["wrong_mode", { is_test: false }],
    ["wrong_brand", { brand_id: "409eb80e-0000-4b1d-afa8-0000000000ff" }],
    ["invalid_body", { is_test: undefined }],
    ["invalid_body", { status: undefined }],
  ];
  it.each(wrong)("is %s for a read and unknown for a POST", async (violation, changes) => {
    server.script(json(200, fixture("payout.created", server.origin, changes)));
    expect(await errorOf(calls.read())).toMatchObject({ code: V, violation });
    expect(await errorOf(calls.write())).toMatchObject({ code: U, violation, objectId: PAYOUT_ID });
  });

  it("is not_json when good JSON comes under another content type", async () => {
    server.script((response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(JSON.stringify(fixture("payout.created", server.origin)));
    });
    expect(await errorOf(calls.read())).toMatchObject({ code: V, violation: "not_json" });
    expect(await errorOf(calls.write())).toMatchObject({ code: U, violation: "not_json" });
  });

  it("is wrong_object when another id comes back", async () => {
    const other = { id: "2c9c0e84-51a6-4b9e-9a3a-000000000000" };
    server.script(json(200, fixture("payout.created", server.origin, other)));
    expect(await errorOf(calls.read())).toMatchObject({ code: V, violation: "wrong_object" });
  });

  it("is foreign_url when a new purchase would send the customer to another site", async () => {
    const body = fixture("purchase.created", server.origin, {
      checkout_url: "https://evil.example/p/",
    });
    server.script(json(201, body));
    const error = await errorOf(client().purchases.create(NEW_PURCHASE));
    expect(error).toMatchObject({ code: U, violation: "foreign_url", objectId: PURCHASE_ID });
    server.script(json(200, body));
    expect((await client().purchases.get(PURCHASE_ID)).checkoutUrl).toBeNull();
  });

  it.each(["125000.0", "1.25e5", '"125000.00"', "9007199254740992", "-1", "null", '"1e5"'])(
    "is invalid_body when the total is %s",
    async (literal) => {
      const text = JSON.stringify(fixture("purchase.created", server.origin));
      expect(text).toContain('"total":125000');
      server.script(json(200, text.replace('"total":125000', `"total":${literal}`)));
      const error = await errorOf(client().purchases.get(PURCHASE_ID));
      expect(error).toMatchObject({ code: V, violation: "invalid_body" });
      expect(error.message).toContain("purchase.total");
    },
  );
});

describe("Retry-After", () => {
  const after = (value: string): Step => json(429, {}, { "retry-after": value });
  const limited = async (header: string, nowMs = 0) => {
    server.script(after(header));
    const slow = clientFor(server.baseUrl, { retry: { maxAttempts: 1 }, now: () => nowMs });
    return (await errorOf(slow.balance.get())) as RevioRateLimited;
  };

  it("is read as seconds or as a date, and capped when absurd", async () => {
    const nowMs = Date.parse("Tue, 11 Jun 2024 08:00:00 GMT");
    expect((await limited("7")).retryAfterMs).toBe(7_000);
    expect((await limited("0")).retryAfterMs).toBe(0);
    expect((await limited("1000000000")).retryAfterMs).toBe(900_000);
    expect((await limited("Tue, 11 Jun 2024 08:00:30 GMT", nowMs)).retryAfterMs).toBe(30_000);
    expect((await limited("Tue, 11 Jun 2024 07:00:00 GMT", nowMs)).retryAfterMs).toBe(0);
    expect((await limited("Tue, 11 Jun 2099 07:00:00 GMT", nowMs)).retryAfterMs).toBe(900_000);
    for (const junk of ["-5", "1.5", "soon", "NaN", "1e3"]) {
      expect((await limited(junk)).retryAfterMs).toBeNull();
    }
  });

  it("is waited for within the limit, and otherwise ends the call at once", async () => {
    const waits: number[] = [];
    const sleep = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    const patient = clientFor(server.baseUrl, { sleep, random: () => 0 });
    server.script(after("2"), json(200, fixture("balance", server.origin)));
    await patient.balance.get();
    expect(waits).toEqual([2_000]);
    server.requests.length = 0;
    server.script(after("6"));
    expect(await errorOf(patient.balance.get())).toMatchObject({ retryAfterMs: 6_000 });
    expect(server.requests).toHaveLength(1);
  });

  it("comes with a POST too, as advice on when to look, not to repeat", async () => {
    server.script(after("3"));
    expect(await errorOf(calls.write())).toMatchObject({ code: U, retryAfterMs: 3_000 });
    expect(server.requests).toHaveLength(1);
  });
});
