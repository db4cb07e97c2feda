import { randomBytes } from "node:crypto";
import { inspect } from "node:util";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { RequestEvent, ResponseEvent } from "../../src/call.ts";
import { createRevioClient } from "../../src/create-revio-client.ts";
import { createCircuits } from "../../src/circuits.ts";
import { Secret } from "../../src/secret.ts";
import {
  type ScriptedServer,
  type Step,
  cutBody,
  hang,
  html,
  json,
  reset,
  startScriptedServer,
} from "../scripted-server.ts";
import {
  BRAND_ID,
  clientFor,
  errorOf,
  fixture,
  NEW_PAYOUT,
  PAYOUT_ID,
  PURCHASE_ID,
} from "../fixtures.ts";

const apiKey = `sk_canary_${randomBytes(12).toString("hex")}`;
const urlToken = `urlcanary${randomBytes(12).toString("hex")}`;
const account = `62${String(randomBytes(5).readUIntBE(0, 5)).padStart(13, "1")}`;

let server: ScriptedServer;
let logged: unknown[] = [];
let events: (RequestEvent | ResponseEvent)[] = [];
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  logged = [];
  events = [];
});

const client = (timeoutMs = 4_000) =>
  clientFor(server.baseUrl, {
    apiKey,
    timeoutMs,
    downloadTimeoutMs: timeoutMs,
    // A refused key would keep the calls after it from being made.
    circuits: createCircuits({ keyRefusedMs: 0 }),
    log: { warn: (...entry) => logged.push(entry) },
    onRequest: (event) => events.push(event),
    onResponse: (event) => events.push(event),
  });
const executionUrl = () => `${server.origin}/po/${urlToken}/bank/?sign=${urlToken}`;

/** Everything that a logger, an error tracker or a careless console line could print. */
function printed(value: unknown): string {
  const error = value instanceof Error ? [value.message, value.stack, String(value)] : [];
  return [
    inspect(value, { depth: 12, showHidden: true, getters: true }),
    JSON.stringify(value),
    ...error,
    ...(value instanceof Error
      ? Object.getOwnPropertyNames(value).map((key) => String(Reflect.get(value, key)))
      : []),
  ].join("\n");
}

function expectNoSecret(value: unknown): void {
  const output = printed(value);
  for (const secret of [apiKey, urlToken, account]) expect(output).not.toContain(secret);
}

/** A server that repeats all that it was told, in the places where errors are read. */
const echo =
  (status: number, form: "json" | "html" | "location"): Step =>
  (response, request) => {
    const bare = request.url.includes(urlToken) ? urlToken : executionUrl();
    const all = `${bare} ${request.url} ${String(request.headers.authorization)} ${server.origin}${request.url} ${account}`;
    const body =
      form === "json"
        ? JSON.stringify({
            __all__: [{ message: all, code: `x ${all}` }],
            [all]: [all],
            detail: all,
            id: all,
          })
        : `<p>${all}</p>`;
    response.writeHead(status, {
      "content-type": form === "json" ? "application/json" : "text/html",
      location: `https://evil.example/?${encodeURIComponent(all)}`,
    });
    response.end(body);
  };

const steps: [string, Step][] = [
  ["no answer", hang],
  ["reset", reset],
  ["cut body", cutBody],
  ["html 200", html(200)],
  ...[200, 302, 400, 401, 403, 404, 408, 409, 429, 500, 503].flatMap((status): [string, Step][] => [
    [`echo ${status} JSON`, echo(status, "json")],
    [`echo ${status} HTML`, echo(status, "html")],
  ]),
];

describe("no error, log line or event shows a secret", () => {
  it.each(steps)("%s", async (_name, step) => {
    server.script(step);
    const api = client(step === hang ? 150 : 4_000);
    const body = { accountNumber: account };
    const errors: unknown[] = [
      await errorOf(api.payouts.get(PAYOUT_ID)),
      await errorOf(
        api.payouts.create({ ...NEW_PAYOUT, client: { email: "a@b.c", bankAccount: account } }),
      ),
      await errorOf(api.companyStatements.download(`${server.origin}/file?sign=${urlToken}`)).catch(
        () => null,
      ),
    ];
    // Executed last: an echoing 200 is, rightly, an accepted execution.
    const executed: unknown = await api.payouts
      .execute(new Secret(executionUrl()), body)
      .catch((thrown: unknown) => thrown);
    if (executed instanceof Error) errors.push(executed);
    expect(errors.length).toBeGreaterThanOrEqual(3);
    for (const error of errors) expectNoSecret(error);
    expect(events.length).toBeGreaterThanOrEqual(6);
    expectNoSecret(events);
    expectNoSecret(logged);
  });

  it("before a request is sent", async () => {
    const api = client();
    const evil = `https://evil.example/po/${urlToken}/`;
    const errors = [
      await errorOf(api.payouts.execute(evil, {})),
      await errorOf(api.payouts.execute(`not a url ${urlToken}`, {})),
      await errorOf(api.companyStatements.download(evil)),
      await errorOf(api.companyStatements.download(`https://${apiKey}:x@evil.example/`)),
      await errorOf(api.purchases.get(urlToken)),
      await errorOf(api.payouts.create({ ...NEW_PAYOUT, senderName: account.repeat(4) })),
    ];
    for (const error of errors) expectNoSecret(error);
  });

  it("when nothing listens", async () => {
    const api = clientFor("http://127.0.0.1:9/api/v1/", { apiKey });
    expectNoSecret(await errorOf(api.payouts.execute(`http://127.0.0.1:9/po/${urlToken}/`, {})));
    expectNoSecret(await errorOf(api.payouts.get(PAYOUT_ID)));
  });

  it("when fetch itself quotes them", async () => {
    const cause = Object.assign(new Error(`${apiKey} ${urlToken}`), {
      code: `${apiKey} ${urlToken}`,
    });
    const api = clientFor(server.baseUrl, {
      apiKey,
      fetch: () => Promise.reject(new TypeError(`${apiKey} ${executionUrl()}`, { cause })),
    });
    const errors = [
      await errorOf(api.payouts.execute(executionUrl(), {})),
      await errorOf(api.payouts.get(PAYOUT_ID)),
    ];
    for (const error of errors) {
      expectNoSecret(error);
      expect(error.cause).toBeUndefined();
    }
  });

  it("when the client, a payout or a rejection is printed whole", async () => {
    const api = client();
    expectNoSecret(api);
    server.script(
      json(200, fixture("payout.created", server.origin, { execution_url: executionUrl() })),
    );
    const payout = await api.payouts.get(PAYOUT_ID);
    expect(payout.executionUrl?.reveal()).toBe(executionUrl());
    expect(
      `${inspect(payout, { showHidden: true })}${printed({ ...payout, amountMinor: 0, payment: 0 })}`,
    ).not.toContain(urlToken);
    server.script(json(400, { __all__: [{ code: "x", message: account }] }));
    const error = await errorOf(api.purchases.cancel(PURCHASE_ID));
    expectNoSecret(error);
    expect(Reflect.get(error, "rawBody").reveal()).toContain(account);
  });
});

describe("options that would endanger the key", () => {
  const base = {
    baseUrl: "https://gate.example/api/v1/",
    apiKey,
    brandId: BRAND_ID,
    expectTest: true,
  };

  it.each([
    ["plain http to another machine", { baseUrl: "http://gate.example/api/v1/" }],
    ["another scheme", { baseUrl: "ftp://gate.example/" }],
    ["credentials in the URL", { baseUrl: "https://a:b@gate.example/" }],
    ["a query in the URL", { baseUrl: "https://gate.example/?a=1" }],
    ["no URL", { baseUrl: "gate.example" }],
    ["a line break in the key", { apiKey: `${apiKey}\nX-Other: 1` }],
    ["an empty key", { apiKey: "" }],
    ["a brand that is no UUID", { brandId: "brand" }],
  ])("%s is refused at start, without quoting the key", (_name, change) => {
    let thrown: unknown = null;
    try {
      createRevioClient({ ...base, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expectNoSecret(thrown);
  });
});

describe("events", () => {
  it("tell operation, template, status, duration and outcome of each attempt, globally and per call", async () => {
    server.script(json(503, {}), json(200, fixture("payout.created", server.origin)));
    let clock = 1_000;
    const seen: unknown[] = [];
    const api = clientFor(server.baseUrl, {
      now: () => (clock += 5),
      onResponse: (event) => seen.push(event),
    });
    await api.payouts.get(PAYOUT_ID, { onResponse: (event) => seen.push(event.attempt) });
    const event = {
      operation: "payouts.get",
      method: "GET",
      pathTemplate: "/payouts/{id}/",
      durationMs: 5,
      objectId: PAYOUT_ID,
    };
    expect(seen).toEqual([
      { ...event, attempt: 1, status: 503, outcome: "revio_unavailable", detail: "http_status" },
      1,
      { ...event, attempt: 2, status: 200, outcome: "ok", detail: null },
      2,
    ]);
  });

  it("never break a call", async () => {
    server.script(json(200, fixture("payout.created", server.origin)));
    const fail = () => {
      throw new Error("metrics are down");
    };
    const api = clientFor(server.baseUrl, { onRequest: fail, onResponse: fail });
    expect((await api.payouts.get(PAYOUT_ID)).id).toBe(PAYOUT_ID);
  });
});
