import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { Sandbox } from "../sandbox.ts";
import { takeFault } from "./fault-store.ts";

/** Delays are milliseconds on the sandbox clock, so advancing the clock ends them. */
const delayMs = z.number().int().min(0);
const jsonObject = z.record(z.string(), z.json()).transform((value) => value as JsonObject);

const webhookDisturbance = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("duplicate"), copies: z.number().int().min(1).max(200).default(1) }),
  z.object({ kind: z.literal("drop") }),
  /** As after the last attempt of a receiver that never answered: on the delivery log, undelivered. */
  z.object({ kind: z.literal("give_up") }),
  z.object({ kind: z.literal("delay"), delayMs: delayMs.default(2000) }),
  z.object({ kind: z.literal("reorder"), delayMs: delayMs.default(2000) }),
  z.object({ kind: z.literal("hold") }),
  z.object({ kind: z.literal("rewrite"), set: jsonObject }),
  z.object({ kind: z.literal("wrong_key") }),
  z.object({ kind: z.literal("corrupt_body") }),
]);

const webhookMatch = z
  .strictObject({
    event: z.string().optional(),
    webhookId: z.string().optional(),
    objectId: z.string().optional(),
    reference: z.string().optional(),
  })
  .default({});

/** `POST /sandbox/webhook-faults`. */
export const webhookFaultRequest = z.intersection(
  z.object({
    match: webhookMatch,
    times: z.number().int().min(1).nullable().default(1),
    probability: z.number().min(0).max(1).default(1),
  }),
  webhookDisturbance,
);

export type WebhookFault = z.output<typeof webhookFaultRequest>;

interface DeliverySubject {
  event: string;
  webhookId: string;
  objectId: string;
  reference?: string;
}

const attemptKinds = new Set<WebhookFault["kind"]>(["wrong_key", "corrupt_body"]);

/** A fault that decides how a delivery enters the queue. */
export function takeWebhookQueueFault(
  sandbox: Sandbox,
  subject: DeliverySubject,
): WebhookFault | undefined {
  return takeFault<WebhookFault>(
    sandbox,
    "webhook",
    (rule) => !attemptKinds.has(rule.kind) && matches(rule, subject),
  );
}

/** A fault of a single attempt: the next attempt of the same delivery is sound again. */
export function takeWebhookAttemptFault(
  sandbox: Sandbox,
  subject: DeliverySubject,
): WebhookFault | undefined {
  return takeFault<WebhookFault>(
    sandbox,
    "webhook",
    (rule) => attemptKinds.has(rule.kind) && matches(rule, subject),
  );
}

function matches({ match }: WebhookFault, subject: DeliverySubject): boolean {
  return (
    (match.event === undefined || match.event === subject.event) &&
    (match.webhookId === undefined || match.webhookId === subject.webhookId) &&
    (match.objectId === undefined || match.objectId === subject.objectId) &&
    (match.reference === undefined || match.reference === subject.reference)
  );
}
