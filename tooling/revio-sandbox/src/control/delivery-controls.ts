import { z } from "zod";
import { generalError, notFound } from "../api/api-error.ts";
import type { SandboxHono } from "../api/operation.ts";
import { type Json, type JsonObject, withReplaced } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { postSigned, type SendableDelivery } from "../webhooks/send-delivery.ts";
import { findWebhook, listWebhooks, rotateWebhookKey } from "../webhooks/webhook-store.ts";
import { wireForm } from "../webhooks/wire-form.ts";
import { control, modeOfQuery } from "./control-answer.ts";

const jsonObject = z.record(z.string(), z.json()).transform((value) => value as JsonObject);
const sendOptions = {
  /** Sends at once, this many times side by side, outside every queue. */
  count: z.number().int().min(1).max(500).default(1),
  key: z.enum(["own", "wrong", "none"]).default("own"),
  corrupt: z.boolean().default(false),
  /** Dotted paths to change in the body before signing. */
  set: jsonObject.default({}),
};
const replayRequest = z.strictObject(sendOptions);
const sendRequest = z.strictObject({
  ...sendOptions,
  webhookId: z.string().optional(),
  /** A recorded event by its number, else a body of your own with `event_type` in it. */
  eventSeq: z.number().int().optional(),
  body: jsonObject.optional(),
});
const releaseRequest = z.strictObject({
  id: z.string().optional(),
  objectId: z.string().optional(),
});

interface DeliveryRow extends SendableDelivery {
  seq: number;
  id: string;
  object_type: string;
  state: string;
  attempts: number;
  created_ms: number;
  next_attempt_ms: number;
  delivered_ms: number | null;
}

/** Deliveries and events: look, hold, release, replay, forge. */
export function addDeliveryControls(app: SandboxHono, sandbox: Sandbox): void {
  app.get(
    "/sandbox/deliveries",
    control((context) =>
      readDeliveryRows(sandbox, context.req.query("objectId"), context.req.query("state")),
    ),
  );
  app.post(
    "/sandbox/deliveries/:id/replay",
    control((context, body) => {
      const options = replayRequest.parse(body);
      const row = sandbox.store.get<DeliveryRow>(
        "SELECT * FROM deliveries WHERE id = ?",
        context.req.param("id") ?? "",
      );
      if (!row) throw notFound();
      return sendNow(sandbox, { ...row }, options, Object.keys(options.set).length > 0);
    }),
  );
  app.post(
    "/sandbox/deliveries/release",
    control((_context, body) => {
      const { id, objectId } = releaseRequest.parse(body);
      const released = sandbox.store.run(
        `UPDATE deliveries SET state = 'pending', next_attempt_ms = ?
         WHERE state = 'held' AND id = coalesce(?, id) AND object_id = coalesce(?, object_id)`,
        sandbox.clock.nowMs(),
        id ?? null,
        objectId ?? null,
      );
      sandbox.wake.deliveries();
      return { released };
    }),
  );
  app.post(
    "/sandbox/deliveries/retry-now",
    control(() => {
      const moved = sandbox.store.run(
        "UPDATE deliveries SET next_attempt_ms = ? WHERE state = 'pending'",
        sandbox.clock.nowMs(),
      );
      sandbox.wake.deliveries();
      return { moved };
    }),
  );
  app.get(
    "/sandbox/events",
    control((context) =>
      sandbox.store
        .all<{ body: string }>(
          "SELECT seq, mode, event, object_type, object_id, at_ms, body FROM events WHERE object_id = coalesce(?, object_id) ORDER BY seq DESC LIMIT 200",
          context.req.query("objectId") ?? null,
        )
        .map((row) => ({ ...row, body: JSON.parse(row.body) as Json })),
    ),
  );
  app.post(
    "/sandbox/events/send",
    control((context, body) => sendEvent(sandbox, modeOfQuery(context), sendRequest.parse(body))),
  );
  app.post(
    "/sandbox/webhooks/:id/rotate-key",
    control(async (context) => {
      const webhook = findWebhook(sandbox, modeOfQuery(context), context.req.param("id") ?? "");
      if (!webhook) throw notFound();
      return rotateWebhookKey(sandbox, webhook);
    }),
  );
}

export interface DeliveryView {
  id: string;
  mode: Mode;
  webhookId: string | null;
  url: string;
  event: string;
  objectType: string;
  objectId: string;
  state: string;
  attempts: number;
  createdMs: number;
  nextAttemptMs: number;
  deliveredMs: number | null;
  log: {
    attemptedMs: number;
    httpStatus: number | null;
    errorMessage: string;
    fault: string | null;
  }[];
}

/** Newest first; the log of attempts is inside. */
export function readDeliveryRows(
  sandbox: Sandbox,
  objectId?: string,
  state?: string,
): DeliveryView[] {
  const rows = sandbox.store.all<DeliveryRow>(
    `SELECT * FROM deliveries WHERE object_id = coalesce(?, object_id) AND state = coalesce(?, state)
     ORDER BY seq DESC LIMIT 200`,
    objectId ?? null,
    state ?? null,
  );
  return rows.map((row) => ({
    id: row.id,
    mode: row.mode,
    webhookId: row.webhook_id,
    url: row.url,
    event: row.event,
    objectType: row.object_type,
    objectId: row.object_id,
    state: row.state,
    attempts: row.attempts,
    createdMs: row.created_ms,
    nextAttemptMs: row.next_attempt_ms,
    deliveredMs: row.delivered_ms,
    log: sandbox.store
      .all<{
        attempted_ms: number;
        http_status: number | null;
        error_message: string;
        fault: string | null;
      }>(
        "SELECT attempted_ms, http_status, error_message, fault FROM delivery_attempts WHERE delivery_id = ? ORDER BY seq",
        row.id,
      )
      .map((attempt) => ({
        attemptedMs: attempt.attempted_ms,
        httpStatus: attempt.http_status,
        errorMessage: attempt.error_message,
        fault: attempt.fault,
      })),
  }));
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

async function sendEvent(sandbox: Sandbox, mode: Mode, request: z.output<typeof sendRequest>) {
  const stored =
    request.eventSeq === undefined
      ? undefined
      : sandbox.store.get<{ body: string }>(
          "SELECT body FROM events WHERE seq = ?",
          request.eventSeq,
        );
  const body = request.body ?? (stored && (JSON.parse(stored.body) as JsonObject));
  if (!body) throw generalError("required", "Give body or the number of a recorded event.");
  const webhooks = listWebhooks(sandbox, mode).filter(
    (webhook) => request.webhookId === undefined || webhook.id === request.webhookId,
  );
  const results = await Promise.all(
    webhooks.map((webhook) =>
      sendNow(
        sandbox,
        {
          mode,
          webhook_id: webhook.id,
          url: webhook.callback,
          event: textOf(body.event_type),
          object_id: textOf(body.id),
          body: wireForm(body, sandbox.settings.current().escapeNonAscii),
        },
        request,
        Object.keys(request.set).length > 0,
      ),
    ),
  );
  return { results: results.flatMap(({ results: sent }) => sent) };
}

async function sendNow(
  sandbox: Sandbox,
  delivery: SendableDelivery,
  options: z.output<typeof replayRequest>,
  changed: boolean,
) {
  const body = changed
    ? wireForm(
        withReplaced(JSON.parse(delivery.body) as JsonObject, options.set),
        sandbox.settings.current().escapeNonAscii,
      )
    : delivery.body;
  const results = await Promise.all(
    Array.from({ length: options.count }, () =>
      postSigned(sandbox, { ...delivery, body }, options),
    ),
  );
  return { results };
}
