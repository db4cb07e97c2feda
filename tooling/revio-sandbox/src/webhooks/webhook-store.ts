import type { Mode, Sandbox } from "../sandbox.ts";
import { createKeyPair } from "./sign.ts";

export interface WebhookDocument {
  title: string;
  all_events: boolean;
  public_key: string;
  events: string[];
  callback: string;
  created_on: number;
  updated_on: number;
  type: "webhook";
  id: string;
}

export interface WebhookRequest {
  title: string;
  all_events: boolean;
  events: string[];
  callback: string;
}

export function listWebhooks(sandbox: Sandbox, mode: Mode): WebhookDocument[] {
  return sandbox.store
    .all<{ document: string }>(
      "SELECT document FROM webhooks WHERE mode = ? ORDER BY created_ms, rowid",
      mode,
    )
    .map((row) => JSON.parse(row.document) as WebhookDocument);
}

export function findWebhook(sandbox: Sandbox, mode: Mode, id: string): WebhookDocument | undefined {
  const row = sandbox.store.get<{ document: string }>(
    "SELECT document FROM webhooks WHERE id = ? AND mode = ?",
    id,
    mode,
  );
  return row && (JSON.parse(row.document) as WebhookDocument);
}

/** Registers a webhook with a key pair of its own. */
export async function createWebhook(
  sandbox: Sandbox,
  mode: Mode,
  request: WebhookRequest,
): Promise<WebhookDocument> {
  const created = sandbox.store.nextCounter("webhooks");
  const wanted = sandbox.settings.current().webhookKeyBits;
  // Both sizes occur at Revio, so no receiver may assume one signature length.
  const pair = await createKeyPair(wanted === 0 ? (created % 3 === 0 ? 3072 : 2048) : wanted);
  const now = sandbox.clock.nowSeconds();
  const document: WebhookDocument = {
    title: request.title,
    all_events: request.all_events,
    public_key: pair.publicKey,
    events: request.all_events ? [] : request.events,
    callback: request.callback,
    created_on: now,
    updated_on: now,
    type: "webhook",
    id: sandbox.random.uuid(),
  };
  sandbox.store.run(
    "INSERT INTO webhooks (id, mode, created_ms, private_key, document) VALUES (?, ?, ?, ?, ?)",
    document.id,
    mode,
    sandbox.clock.nowMs(),
    pair.privateKey,
    JSON.stringify(document),
  );
  return document;
}

/** Open deliveries follow a changed callback, as they would when Revio reads the webhook at send time. */
export function changeWebhook(
  sandbox: Sandbox,
  webhook: WebhookDocument,
  request: WebhookRequest,
): WebhookDocument {
  const document: WebhookDocument = {
    ...webhook,
    ...request,
    events: request.all_events ? [] : request.events,
    updated_on: sandbox.clock.nowSeconds(),
  };
  sandbox.store.transaction(() => {
    sandbox.store.run(
      "UPDATE webhooks SET document = ? WHERE id = ?",
      JSON.stringify(document),
      webhook.id,
    );
    sandbox.store.run(
      "UPDATE deliveries SET url = ? WHERE webhook_id = ? AND state IN ('pending', 'held')",
      document.callback,
      webhook.id,
    );
  });
  return document;
}

export function deleteWebhook(sandbox: Sandbox, id: string): void {
  sandbox.store.transaction(() => {
    sandbox.store.run("DELETE FROM webhooks WHERE id = ?", id);
    sandbox.store.run(
      "UPDATE deliveries SET state = 'cancelled' WHERE webhook_id = ? AND state IN ('pending', 'sending', 'held')",
      id,
    );
  });
  sandbox.wake.deliveries();
}

/** New key pair without notice, as after deleting and recreating a webhook under the same URL. */
export async function rotateWebhookKey(
  sandbox: Sandbox,
  webhook: WebhookDocument,
): Promise<WebhookDocument> {
  const pair = await createKeyPair(2048);
  const document: WebhookDocument = {
    ...webhook,
    public_key: pair.publicKey,
    updated_on: sandbox.clock.nowSeconds(),
  };
  sandbox.store.run(
    "UPDATE webhooks SET private_key = ?, document = ? WHERE id = ?",
    pair.privateKey,
    JSON.stringify(document),
    webhook.id,
  );
  return document;
}

export function webhookPrivateKey(sandbox: Sandbox, id: string): string | undefined {
  return sandbox.store.get<{ private_key: string }>(
    "SELECT private_key FROM webhooks WHERE id = ?",
    id,
  )?.private_key;
}
