import { findProviderEvent } from "@revio-wallet/db/sql/provider-events";
import { countReceivedEvents } from "@revio-wallet/db/sql/provider-events";
import { RevioError } from "@revio-wallet/revio-client/errors";
import type { WebhookDelivery } from "@revio-wallet/revio-client/webhook-registrations";
import type { WebhookEvent } from "@revio-wallet/revio-client/webhooks";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { readEvent } from "./apply-provider-event.ts";
import { type Announcer, missedOf } from "./note-missed-deliveries.ts";
import { type ReadObject, readObject, toTheirs } from "./read-object.ts";
import type { RevioContext } from "./revio-context.ts";

export interface ReadBackEvent {
  readAt: Date;
  /** The object that was read: a payment's purchase for events about payments. */
  object: { type: "purchase" | "payout"; id: string } | null;
  /** "found"; or why there is nothing to compare with. */
  verdict: "found" | "absent" | "unreadable" | "nothing_to_read";
  /** What Revio says now; null unless found. */
  now: {
    status: string;
    /** Money moved, in our sense. */
    moved: boolean;
    amountMinor: bigint;
    feeMinor: bigint;
    currency: string;
    statusHistoryLength: number;
    updatedOn: Date;
  } | null;
  /** What the event said. */
  event: {
    status: string | null;
    statusHistoryLength: number | null;
    updatedOn: Date | null;
  } | null;
  /** Same status as the event announced; null if one side does not say. */
  isSameStatus: boolean | null;
  /** What Revio has announced about the event's object, and what of it is not here. Null: Revio did not tell. */
  announced: {
    deliveries: {
      eventType: string;
      createdOn: Date | null;
      /** Null while it is not delivered: later ones wait behind it. */
      deliveredOn: Date | null;
      attempts: number;
    }[];
    missing: string[];
  } | null;
}

const mostAnnounced = 100;

/**
 * Asks Revio how the object of a webhook stands now, next to what the webhook said, and what Revio has announced about it.
 * Acts on nothing.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, RATE_LIMITED, PROVIDER_UNAVAILABLE
 */
export async function readBackProviderEvent(
  ctx: RevioContext & RateLimitContext,
  input: { providerEventId: string },
): Promise<ReadBackEvent> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  await checkRateLimit(ctx, "provider-read-per-operator", ctx.actor.id);
  const stored = await findProviderEvent(ctx.pool, input.providerEventId);
  if (stored === undefined) throw notFound("webhook");
  const event = await readEvent(ctx, stored);
  const object = event && objectOf(event);
  const said = event && {
    status: event.status,
    statusHistoryLength: event.statusHistoryLength,
    updatedOn: event.updatedOn,
  };
  const read = object && (await ask(() => readObject(ctx, object.type, object.id)));
  const now = read && nowOf(read);
  return {
    readAt: ctx.clock.now(),
    object,
    verdict: read === null ? "nothing_to_read" : verdictOf(read),
    now,
    event: said,
    isSameStatus: event && isSameStatus(event, object, now),
    announced: event && (await announcedAbout(ctx, event)),
  };
}

/** Null where one side does not say, or the event is about another object than the one that was read. */
function isSameStatus(
  event: WebhookEvent,
  object: ReadBackEvent["object"],
  now: ReadBackEvent["now"],
): boolean | null {
  const { status, objectType } = event;
  if (now === null || status === null || objectType !== object?.type) return null;
  return now.status === status;
}

function objectOf(event: WebhookEvent): ReadBackEvent["object"] {
  const { objectType, objectId, relatedTo } = event;
  if (objectType === "purchase" || objectType === "payout")
    return { type: objectType, id: objectId };
  return objectType === "payment" && relatedTo?.type === "purchase"
    ? { type: "purchase", id: relatedTo.id }
    : null;
}

/** @throws DomainError PROVIDER_UNAVAILABLE for whatever the client throws */
async function ask<Value>(question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    throw new DomainError(
      "PROVIDER_UNAVAILABLE",
      "Revio does not answer at present. Nothing was changed; ask again in a minute.",
      { cause: error },
    );
  }
}

function verdictOf(read: ReadObject): ReadBackEvent["verdict"] {
  return read.kind === "absent" || read.kind === "unreadable" ? read.kind : "found";
}

function nowOf(read: ReadObject): ReadBackEvent["now"] {
  const theirs = toTheirs(read);
  if (theirs === undefined || read.kind === "absent" || read.kind === "unreadable") return null;
  const { status, statusHistory, updatedOn } =
    read.kind === "purchase" ? read.purchase : read.payout;
  const { moved, amountMinor, feeMinor, currency } = theirs;
  return {
    status,
    moved,
    amountMinor,
    feeMinor,
    currency,
    statusHistoryLength: statusHistory.length,
    updatedOn,
  };
}

async function announcedAbout(
  ctx: RevioContext,
  event: WebhookEvent,
): Promise<ReadBackEvent["announced"]> {
  const type = (["purchase", "payout", "payment"] as const).find((one) => one === event.objectType);
  if (type === undefined) return null;
  const announcer: Announcer = { type, id: event.objectId };
  let deliveries: WebhookDelivery[];
  try {
    deliveries = await ctx.revio.webhooks.deliveries({
      objectId: announcer.id,
      sourceType: announcer.type,
    });
  } catch (error) {
    if (error instanceof RevioError) return null;
    throw error;
  }
  const missing = missedOf(ctx, deliveries, await countReceivedEvents(ctx.pool, announcer.id));
  return {
    deliveries: deliveries
      .slice(0, mostAnnounced)
      .map(({ eventType, createdOn, deliveredOn, attempts }) => ({
        eventType,
        createdOn,
        deliveredOn,
        attempts,
      })),
    missing,
  };
}
