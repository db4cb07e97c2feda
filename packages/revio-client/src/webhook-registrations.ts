import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { type ListLimit, listAll } from "./list-all.ts";
import {
  assertSameId,
  decodeWith,
  endpoint,
  parseRequest,
  pathId,
  type ResourceContext,
} from "./resource-context.ts";
import { isoTimeOrNull, text, unixTimeOrNull, uuid } from "./wire-values.ts";
import { toWebhookEvent } from "./webhooks.ts";

const title = z.string().min(1).max(100);
const callback = z.url({ protocol: /^https?$/ }).max(500);
const events = z.array(z.string().min(1)).min(1);

const createInput = z
  .strictObject({
    title,
    callback,
    events: events.optional(),
    allEvents: z.boolean().optional(),
  })
  .refine((input) => input.allEvents === true || input.events !== undefined, {
    message: "give events, or allEvents: true",
  });
export type CreateWebhookInput = z.input<typeof createInput>;

const updateInput = z.strictObject({
  title: title.optional(),
  callback: callback.optional(),
  events: events.optional(),
  allEvents: z.boolean().optional(),
});
export type UpdateWebhookInput = z.input<typeof updateInput>;

const deliveriesInput = z.strictObject({
  objectId: uuid,
  sourceType: z.enum(["purchase", "payment", "payout", "billing_template_client"]),
});
export type ListDeliveriesInput = z.input<typeof deliveriesInput>;

const registration = z
  .object({
    id: uuid,
    title: text,
    callback: z.string(),
    events: z.array(z.string()).nullish(),
    all_events: z.boolean().nullish(),
    public_key: z.string().min(1),
    created_on: unixTimeOrNull,
    updated_on: unixTimeOrNull,
  })
  .transform((wire) => ({
    id: wire.id,
    title: wire.title,
    callback: wire.callback,
    /** Empty with `allEvents`. */
    events: wire.events ?? [],
    allEvents: wire.all_events ?? false,
    /** PEM, one key per webhook; for `loadWebhookKeys`. */
    publicKey: wire.public_key,
    createdOn: wire.created_on,
    updatedOn: wire.updated_on,
  }));
export type WebhookRegistration = z.output<typeof registration>;

const delivery = z
  .object({
    event: z.string(),
    url: text,
    created_on: isoTimeOrNull,
    delivered_on: isoTimeOrNull,
    attempts: z.int().nullish(),
    delivery_attempts: z
      .array(z.object({ attempted_on: isoTimeOrNull, error_message: z.string().nullish() }))
      .nullish(),
    payload: z.unknown(),
  })
  .transform((wire) => ({
    eventType: wire.event,
    url: wire.url,
    createdOn: wire.created_on,
    /** Null while undelivered. */
    deliveredOn: wire.delivered_on,
    attempts: wire.attempts ?? 0,
    /** Newest first. */
    deliveryAttempts: (wire.delivery_attempts ?? []).map((attempt) => ({
      attemptedOn: attempt.attempted_on,
      errorMessage: attempt.error_message ?? null,
    })),
    /** What the payload announces. The payload itself may hold an execution_url and is dropped. */
    announced: toWebhookEvent(wire.payload),
  }));
export type WebhookDelivery = z.output<typeof delivery>;

function toWire(input: UpdateWebhookInput): string {
  const { allEvents, ...rest } = input;
  return JSON.stringify({ ...rest, all_events: allEvents });
}

/** `POST /webhooks/`. After `RevioOutcomeUnknown`: list and compare the callback. */
async function createWebhook(
  context: ResourceContext,
  input: CreateWebhookInput,
  options?: CallOptions,
): Promise<WebhookRegistration> {
  const operation = "webhooks.create";
  const request = parseRequest(operation, createInput, input);
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/webhooks/",
      url: endpoint(context, "webhooks"),
      kind: "write",
      body: toWire(request),
      expects: "json",
      decode: (json) => decodeWith(registration, json),
    },
    options,
  );
}

function decodeRegistration(json: unknown, id: string): WebhookRegistration {
  const webhook = decodeWith(registration, json);
  assertSameId(webhook, id);
  return webhook;
}

/** `GET /webhooks/{id}/`. */
async function getWebhook(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<WebhookRegistration> {
  const operation = "webhooks.get";
  return context.transport.send(
    {
      operation,
      method: "GET",
      pathTemplate: "/webhooks/{id}/",
      url: endpoint(context, "webhooks", pathId(operation, id)),
      kind: "read",
      expects: "json",
      decode: (json) => decodeRegistration(json, id),
    },
    options,
  );
}

/** `PATCH /webhooks/{id}/`: only the given fields change; the key stays. */
async function updateWebhook(
  context: ResourceContext,
  id: string,
  input: UpdateWebhookInput,
  options?: CallOptions,
): Promise<WebhookRegistration> {
  const operation = "webhooks.update";
  const request = parseRequest(operation, updateInput, input);
  return context.transport.send(
    {
      operation,
      method: "PATCH",
      pathTemplate: "/webhooks/{id}/",
      url: endpoint(context, "webhooks", pathId(operation, id)),
      kind: "write",
      body: toWire(request),
      expects: "json",
      decode: (json) => decodeRegistration(json, id),
    },
    options,
  );
}

/** `DELETE /webhooks/{id}/`. Its key is gone with it: a new webhook has a new one. */
async function removeWebhook(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<void> {
  const operation = "webhooks.remove";
  return context.transport.send(
    {
      operation,
      method: "DELETE",
      pathTemplate: "/webhooks/{id}/",
      url: endpoint(context, "webhooks", pathId(operation, id)),
      kind: "delete",
      expects: "json_or_empty",
      decode: () => undefined,
    },
    options,
  );
}

/** `GET /webhooks/deliveries/`: what was announced about one object; finds missed events. */
async function listDeliveries(
  context: ResourceContext,
  input: ListDeliveriesInput,
  options?: CallOptions & ListLimit,
): Promise<WebhookDelivery[]> {
  const operation = "webhooks.deliveries";
  const request = parseRequest(operation, deliveriesInput, input);
  const firstPage = endpoint(context, "webhooks", "deliveries");
  firstPage.searchParams.set("id", request.objectId);
  firstPage.searchParams.set("source_type", request.sourceType);
  const pathTemplate = "/webhooks/deliveries/";
  return listAll(context, { operation, pathTemplate, firstPage, item: delivery }, options);
}

/** Management of webhooks at Revio. Verification of what they send is in webhooks.ts. */
export function createWebhookRegistrations(context: ResourceContext) {
  return {
    create: (input: CreateWebhookInput, options?: CallOptions) =>
      createWebhook(context, input, options),
    list: (options?: CallOptions & ListLimit) =>
      listAll<WebhookRegistration>(
        context,
        {
          operation: "webhooks.list",
          pathTemplate: "/webhooks/",
          firstPage: endpoint(context, "webhooks"),
          item: registration,
        },
        options,
      ),
    get: (id: string, options?: CallOptions) => getWebhook(context, id, options),
    update: (id: string, input: UpdateWebhookInput, options?: CallOptions) =>
      updateWebhook(context, id, input, options),
    remove: (id: string, options?: CallOptions) => removeWebhook(context, id, options),
    deliveries: (input: ListDeliveriesInput, options?: CallOptions & ListLimit) =>
      listDeliveries(context, input, options),
  };
}
