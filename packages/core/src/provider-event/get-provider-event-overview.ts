import {
  findEventTypes,
  findLatestDeliveryAt,
  type ProviderEventHealth,
  readProviderEventHealth,
} from "@revio-wallet/db/sql/provider-event-lists";
import { countRecentDeliveries, type DeliveryVerdict } from "@revio-wallet/db/sql/provider-events";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** Figures are exact up to here; at it they mean "so many or more". */
const countedUpTo = 10_000;
/** Newest settled events that the latency is taken over. */
const latencySample = 1_000;

export interface ProviderEventOverview extends ProviderEventHealth {
  since: Date;
  countedUpTo: number;
  /** Deliveries in the period, by verdict. */
  deliveries: Record<"accepted" | "duplicate" | "invalid_signature", number>;
  /** Of the last authentic one; null: never. */
  lastReceivedAt: Date | null;
  lastForgedAt: Date | null;
  /** Every type that was ever received. */
  eventTypes: string[];
}

/**
 * How webhooks fare in the last `hours`: what came, what waits, what was put aside for people, what was forged, how long
 * acting on it took.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getProviderEventOverview(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: { hours: number },
): Promise<ProviderEventOverview> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const since = new Date(ctx.clock.now().getTime() - input.hours * 60 * 60_000);
  const count = (verdict: DeliveryVerdict) =>
    countRecentDeliveries(ctx.pool, { verdict, since, atMost: countedUpTo });
  const health = await readProviderEventHealth(ctx.pool, {
    since,
    atMost: countedUpTo,
    sample: latencySample,
  });
  const [accepted, repeated] = [
    await findLatestDeliveryAt(ctx.pool, "accepted"),
    await findLatestDeliveryAt(ctx.pool, "duplicate"),
  ];
  return {
    ...health,
    since,
    countedUpTo,
    deliveries: {
      accepted: await count("accepted"),
      duplicate: await count("duplicate"),
      invalid_signature: await count("invalid_signature"),
    },
    lastReceivedAt: latest(accepted, repeated),
    lastForgedAt: (await findLatestDeliveryAt(ctx.pool, "invalid_signature")) ?? null,
    eventTypes: await findEventTypes(ctx.pool),
  };
}

function latest(...times: (Date | undefined)[]): Date | null {
  const known = times.filter((time) => time !== undefined).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.max(...known));
}
