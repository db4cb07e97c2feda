import { readRedrivePreview, type RedrivePreviewRow } from "@revio-wallet/db/sql/jobs";
import type { Context } from "../context.ts";
import type { JobName } from "../jobs.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { redrivesAtOnce } from "./redrive-dead-letters.ts";

export interface RedrivePreview {
  /** Dead jobs that match. */
  matching: number;
  /** How many one redrive takes, oldest first. */
  willRedrive: number;
  byCause: RedrivePreviewRow[];
}

/**
 * What a redrive would bring back; changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function previewRedrive(
  ctx: Pick<Context, "pool" | "actor">,
  input: { queue: JobName; cause?: string | undefined; jobId?: string | undefined },
): Promise<RedrivePreview> {
  await requireOperator(ctx, ctx.pool, "queues.view");
  const byCause = await readRedrivePreview(ctx.pool, input);
  const matching = byCause.reduce((sum, { count }) => sum + count, 0);
  return { matching, willRedrive: Math.min(matching, redrivesAtOnce), byCause };
}
