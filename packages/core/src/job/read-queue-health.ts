import {
  type QueueHealth,
  readQueueHealth as readFigures,
} from "@revio-wallet/db/sql/read-queue-health";
import type { Context } from "../context.ts";

/** How many jobs wait, run and are dead in each queue, and how long the oldest has been due: for metrics and alerts. */
export async function readQueueHealth(
  ctx: Pick<Context, "pool" | "clock">,
): Promise<QueueHealth[]> {
  return readFigures(ctx.pool, ctx.clock.now());
}
