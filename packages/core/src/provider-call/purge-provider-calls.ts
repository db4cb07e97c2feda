import { deleteProviderCalls } from "@revio-wallet/db/sql/provider-calls";
import type { Context } from "../context.ts";

const keptMs = 90 * 24 * 60 * 60_000;
/** Rows per statement: none of them runs long. */
const batch = 10_000;

/** Deletes the records of requests to Revio after 90 days; how many. What they led to stands elsewhere, for good. */
export async function purgeProviderCalls(ctx: Pick<Context, "pool" | "clock">): Promise<number> {
  const before = new Date(ctx.clock.now().getTime() - keptMs);
  let total = 0;
  for (let deleted = batch; deleted === batch; total += deleted) {
    deleted = await deleteProviderCalls(ctx.pool, { before, limit: batch });
  }
  return total;
}
