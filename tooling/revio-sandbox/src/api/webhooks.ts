import type { Json, JsonObject } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { eventNames } from "../webhooks/event-names.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  type WebhookDocument,
  type WebhookRequest,
} from "../webhooks/webhook-store.ts";
import { notFound } from "./api-error.ts";
import { FieldReader } from "./field-reader.ts";
import { operation, type SandboxHono } from "./operation.ts";
import { paginate } from "./paginate.ts";

/** `/api/v1/webhooks/` and the delivery log. */
export function addWebhookRoutes(app: SandboxHono, sandbox: Sandbox): void {
  const listUrl = `${sandbox.config.publicUrl}/api/v1/webhooks/`;
  app.get(
    "/api/v1/webhooks/deliveries/",
    operation(sandbox, "deliveries.list", ({ mode, query }) => ({
      status: 200,
      body: paginate(readDeliveries(sandbox, mode, query), query, `${listUrl}deliveries/`),
    })),
  );
  app.post(
    "/api/v1/webhooks/",
    operation(sandbox, "webhooks.create", async ({ mode, body }) => ({
      status: 201,
      body: asBody(await createWebhook(sandbox, mode, readRequest(body))),
    })),
  );
  app.get(
    "/api/v1/webhooks/",
    operation(sandbox, "webhooks.list", ({ mode, query }) => ({
      status: 200,
      body: paginate(listWebhooks(sandbox, mode).map(asBody), query, listUrl),
    })),
  );
  app.get(
    "/api/v1/webhooks/:id/",
    operation(sandbox, "webhooks.get", ({ mode, params }) => ({
      status: 200,
      body: asBody(requireWebhook(sandbox, mode, params.id)),
    })),
  );
  const change = (partial: boolean) =>
    operation(sandbox, "webhooks.update", ({ mode, params, body }) => {
      const webhook = requireWebhook(sandbox, mode, params.id);
      const { title, all_events, events, callback } = webhook;
      const request = readRequest(
        partial ? { title, all_events, events, callback, ...body } : body,
      );
      return { status: 200, body: asBody(changeWebhook(sandbox, webhook, request)) };
    });
  app.put("/api/v1/webhooks/:id/", change(false));
  app.patch("/api/v1/webhooks/:id/", change(true));
  app.delete(
    "/api/v1/webhooks/:id/",
    operation(sandbox, "webhooks.delete", ({ mode, params }) => {
      deleteWebhook(sandbox, requireWebhook(sandbox, mode, params.id).id);
      return { status: 204 };
    }),
  );
}

function asBody(document: WebhookDocument): JsonObject {
  return { ...document };
}

function requireWebhook(sandbox: Sandbox, mode: Mode, id: string | undefined): WebhookDocument {
  const webhook = findWebhook(sandbox, mode, id ?? "");
  if (!webhook) throw notFound();
  return webhook;
}

function readRequest(body: JsonObject): WebhookRequest {
  const reader = new FieldReader(body);
  const title = reader.text("title", 100, { required: true, blank: false }) ?? "";
  const callback = reader.url("callback", { required: true }) ?? "";
  if (body.callback === "") reader.fail("callback", "blank", "This field may not be blank.");
  const allEvents = reader.boolean("all_events") ?? false;
  const events = (reader.list("events") ?? []).map(String);
  for (const event of events) {
    if (!eventNames.includes(event)) {
      reader.fail("events", "invalid_choice", `${JSON.stringify(event)} is not a valid choice.`);
    }
  }
  if (!allEvents && events.length === 0) {
    reader.fail("events", "required", "Either all_events or a list of events is required.");
  }
  reader.finish();
  return { title, callback, all_events: allEvents, events };
}

interface DeliveryRow {
  id: string;
  url: string;
  event: string;
  body: string;
  attempts: number;
  created_ms: number;
  delivered_ms: number | null;
}

function readDeliveries(sandbox: Sandbox, mode: Mode, query: URLSearchParams): Json[] {
  const reader = new FieldReader(Object.fromEntries(query));
  const id = reader.text("id", 64, { required: true }) ?? "";
  const sourceTypes = ["purchase", "payment", "payout", "billing_template_client"] as const;
  const sourceType = reader.choice("source_type", sourceTypes, { required: true }) ?? "";
  reader.finish();
  const rows = sandbox.store.all<DeliveryRow>(
    `SELECT id, url, event, body, attempts, created_ms, delivered_ms FROM deliveries
     WHERE object_id = ? AND object_type = ? AND mode = ? AND state <> 'dropped' ORDER BY seq`,
    id,
    sourceType,
    mode,
  );
  return rows.map((row) => ({
    created_on: isoTime(row.created_ms),
    delivered_on: row.delivered_ms === null ? null : isoTime(row.delivered_ms),
    attempts: row.attempts,
    delivery_attempts: sandbox.store
      .all<{ attempted_ms: number; error_message: string }>(
        "SELECT attempted_ms, error_message FROM delivery_attempts WHERE delivery_id = ? ORDER BY seq DESC",
        row.id,
      )
      .map((attempt) => ({
        attempted_on: isoTime(attempt.attempted_ms),
        error_message: attempt.error_message,
      })),
    url: row.url,
    event: row.event,
    payload: JSON.parse(row.body) as Json,
  }));
}

/** ISO 8601 with microseconds, as only the delivery log uses. */
function isoTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("Z", "000Z");
}
