import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { type CircuitSettings, createCircuits } from "../../src/circuits.ts";
import { RevioUnavailable } from "../../src/errors.ts";
import { createRetryBudget } from "../../src/retry-budget.ts";
import { type ScriptedServer, hang, html, json, startScriptedServer } from "../scripted-server.ts";
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
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-23T08:00:00Z") });
});
afterEach(() => vi.useRealTimers());

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** A client whose calls are one attempt each, so that requests can be counted. */
function clientWith(settings: Partial<CircuitSettings> = {}, timeoutMs = 2_000) {
  const events: string[] = [];
  const circuits = createCircuits(settings, {
    onOpen: ({ circuit }) => events.push(`open ${circuit}`),
    onClose: ({ circuit }) => events.push(`close ${circuit}`),
  });
  const retry = { maxAttempts: 1 };
  return { client: clientFor(server.baseUrl, { circuits, retry, timeoutMs }), circuits, events };
}

type Client = ReturnType<typeof clientFor>;
const read = (client: Client) => client.payouts.get(PAYOUT_ID);
const okRead = () => json(200, fixture("payout.success", server.origin));
const okPurchase = () => json(201, fixture("purchase.created", server.origin));
const refused = { code: "revio_unavailable", reason: "circuit_open", effect: "none", sent: false };

async function failTimes(call: () => Promise<unknown>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await errorOf(call());
}

describe("a circuit", () => {
  it("F14 opens after five calls without an answer; then nothing is sent, and the error says for how long", async () => {
    const { client, events } = clientWith();
    server.script(html(503));
    await failTimes(() => read(client), 5);
    const error = (await errorOf(read(client))) as RevioUnavailable;
    expect(error).toMatchObject(refused);
    expect(error.retryAfterMs).toBe(5_000);
    expect(server.requests).toHaveLength(5);
    expect(events).toEqual(["open reads"]);
  });

  it("F15 lets one probe through after the pause, and the rest wait for what it finds", async () => {
    const { client, events } = clientWith();
    server.script(html(503));
    await failTimes(() => read(client), 5);
    later(5_001);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.script(async (response) => {
      await held;
      const body = JSON.stringify(fixture("payout.success", server.origin));
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
    const probe = read(client);
    const crowd = await Promise.all(Array.from({ length: 20 }, () => errorOf(read(client))));
    expect(crowd.every(({ code }) => code === "revio_unavailable")).toBe(true);
    answer();
    await probe;
    await vi.waitFor(() => expect(server.requests).toHaveLength(6));
    server.script(okRead());
    await read(client);
    expect(events).toEqual(["open reads", "close reads"]);
  });

  it("waits longer after each failed probe, up to the limit", async () => {
    const { client, circuits } = clientWith({ openMs: 1_000, maxOpenMs: 3_000 });
    server.script(html(502));
    await failTimes(() => read(client), 5);
    const pauses: number[] = [];
    for (let probes = 0; probes < 4; probes += 1) {
      const until = circuits.report()["reads"]?.openUntil?.getTime() ?? 0;
      pauses.push(until - Date.now());
      later(until - Date.now() + 1);
      await errorOf(read(client));
    }
    expect(pauses).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  it("is one per operation: a sick POST /payouts/ stops no deposit and no read", async () => {
    const { client, circuits } = clientWith();
    server.script(html(500));
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 5);
    expect(await errorOf(client.payouts.create(NEW_PAYOUT))).toMatchObject(refused);
    expect(() => client.circuits.assertClosed("payouts.create")).toThrow(RevioUnavailable);
    client.circuits.assertClosed("purchases.create");
    server.script(okRead());
    await read(client);
    server.script(okPurchase());
    await client.purchases.create(NEW_PURCHASE);
    expect(circuits.report()).toMatchObject({
      "payouts.create": { state: "open" },
      "purchases.create": { state: "closed" },
      reads: { state: "closed" },
    });
  });

  it("F09 counts no refusals: they are answers, and end a row of failures", async () => {
    const { client } = clientWith();
    const rejected = json(400, { __all__: [{ code: "invalid", message: "no" }] });
    server.script(rejected);
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 20);
    server.script(html(503));
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 4);
    server.script(rejected);
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 1);
    server.script(html(503));
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 4);
    expect(server.requests).toHaveLength(29);
    expect(await errorOf(client.payouts.create(NEW_PAYOUT))).not.toMatchObject(refused);
  });

  it("counts time-outs and 429, on writes too, and stays open for as long as Retry-After says, within the cap", async () => {
    const { client } = clientWith({ failuresToOpen: 2 }, 50);
    server.script(hang);
    await failTimes(() => client.payouts.create(NEW_PAYOUT), 2);
    expect(await errorOf(client.payouts.create(NEW_PAYOUT))).toMatchObject(refused);
    server.script(json(429, {}, { "retry-after": "120" }));
    await failTimes(() => client.purchases.create(NEW_PURCHASE), 2);
    expect(await errorOf(client.purchases.create(NEW_PURCHASE))).toMatchObject({
      ...refused,
      retryAfterMs: 120_000,
    });
    server.script(json(429, {}, { "retry-after": "1000000000" }));
    await failTimes(() => read(client), 2);
    expect(await errorOf(read(client))).toMatchObject({ ...refused, retryAfterMs: 900_000 });
  });

  it("counts no call that its caller gave up", async () => {
    const { client } = clientWith({ failuresToOpen: 1 });
    server.script(hang);
    await errorOf(client.payouts.get(PAYOUT_ID, { signal: AbortSignal.timeout(30) }));
    expect(client.circuits.report()["reads"]?.state).toBe("closed");
  });

  it("F10 of the key opens at once and for all operations; one probe finds the key good again", async () => {
    const { client, events } = clientWith();
    server.script(json(401, { __all__: [{ code: "authentication_failed", message: "no" }] }));
    expect((await errorOf(read(client))).code).toBe("revio_authentication");
    for (const call of [
      () => read(client),
      () => client.purchases.get(PURCHASE_ID),
      () => client.payouts.create(NEW_PAYOUT),
      () => client.purchases.create(NEW_PURCHASE),
    ]) {
      expect(await errorOf(call())).toMatchObject(refused);
    }
    expect(() => client.circuits.assertClosed("payouts.execute")).toThrow(RevioUnavailable);
    expect(server.requests).toHaveLength(1);
    expect(events).toEqual(["open api_key"]);
    later(60_001);
    server.script(okRead());
    await read(client);
    expect(events).toEqual(["open api_key", "close api_key"]);
    client.circuits.assertClosed("payouts.execute");
  });

  it("is shared by all clients that are given it", async () => {
    const { client, circuits } = clientWith();
    const other = clientFor(server.baseUrl, { circuits });
    server.script(html(503));
    await failTimes(() => read(client), 5);
    expect(await errorOf(read(other))).toMatchObject(refused);
  });
});

describe("the retry budget", () => {
  it("is a tenth of the calls and a small floor", () => {
    let nowMs = 0;
    const budget = createRetryBudget(() => nowMs);
    const spendAll = () => {
      let spent = 0;
      while (budget.spend()) spent += 1;
      return spent;
    };
    expect(spendAll()).toBe(10);
    for (let calls = 0; calls < 55; calls += 1) budget.earn();
    expect(spendAll()).toBe(5);
    nowMs += 24_000;
    expect(spendAll()).toBe(2);
    for (let calls = 0; calls < 10_000; calls += 1) budget.earn();
    expect(spendAll()).toBe(10);
  });

  it("F14 bounds what a sick provider meets: a hundred failing reads are repeated about ten times", async () => {
    const circuits = createCircuits({ failuresToOpen: 10_000 });
    const client = clientFor(server.baseUrl, { circuits });
    server.script(html(503));
    await failTimes(() => read(client), 100);
    expect(server.requests.length).toBeGreaterThanOrEqual(110);
    expect(server.requests.length).toBeLessThanOrEqual(120);
  });
});
