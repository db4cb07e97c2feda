import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSandbox } from "../../src/start-sandbox.ts";
import { clientOf, startClient } from "../support/sandbox-client.ts";
import { isSignedBy, startReceiver } from "../support/webhook-receiver.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "revio-sandbox-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("objects, keys, balance, open deliveries and due work survive a restart", async () => {
  const databaseFile = join(folder, "sandbox.sqlite");
  const receiver = await startReceiver();
  receiver.answer = () => 503;
  const first = await startClient({ databaseFile, timeScale: 1 });
  const webhook = await first.registerWebhook(receiver.url);
  const purchase = await first.createPurchase();
  await first.control(`purchases/${purchase.id}/pay`, {});
  const payout = await first.createPayout();
  await first.execute(payout);
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2));
  const { apiKey, brandId } = first.sandbox;
  await first.sandbox.close();

  receiver.answer = () => 200;
  receiver.received.length = 0;
  const second = clientOf(await startSandbox({ port: 0, databaseFile, timeScale: 1000 }));
  expect(second.sandbox).toMatchObject({ apiKey, brandId });
  expect((await second.call("GET", `/api/v1/purchases/${purchase.id}/`)).body.status).toBe("paid");
  // Wait times were set at the old scale; jump over them.
  await second.control("clock", { advanceSeconds: 600 });
  await vi.waitFor(() =>
    expect(receiver.events(payout.id)).toEqual([
      "payout.created",
      "payout.pending",
      "payout.success",
    ]),
  );
  await vi.waitFor(() => expect(receiver.events(purchase.id)).toHaveLength(4));
  for (const { body, signature } of receiver.received) {
    expect(isSignedBy(webhook.public_key, body, signature)).toBe(true);
  }
  expect((await second.books()).balances[0].ecommerceMinor).toBe(100_000_000 + 121_562 - 40_000);
  const next = await second.createPurchase();
  expect([purchase.id, payout.id]).not.toContain(next.id);
  await second.sandbox.close();
  await receiver.close();
});

test("a delivery in flight when the process ends is sent again", async () => {
  const databaseFile = join(folder, "sandbox.sqlite");
  const receiver = await startReceiver();
  receiver.answer = () => new Promise(() => {});
  const first = await startClient({ databaseFile });
  await first.registerWebhook(receiver.url);
  await first.createPurchase();
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
  await first.sandbox.close();
  receiver.answer = () => 200;
  const second = await startClient({ databaseFile });
  await vi.waitFor(() =>
    expect(receiver.events()).toEqual(["purchase.created", "purchase.created"]),
  );
  await second.sandbox.close();
  await receiver.close();
});

test("a taken port is an error, not another port", async () => {
  const first = await startClient();
  const port = Number(new URL(first.sandbox.url).port);
  await expect(startSandbox({ port, databaseFile: ":memory:" })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  await first.sandbox.close();
});
