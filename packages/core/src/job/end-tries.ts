import { endTriesOfClaimedJob, type JobClaim } from "@revio-wallet/db/sql/claimed-jobs";
import type { Context } from "../context.ts";

/** For a claimed job that no try can help: when it fails now, it goes to the dead letters at once. */
export async function endTries(ctx: Pick<Context, "pool">, claim: JobClaim): Promise<void> {
  await endTriesOfClaimedJob(ctx.pool, claim);
}
