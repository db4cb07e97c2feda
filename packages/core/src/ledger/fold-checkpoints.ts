import { foldCheckpoints as fold } from "@revio-wallet/db/sql/fold-checkpoints";
import type { Context } from "../context.ts";

/** A house account whose tail is shorter is read fast enough as it is. */
const minimumPostings = 1_000n;

/** Sums the grown tails of house accounts into checkpoints. Postings go on beside it. Returns how many were made. */
export async function foldCheckpoints(
  ctx: Pick<Context, "pool" | "clock">,
  options: { minimumPostings?: bigint } = {},
): Promise<number> {
  return fold(ctx.pool, {
    minimumPostings: options.minimumPostings ?? minimumPostings,
    at: ctx.clock.now(),
  });
}
