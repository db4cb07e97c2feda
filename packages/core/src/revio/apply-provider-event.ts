import {
  findProviderEvent,
  type ProviderEventRow,
  settleProviderEvent,
} from "@revio-wallet/db/sql/provider-events";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { parseWebhookEvent, type WebhookEvent } from "@revio-wallet/revio-client/webhooks";
import type { JobPayloads } from "../jobs.ts";
import { type Effect, ignored, parked } from "./effect.ts";
import { onPayout } from "./on-payout.ts";
import { onPurchase } from "./on-purchase.ts";
import { openProviderValue } from "./provider-data-key.ts";
import { eventBodyPlace } from "./receive-provider-event.ts";
import { readBack } from "./read-back.ts";
import { type About, recordVerdict } from "./record-verdict.ts";
import type { RevioContext } from "./revio-context.ts";
import type { Verdict } from "./verdicts.ts";

/** The second half of an event: what to do in the database, once Revio has been asked. */
type Act = (tx: Tx) => Promise<Effect>;

/**
 * Acts on a stored event: reads its object back from Revio, then changes our side and settles the event in one database
 * transaction. Throws while Revio cannot be asked, so that the job is tried again; the event's own content moves no money.
 * Runs twice, or beside itself, with one effect.
 */
export async function applyProviderEvent(
  ctx: RevioContext,
  payload: JobPayloads["provider-event.apply"],
): Promise<void> {
  const stored = await findProviderEvent(ctx.pool, payload.providerEventId);
  if (stored === undefined || stored.state !== "received") return;
  const act = await prepareEvent(ctx, stored);
  const effect = await withTransaction(
    ctx.pool,
    async (tx) => {
      const done = await act(tx);
      await settleProviderEvent(tx, { id: stored.id, ...done, settledAt: ctx.clock.now() });
      return done;
    },
    { lockTimeoutMs: 10_000 },
  );
  const line = { providerEventId: stored.id, eventType: stored.eventType, ...effect };
  if (effect.state === "parked") ctx.log.warn(line, "provider event parked for review");
  else ctx.log.info(line, "provider event settled");
}

/** Asks Revio about an event's object, outside of any database transaction. */
export async function prepareEvent(ctx: RevioContext, stored: ProviderEventRow): Promise<Act> {
  const event = await readEvent(ctx, stored);
  if (event === null) return refuse(ctx, "unreadable", { noun: "provider_event", id: stored.id });
  if (event.isTest !== ctx.revioSettings.expectTest) {
    return refuse(ctx, "wrong_mode", aboutOf(stored, event));
  }
  switch (event.objectType) {
    case "purchase":
      return preparePurchase(ctx, event.objectId);
    case "payout":
      return preparePayout(ctx, event.objectId);
    case "payment":
      // Refunds and chargebacks are objects that cannot be read; the purchase that they belong to can.
      return event.relatedTo?.type === "purchase"
        ? preparePurchase(ctx, event.relatedTo.id)
        : refuse(ctx, "unrelated_payment", { noun: "payment", id: event.objectId });
    default:
      return async () => ignored("not_ours");
  }
}

/** The object that an event claims to be about; itself, where that is none that we deal with. */
function aboutOf(stored: ProviderEventRow, event: WebhookEvent): About {
  const purchaseId = event.relatedTo?.type === "purchase" ? event.relatedTo.id : undefined;
  if (event.objectType === "payment" && purchaseId !== undefined) {
    return { noun: "purchase", id: purchaseId };
  }
  return event.objectType === "purchase" || event.objectType === "payout"
    ? { noun: event.objectType, id: event.objectId }
    : { noun: "provider_event", id: stored.id };
}

/** What the stored bytes announce; null if they are no event. */
export async function readEvent(
  ctx: RevioContext,
  stored: ProviderEventRow,
): Promise<WebhookEvent | null> {
  const body = await openProviderValue(
    ctx,
    ctx.pool,
    stored.dataKeyId,
    eventBodyPlace(stored.id),
    stored.bodyCiphertext,
  );
  return parseWebhookEvent(body);
}

async function preparePurchase(ctx: RevioContext, purchaseId: string): Promise<Act> {
  const purchase = await readBack(ctx.revio.purchases.get(purchaseId));
  return "verdict" in purchase
    ? refuse(ctx, purchase.verdict, { noun: "purchase", id: purchaseId })
    : (tx) => onPurchase(ctx, tx, purchase.value);
}

async function preparePayout(ctx: RevioContext, payoutId: string): Promise<Act> {
  const payout = await readBack(ctx.revio.payouts.get(payoutId));
  return "verdict" in payout
    ? refuse(ctx, payout.verdict, { noun: "payout", id: payoutId })
    : (tx) => onPayout(ctx, tx, payout.value);
}

/** Not acted upon: a person has to look. */
function refuse(ctx: RevioContext, verdict: Verdict, about: About): Act {
  return (tx) => recordVerdict(ctx, tx, parked(verdict), about);
}
