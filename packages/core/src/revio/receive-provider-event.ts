import { createHash } from "node:crypto";
import {
  countRecentDeliveries,
  type DeliveryVerdict,
  findProviderEventId,
  insertProviderDelivery,
  insertProviderEvent,
  type SignatureReason,
} from "@revio-wallet/db/sql/provider-events";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import {
  parseWebhookEvent,
  verifyWebhook,
  type WebhookKey,
} from "@revio-wallet/revio-client/webhooks";
import type { Context } from "../context.ts";
import { currentProviderDataKey, sealProviderValue } from "./provider-data-key.ts";

/** Forged deliveries kept per hour, over all processes: evidence, but no way to fill the disk. */
const forgedPerHour = 1_000;

export interface ProviderDelivery {
  /** The bytes as received, before any parser. */
  rawBody: Buffer;
  /** X-Signature. */
  signature: string | undefined;
  /** Allow-listed headers, for the inspector. */
  headers: Record<string, string>;
  keys: readonly WebhookKey[];
}

/**
 * Takes in a webhook: verifies the raw bytes, and stores the event with its job in one database transaction. Nothing is
 * done here but remember: Revio holds back all later events of an object until this one is acknowledged, so
 * what cannot be understood is stored all the same and parked by the job.
 *
 * @returns what the route answers: 2xx for everything authentic, once it is durable
 */
export async function receiveProviderEvent(
  ctx: Context,
  delivery: ProviderDelivery,
): Promise<{ verdict: DeliveryVerdict }> {
  const { rawBody } = delivery;
  const verified = verifyWebhook(rawBody, delivery.signature, delivery.keys);
  const bodySha256 = createHash("sha256").update(rawBody).digest();
  if (!verified.valid) {
    await recordForged(ctx, delivery, bodySha256, verified.reason);
    return { verdict: "invalid_signature" };
  }
  return withTransaction(ctx.pool, async (tx) => {
    const receivedAt = ctx.clock.now();
    const event = parseWebhookEvent(rawBody);
    const id = ctx.ids.uuid(receivedAt);
    const key = await currentProviderDataKey(ctx, tx);
    const inserted = await insertProviderEvent(tx, {
      id,
      keyId: verified.keyId,
      bodySha256,
      bodyCiphertext: sealProviderValue(ctx, key, eventBodyPlace(id), rawBody),
      dataKeyId: key.id,
      eventType: event?.eventType ?? "unreadable",
      objectType: event?.objectType ?? undefined,
      objectId: event?.objectId,
      receivedAt,
    });
    if (inserted) await ctx.enqueue(tx, "provider-event.apply", { providerEventId: id });
    const verdict = inserted ? "accepted" : "duplicate";
    await insertProviderDelivery(tx, {
      receivedAt,
      verdict,
      providerEventId: inserted
        ? id
        : await findProviderEventId(tx, { keyId: verified.keyId, bodySha256 }),
      headers: delivery.headers,
      bodyBytes: rawBody.length,
      bodySha256,
      requestId: ctx.requestId,
    });
    return { verdict };
  });
}

export function eventBodyPlace(rowId: string) {
  return { table: "provider_events", column: "body", rowId };
}

async function recordForged(
  ctx: Context,
  delivery: ProviderDelivery,
  bodySha256: Buffer,
  signatureReason: SignatureReason,
): Promise<void> {
  const receivedAt = ctx.clock.now();
  const since = new Date(receivedAt.getTime() - 60 * 60_000);
  const kept = await countRecentDeliveries(ctx.pool, {
    verdict: "invalid_signature",
    since,
    atMost: forgedPerHour,
  });
  if (kept >= forgedPerHour) return;
  await insertProviderDelivery(ctx.pool, {
    receivedAt,
    verdict: "invalid_signature",
    signatureReason,
    providerEventId: undefined,
    headers: delivery.headers,
    bodyBytes: delivery.rawBody.length,
    bodySha256,
    requestId: ctx.requestId,
  });
}
