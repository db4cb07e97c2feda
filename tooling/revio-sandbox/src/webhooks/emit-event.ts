import { takeWebhookQueueFault, type WebhookFault } from "../faults/webhook-faults.ts";
import { type JsonObject, withReplaced } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { listWebhooks } from "./webhook-store.ts";
import { wireForm } from "./wire-form.ts";

export interface EmittedEvent {
  mode: Mode;
  event: string;
  objectType: "purchase" | "payment" | "payout";
  objectId: string;
  reference: string;
  /** REST body of the object at this moment, without `event_type`. */
  document: JsonObject;
  /** Set on events that also go to the purchase's own callback URL. */
  successCallback?: string;
}

interface Target {
  webhookId: string | null;
  url: string;
  queueKey: string;
}

/**
 * Records an event and queues its deliveries. Call it in the database transaction of the effect:
 * the body is the snapshot of this moment, whatever happens to the object before delivery.
 */
export function emitEvent(sandbox: Sandbox, emitted: EmittedEvent): void {
  const { mode, event, objectType, objectId } = emitted;
  const document = { ...emitted.document, event_type: event };
  const row = sandbox.store.get<{ seq: number }>(
    "INSERT INTO events (mode, event, object_type, object_id, at_ms, body) VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
    mode,
    event,
    objectType,
    objectId,
    sandbox.clock.nowMs(),
    JSON.stringify(document),
  );
  const targets: Target[] = listWebhooks(sandbox, mode)
    .filter((webhook) => webhook.all_events || webhook.events.includes(event))
    .map((webhook) => ({ webhookId: webhook.id, url: webhook.callback, queueKey: objectId }));
  if (emitted.successCallback) {
    // Its own queue: the order against webhooks of the same purchase is undefined.
    const queueKey = `callback:${objectId}`;
    targets.push({ webhookId: null, url: emitted.successCallback, queueKey });
  }
  for (const target of targets) queueDelivery(sandbox, emitted, document, row!.seq, target);
  sandbox.wake.deliveries();
}

/** Faults that keep a delivery from being sent at all, or until it is released. */
const statesByFault: Partial<Record<WebhookFault["kind"], NewDelivery["state"]>> = {
  drop: "dropped",
  give_up: "failed",
  hold: "held",
};

function queueDelivery(
  sandbox: Sandbox,
  emitted: EmittedEvent,
  document: JsonObject,
  eventSeq: number,
  target: Target,
): void {
  const fault = takeWebhookQueueFault(sandbox, {
    event: emitted.event,
    webhookId: target.webhookId ?? "success_callback",
    objectId: emitted.objectId,
    reference: emitted.reference,
  });
  const delayMs = fault?.kind === "delay" || fault?.kind === "reorder" ? fault.delayMs : 0;
  const sent = fault?.kind === "rewrite" ? withReplaced(document, fault.set) : document;
  const copies = fault?.kind === "duplicate" ? fault.copies : 0;
  for (let copy = 0; copy <= copies; copy += 1) {
    insertDelivery(sandbox, {
      mode: emitted.mode,
      webhookId: target.webhookId,
      url: target.url,
      event: emitted.event,
      objectType: emitted.objectType,
      objectId: emitted.objectId,
      queueKey: target.queueKey,
      eventSeq,
      // A copy or a reordered delivery neither waits for the object's queue nor blocks it.
      skipsQueue: copy > 0 || fault?.kind === "reorder",
      body: wireForm(sent, sandbox.settings.current().escapeNonAscii),
      state: (fault && statesByFault[fault.kind]) ?? "pending",
      dueMs: sandbox.clock.nowMs() + delayMs,
    });
  }
}

interface NewDelivery {
  mode: Mode;
  webhookId: string | null;
  url: string;
  event: string;
  objectType: string;
  objectId: string;
  queueKey: string;
  eventSeq: number;
  skipsQueue: boolean;
  body: string;
  state: "pending" | "held" | "dropped" | "failed";
  dueMs: number;
}

/** @returns the delivery's id */
function insertDelivery(sandbox: Sandbox, delivery: NewDelivery): string {
  const id = sandbox.random.uuid();
  sandbox.store.run(
    `INSERT INTO deliveries (id, mode, webhook_id, url, event, object_type, object_id, queue_key,
       event_seq, skips_queue, body, state, created_ms, next_attempt_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    delivery.mode,
    delivery.webhookId,
    delivery.url,
    delivery.event,
    delivery.objectType,
    delivery.objectId,
    delivery.queueKey,
    delivery.eventSeq,
    delivery.skipsQueue ? 1 : 0,
    delivery.body,
    delivery.state,
    sandbox.clock.nowMs(),
    delivery.dueMs,
  );
  return id;
}
