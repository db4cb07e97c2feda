import { deleteForgedDeliveries } from "@revio-wallet/db/sql/provider-events";
import type { Context } from "../context.ts";

const keptMs = 30 * 24 * 60 * 60_000;

/** Deletes the records of deliveries without a valid signature after 30 days. Authentic ones are kept for ever. */
export async function purgeForgedDeliveries(ctx: Pick<Context, "pool" | "clock">): Promise<number> {
  return deleteForgedDeliveries(ctx.pool, {
    before: new Date(ctx.clock.now().getTime() - keptMs),
  });
}
