import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Loose, type SandboxClient, startClient } from "../support/sandbox-client.ts";
import { isSignedBy, startReceiver, type WebhookReceiver } from "../support/webhook-receiver.ts";

let client: SandboxClient;
let receiver: WebhookReceiver;
let webhook: Loose;
beforeEach(async () => {
  // At this scale the first retry gap of 508 s is 50 ms, and the guard of 36 h about 13 s.
  client = await startClient({ timeScale: 10_000 });
  receiver = await startReceiver();
  webhook = await client.registerWebhook(receiver.url);
});
afterEach(async () => {
  await client.sandbox.close();
  await receiver.close();
});

const seen = (events: string[], objectId?: string) =>
  vi.waitFor(() => expect(receiver.events(objectId)).toEqual(events), {
    timeout: 5000,
    interval: 2,
  });
const cardEvents = [
  "purchase.created",
  "purchase.viewed",
  "purchase.pending_execute",
  "purchase.paid",
];

async function pay(fields: object = {}): Promise<Loose> {
  const purchase = await client.createPurchase(fields as Loose);
  await client.control(`purchases/${purchase.id}/pay`, {});
  return purchase;
}

test("deliveries are signed over their exact bytes and arrive at once", async () => {
  const began = performance.now();
  await client.createPurchase({ client: { email: "zoe@example.com", full_name: "Zoë 😀" } });
  await seen(["purchase.created"]);
  expect(performance.now() - began).toBeLessThan(500);
  const [delivery] = receiver.received;
  expect(isSignedBy(webhook.public_key, delivery!.body, delivery!.signature)).toBe(true);
  // A verifier that parses and prints again must fail here, as it would at Revio.
  const printedAgain = JSON.stringify(JSON.parse(delivery!.body));
  expect(isSignedBy(webhook.public_key, printedAgain, delivery!.signature)).toBe(false);
  expect(delivery!.body).toContain(String.raw`Zo\u00eb \ud83d\ude00`);
  expect(delivery!.body.startsWith('{"id": "')).toBe(true);
});

test("bodies are snapshots of the moment of the event", async () => {
  await client.control("settings", { deliverWebhooks: false });
  await pay();
  await client.control("settings", { deliverWebhooks: true });
  await seen(cardEvents);
  expect(receiver.received.map(({ status }) => status)).toEqual([
    "created",
    "viewed",
    "pending_execute",
    "paid",
  ]);
});

test("each webhook has its own key; every third has 3072 bits", async () => {
  const second = await client.registerWebhook(receiver.url);
  const third = await client.registerWebhook(receiver.url);
  expect(new Set([webhook.public_key, second.public_key, third.public_key]).size).toBe(3);
  expect(third.public_key.length).toBeGreaterThan(second.public_key.length);
});

describe("order and retries", () => {
  test("an object's events wait for each other, other objects do not wait for them", async () => {
    const first = await client.createPurchase();
    await seen(["purchase.created"]);
    let rejections = 2;
    receiver.answer = ({ event }) => (event === "purchase.viewed" && rejections-- > 0 ? 500 : 204);
    await client.control(`purchases/${first.id}/pay`, {});
    const other = await client.createPurchase();
    await seen(["purchase.created"], other.id);
    await seen(
      [
        "purchase.created",
        "purchase.viewed",
        "purchase.viewed",
        "purchase.viewed",
        "purchase.pending_execute",
        "purchase.paid",
      ],
      first.id,
    );
  });

  test("nine attempts within 36 hours, then the queue of the object moves on", async () => {
    await client.control("clock", { timeScale: 1 });
    receiver.answer = ({ event }) => (event === "purchase.created" ? 503 : 200);
    const purchase = await pay();
    await seen(["purchase.created"]);
    let elapsed = 0;
    for (let attempt = 2; attempt <= 9; attempt += 1) {
      // Retries count from the first attempt: 508 s × (2^n − 1).
      const due = 508 * (2 ** (attempt - 1) - 1);
      await client.control("clock", { advanceSeconds: due - 5 - elapsed });
      await sleep(10);
      expect(receiver.events()).toHaveLength(attempt - 1);
      await client.control("clock", { advanceSeconds: 6 });
      await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(attempt));
      elapsed = due + 1;
    }
    await vi.waitFor(() => expect(receiver.events().at(-1)).toBe("purchase.paid"));
    expect(receiver.events()).toEqual([
      ...Array<string>(9).fill("purchase.created"),
      ...cardEvents.slice(1),
    ]);
    const log = await client.call(
      "GET",
      `/api/v1/webhooks/deliveries/?id=${purchase.id}&source_type=purchase`,
    );
    expect(log.body.results[0]).toMatchObject({
      attempts: 9,
      delivered_on: null,
      event: "purchase.created",
    });
    expect(log.body.results[0].delivery_attempts).toHaveLength(9);
    expect(log.body.results[1].delivered_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test("a redirect is a failure and is not followed", async () => {
    let answers = 0;
    receiver.answer = () => (answers++ === 0 ? 302 : 200);
    await client.createPurchase();
    await seen(["purchase.created", "purchase.created"]);
  });
});

describe("faults of webhooks", () => {
  const fault = (rule: object) => client.control("webhook-faults", rule);

  test("duplicates, one answered before the other or not", async () => {
    await fault({ kind: "duplicate", copies: 4, match: { event: "purchase.created" } });
    await client.createPurchase();
    await seen(Array<string>(5).fill("purchase.created"));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  test("drop: never sent, and later events go on", async () => {
    await fault({ kind: "drop", match: { event: "purchase.paid", reference: "dropped" } });
    const purchase = await pay({ reference: "dropped" });
    await seen(cardEvents.slice(0, 3));
    await client.control(`purchases/${purchase.id}/refund`, {});
    await vi.waitFor(() => expect(receiver.events().at(-1)).toBe("payment.refunded"));
    expect(receiver.events()).not.toContain("purchase.paid");
  });

  test("reorder: a later event overtakes", async () => {
    await fault({ kind: "reorder", delayMs: 100, match: { event: "purchase.created" } });
    await pay();
    await seen([...cardEvents.slice(1), "purchase.created"]);
  });

  test("hold and release", async () => {
    await fault({ kind: "hold", match: { event: "purchase.pending_execute" } });
    const purchase = await pay();
    await seen(cardEvents.slice(0, 2));
    await sleep(50);
    expect(receiver.events()).toHaveLength(2);
    await client.control("deliveries/release", { objectId: purchase.id });
    await seen(cardEvents);
  });

  test("a wrong key or a changed body strikes one attempt; the retry is sound", async () => {
    receiver.answer = ({ body, signature }) =>
      isSignedBy(webhook.public_key, body, signature) ? 200 : 401;
    await fault({ kind: "wrong_key" });
    await fault({ kind: "corrupt_body" });
    await client.createPurchase();
    await seen(Array<string>(3).fill("purchase.created"));
    const sound = receiver.received.map(({ body, signature }) =>
      isSignedBy(webhook.public_key, body, signature),
    );
    expect(sound).toEqual([false, false, true]);
  });

  test("a lie in the body is signed like the truth", async () => {
    await fault({
      kind: "rewrite",
      set: { "purchase.total": 1, is_test: false },
      match: { event: "purchase.created" },
    });
    await client.createPurchase();
    await seen(["purchase.created"]);
    const [{ body, signature }] = receiver.received as [Loose];
    expect(JSON.parse(body)).toMatchObject({ is_test: false, purchase: { total: 1 } });
    expect(isSignedBy(webhook.public_key, body, signature)).toBe(true);
  });
});

describe("sending by hand", () => {
  test("replays a delivery many times at once", async () => {
    await client.createPurchase();
    await seen(["purchase.created"]);
    const [delivery] = await client.control("deliveries");
    const { results } = await client.control(`deliveries/${delivery.id}/replay`, { count: 20 });
    expect(results).toHaveLength(20);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  test("sends an unknown purchase and an unknown event", async () => {
    const body = {
      id: "00000000-0000-4000-8000-000000000000",
      type: "purchase",
      event_type: "purchase.mystery",
    };
    const { results } = await client.control("events/send", { body });
    expect(results).toEqual([{ httpStatus: 200, errorMessage: "" }]);
    expect(receiver.events()).toEqual(["purchase.mystery"]);
  });
});

test("success_callback is signed with the company key and independent of the webhook", async () => {
  const callback = await startReceiver();
  await pay({ success_callback: callback.url });
  await vi.waitFor(() => expect(callback.events()).toEqual(["purchase.paid"]));
  const companyKey = (await client.call("GET", "/api/v1/public_key/")).body;
  const [delivery] = callback.received;
  expect(isSignedBy(companyKey, delivery!.body, delivery!.signature)).toBe(true);
  expect(isSignedBy(webhook.public_key, delivery!.body, delivery!.signature)).toBe(false);
  await callback.close();
});

test("webhooks are managed per mode, and a deleted one gets nothing more", async () => {
  const path = `/api/v1/webhooks/${webhook.id}/`;
  const live = await client.call("GET", "/api/v1/webhooks/", undefined, {
    key: client.sandbox.liveApiKey,
  });
  expect(live.body).toEqual({ results: [], next: null, previous: null });
  const narrow = await client.call("PATCH", path, { all_events: false, events: ["purchase.paid"] });
  expect(narrow.body).toMatchObject({ events: ["purchase.paid"], public_key: webhook.public_key });
  await pay();
  await seen(["purchase.paid"]);
  expect((await client.call("DELETE", path)).status).toBe(204);
  expect((await client.call("GET", path)).status).toBe(404);
  await pay();
  await sleep(50);
  expect(receiver.events()).toEqual(["purchase.paid"]);
  const wrong = await client.call("POST", "/api/v1/webhooks/", {
    title: "x",
    callback: "nowhere",
    events: ["purchase.refunded"],
  });
  expect(wrong.body).toMatchObject({
    callback: [{ code: "invalid" }],
    events: [{ code: "invalid_choice" }],
  });
});
