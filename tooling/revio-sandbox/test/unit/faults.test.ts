import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Loose,
  type SandboxClient,
  purchaseRequest,
  startClient,
} from "../support/sandbox-client.ts";
import { startReceiver } from "../support/webhook-receiver.ts";

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient();
});
afterEach(() => client.control("reset", {}));
afterAll(() => client.sandbox.close());

const fault = (rule: object) => client.control("faults", rule);
const post = (reference: string, timeoutMs = 2000) =>
  client.call("POST", "/api/v1/purchases/", purchaseRequest(client.sandbox, { reference }), {
    timeoutMs,
  });
const exists = async (reference: string): Promise<boolean> =>
  (await client.control(`purchases?reference=${reference}`)).length === 1;

describe("lost answers: the effect is there or not, as the fault says", () => {
  test.each([
    ["timeout_before_effect", false],
    ["timeout_after_effect", true],
    ["reset_before", false],
    ["reset_after", true],
    ["reset_mid_body", true],
  ])("%s", async (kind, effect) => {
    await fault({ match: { operation: "purchases.create" }, kind });
    await expect(post(kind, 200)).rejects.toThrow();
    expect(await exists(kind)).toBe(effect);
    // Used up: the next request is answered.
    expect((await post(`${kind}-again`)).status).toBe(201);
  });

  test("a hang ends by itself with a cut connection", async () => {
    await fault({
      match: { operation: "purchases.create" },
      kind: "timeout_before_effect",
      delayMs: 50,
    });
    await expect(post("hang")).rejects.toThrow("fetch failed");
  });
});

describe("wrong answers", () => {
  test.each([
    ["before", false],
    ["after", true],
  ])("502 %s the effect", async (when, effect) => {
    await fault({ match: { operation: "purchases.create" }, kind: "status", status: 502, when });
    expect((await post(when)).status).toBe(502);
    expect(await exists(when)).toBe(effect);
  });

  test("429 with Retry-After, for as many times as asked", async () => {
    await fault({
      match: { operation: "balance.*" },
      kind: "status",
      status: 429,
      retryAfter: 7,
      times: 2,
    });
    const get = () => client.call("GET", "/api/v1/balance/");
    const answers = [await get(), await get(), await get()];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers[0]!.headers.get("retry-after")).toBe("7");
  });

  test("a captive portal, broken JSON and a redirect", async () => {
    const get = () => client.call("GET", "/api/v1/balance/");
    await fault({ match: { operation: "balance.get" }, kind: "html_200" });
    expect((await get()).headers.get("content-type")).toBe("text/html");
    await fault({ match: { operation: "balance.get" }, kind: "malformed_json" });
    await expect(get()).rejects.toThrow(SyntaxError);
    await fault({
      match: { operation: "balance.get" },
      kind: "redirect",
      location: "https://elsewhere.example/",
    });
    expect((await get()).headers.get("location")).toBe("https://elsewhere.example/");
  });

  test("lies on read leave the truth alone", async () => {
    const purchase = await client.createPurchase();
    await client.control(`purchases/${purchase.id}/pay`, {});
    const read = async () => (await client.call("GET", `/api/v1/purchases/${purchase.id}/`)).body;
    const match = { operation: "purchases.get", objectId: purchase.id };
    const lie = async (rule: object): Promise<Loose> => {
      await fault({ match, ...rule });
      return read();
    };
    expect((await lie({ kind: "wrong_amount", amount: 1 })).payment.amount).toBe(1);
    expect((await lie({ kind: "wrong_currency" })).purchase.currency).toBe("USD");
    expect((await lie({ kind: "wrong_brand" })).brand_id).not.toBe(client.sandbox.brandId);
    expect((await lie({ kind: "wrong_is_test" })).is_test).toBe(false);
    expect((await lie({ kind: "unknown_status" })).status).toBe("under_review");
    expect(
      (await lie({ kind: "rewrite", set: { "payment.amount": "125000" } })).payment.amount,
    ).toBe("125000");
    expect((await read()).payment.amount).toBe(125_000);
  });

  test("a webhook arrives before the POST answers", async () => {
    const receiver = await startReceiver();
    const webhook = await client.registerWebhook(receiver.url);
    await fault({
      match: { operation: "payouts.create" },
      kind: "slow",
      when: "after",
      delayMs: 300,
    });
    let answered = false;
    const creating = client.createPayout().finally(() => (answered = true));
    await vi.waitFor(() => expect(receiver.events()).toEqual(["payout.created"]));
    expect(answered).toBe(false);
    expect((await creating).status).toBe("initialized");
    await client.call("DELETE", `/api/v1/webhooks/${webhook.id}/`);
    await receiver.close();
  });
});

describe("which requests a fault strikes", () => {
  test("the reference, and for later steps the reference of the object", async () => {
    const payout = await client.createPayout("628129002", 100, "struck");
    const other = await client.createPayout("628129002", 100, "spared");
    await fault({
      match: { operation: "payouts.execute", reference: "struck" },
      kind: "reset_after",
    });
    expect((await client.execute(other)).status).toBe(200);
    await expect(client.execute(payout)).rejects.toThrow();
    expect((await client.books()).payouts.map((row: Loose) => row.executions)).toEqual([1, 1]);
  });

  test("a probability with a seed repeats", async () => {
    const run = async (): Promise<number[]> => {
      const seeded = await startClient({ seed: "same" });
      await seeded.control("faults", {
        match: { operation: "*" },
        kind: "status",
        status: 500,
        times: null,
        probability: 0.5,
      });
      const answers: number[] = [];
      for (let index = 0; index < 20; index += 1)
        answers.push((await seeded.call("GET", "/api/v1/balance/")).status);
      await seeded.sandbox.close();
      return answers;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(first);
  });

  test("rules are listed, checked and cleared", async () => {
    const wrong = await client.call("POST", "/sandbox/faults", {
      match: { operation: "x" },
      kind: "nonsense",
    });
    expect(wrong.status).toBe(400);
    const added = await fault({
      match: { operation: "purchases.get" },
      kind: "reset_before",
      times: null,
    });
    expect(await client.control("faults")).toEqual([
      expect.objectContaining({ id: added.id, remaining: null, hits: 0 }),
    ]);
    await client.call("DELETE", `/sandbox/faults/${added.id}`);
    expect(await client.control("faults")).toEqual([]);
  });
});

describe("outage", () => {
  test("refuse closes the port and comes back by itself", async () => {
    await client.control("down", { seconds: 0.3 });
    const get = () => client.call("GET", "/api/v1/balance/");
    await vi.waitFor(
      () => expect(get()).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } }),
      { timeout: 250, interval: 5 },
    );
    await vi.waitFor(async () => expect((await get()).status).toBe(200), { timeout: 2000 });
  });

  test("reset cuts everything but the controls until told to stop", async () => {
    const purchase = await client.createPurchase();
    await client.control("down", { seconds: 60, how: "reset" });
    await vi.waitFor(
      () => expect(client.call("GET", "/api/v1/balance/")).rejects.toThrow("fetch failed"),
      { interval: 5 },
    );
    await expect(fetch(purchase.checkout_url)).rejects.toThrow("fetch failed");
    await client.control("up", {});
    expect((await client.call("GET", "/api/v1/balance/")).status).toBe(200);
  });
});

test("a sandbox that is closed while it is down stays closed", async () => {
  const down = await startClient();
  await down.control("down", { seconds: 60 });
  const get = () => down.call("GET", "/api/v1/balance/");
  await vi.waitFor(() => expect(get()).rejects.toThrow("fetch failed"), { interval: 5 });
  await down.sandbox.close();
  await expect(get()).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});

test("nothing is delivered while the provider is down, and everything afterwards", async () => {
  const receiver = await startReceiver();
  const webhook = await client.registerWebhook(receiver.url);
  await client.control("down", { seconds: 60, how: "reset" });
  await vi.waitFor(
    () => expect(client.call("GET", "/api/v1/balance/")).rejects.toThrow("fetch failed"),
    { interval: 5 },
  );
  await client.control("purchases", {
    client: { email: "someone@example.com" },
    purchase: { currency: "ZAR", products: [{ name: "By hand", price: 5000 }] },
  });
  await sleep(50);
  expect(receiver.received).toEqual([]);
  await client.control("up", {});
  await vi.waitFor(() => expect(receiver.events()).toEqual(["purchase.created"]));
  await client.call("DELETE", `/api/v1/webhooks/${webhook.id}/`);
  await receiver.close();
});

test("the request log counts what clients really sent", async () => {
  await client.createPurchase();
  await client.call("GET", "/api/v1/balance/");
  const { counts, recent } = await client.control("requests");
  expect(counts).toEqual({ "purchases.create": 1, "balance.get": 1 });
  expect(recent[0]).toMatchObject({ operation: "balance.get", outcome: "200" });
});
