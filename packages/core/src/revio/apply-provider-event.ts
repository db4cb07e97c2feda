import {
  findProviderEvent,
  type ProviderEventRow,
  settleProviderEvent,
} from "@revio-wallet/db/sql/provider-events";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioRejected } from "@revio-wallet/revio-client/errors";
import { parseWebhookEvent, type WebhookEvent } from "@revio-wallet/revio-client/webhooks";
import type { JobPayloads } from "../jobs.ts";
import { type Effect, ignored, parked } from "./effect.ts";
import { onPayout } from "./on-payout.ts";
import { onPurchase } from "./on-purchase.ts";
import { openProviderValue } from "./provider-data-key.ts";
import { eventBodyPlace } from "./receive-provider-event.ts";
import type { RevioContext } from "./revio-context.ts";

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
  const act = await prepare(ctx, stored);
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

/** Asks Revio, outside of any database transaction. */
async function prepare(ctx: RevioContext, stored: ProviderEventRow): Promise<Act> {
  const event = await readEvent(ctx, stored);
  if (event === null) return always(parked("unreadable"));
  if (event.isTest !== ctx.revioSettings.expectTest) return always(parked("wrong_mode"));
  switch (event.objectType) {
    case "purchase":
      return preparePurchase(ctx, event.objectId);
    case "payout":
      return preparePayout(ctx, event.objectId);
    case "payment":
      // Refunds and chargebacks are objects that cannot be read; the purchase that they belong to can.
      return event.relatedTo?.type === "purchase"
        ? preparePurchase(ctx, event.relatedTo.id)
        : always(parked("unrelated_payment"));
    default:
      return always(ignored("not_ours"));
  }
}

async function readEvent(
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
  const purchase = await unlessUnknown(ctx.revio.purchases.get(purchaseId));
  if (purchase === undefined) return always(parked("unknown_at_provider"));
  return (tx) => onPurchase(ctx, tx, purchase);
}

async function preparePayout(ctx: RevioContext, payoutId: string): Promise<Act> {
  const payout = await unlessUnknown(ctx.revio.payouts.get(payoutId));
  if (payout === undefined) return always(parked("unknown_at_provider"));
  return (tx) => onPayout(ctx, tx, payout);
}

/** Undefined if Revio says that it has no such object. */
async function unlessUnknown<Value>(read: Promise<Value>): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof RevioRejected && error.httpStatus === 404) return undefined;
    throw error;
  }
}

function always(effect: Effect): Act {
  return async () => effect;
}
