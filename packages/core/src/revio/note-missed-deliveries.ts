import { countReceivedEvents, countRecentDeliveries } from "@revio-wallet/db/sql/provider-events";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioError } from "@revio-wallet/revio-client/errors";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import type { WebhookDelivery } from "@revio-wallet/revio-client/webhook-registrations";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { RevioContext } from "./revio-context.ts";

/** An object of Revio that announces what happens to it. */
export interface Announcer {
  type: "purchase" | "payout" | "payment";
  id: string;
}

/** What has only just been announced may still be on its way. */
const graceMs = 60_000;
/** Revio repeats a refused delivery for 36 hours, ever more rarely. */
const refusedWithinMs = 24 * 60 * 60_000;

/**
 * Looking has found news that no webhook told: asks Revio what it has announced about these objects, and puts on record how
 * much of it never reached us. Evidence about the way, for people; what happened was read from the object itself. Never
 * throws for Revio: the news has been acted upon.
 */
export async function noteMissedDeliveries(
  ctx: RevioContext,
  announcers: Announcer[],
  transactionId: string | undefined,
): Promise<void> {
  for (const { type, id } of announcers) {
    let deliveries: WebhookDelivery[];
    try {
      deliveries = await ctx.revio.webhooks.deliveries({ objectId: id, sourceType: type });
    } catch (error) {
      if (!(error instanceof RevioError)) throw error;
      ctx.log.warn({ objectId: id, code: error.code }, "Revio did not tell what it has announced");
      return;
    }
    const missed = missedOf(ctx, deliveries, await countReceivedEvents(ctx.pool, id));
    if (missed.length === 0) continue;
    const details = { missed: missed.length, eventTypes: missed.join(" ") };
    ctx.log.warn({ objectId: id, transactionId, ...details }, "webhooks never reached us");
    await alarmIfRefused(ctx);
    await withTransaction(ctx.pool, (tx) =>
      recordAuditEvent(ctx, tx, {
        action: "webhooks.missed",
        subjectKind: type,
        subjectId: id,
        details: { ...details, transactionId: transactionId ?? null },
      }),
    );
  }
}

/**
 * Revio has announced something that is not here, and deliveries were refused for their signature: Revio may sign with a key that
 * we do not know. Forged deliveries alone raise no alarm, and no key is taken from a message.
 */
async function alarmIfRefused(ctx: RevioContext): Promise<void> {
  const refused = await countRecentDeliveries(ctx.pool, {
    verdict: "invalid_signature",
    since: new Date(ctx.clock.now().getTime() - refusedWithinMs),
    atMost: 1,
  });
  if (refused === 0) return;
  ctx.log.error(
    {},
    "CRITICAL: webhooks are missing while deliveries are refused for their signature; Revio may have changed its key (docs/runbooks/webhook-key.md)",
  );
}

/** The purchase itself, and the refunds and disputes that belong to it: they announce themselves. */
export function announcersOf(purchase: Purchase): Announcer[] {
  const payments = purchase.statusHistory.flatMap(({ relatedObject }) =>
    relatedObject?.type === "payment" ? [{ type: "payment" as const, id: relatedObject.id }] : [],
  );
  return [{ type: "purchase", id: purchase.id }, ...payments];
}

/** Event types of what was announced and is not here. Several webhooks at Revio announce one event several times. */
export function missedOf(
  ctx: RevioContext,
  deliveries: WebhookDelivery[],
  received: Map<string, number>,
): string[] {
  const before = ctx.clock.now().getTime() - graceMs;
  const announced = new Map<string, Set<number>>();
  for (const { eventType, createdOn } of deliveries) {
    if (createdOn === null || createdOn.getTime() > before) continue;
    announced.set(eventType, (announced.get(eventType) ?? new Set()).add(createdOn.getTime()));
  }
  return [...announced].flatMap(([eventType, times]) =>
    Array.from<string>({ length: Math.max(times.size - (received.get(eventType) ?? 0), 0) }).fill(
      eventType,
    ),
  );
}
