import { findJob } from "@revio-wallet/db/sql/jobs";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type Job, toJob } from "./job.ts";

/**
 * A background job by its id. Finished ones are forgotten after two weeks, dead letters after a year.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getJob(
  ctx: Pick<Context, "pool" | "actor">,
  input: { jobId: string },
): Promise<Job> {
  await requireOperator(ctx, ctx.pool, "queues.view");
  const row = await findJob(ctx.pool, input.jobId);
  if (row === undefined) throw notFound("job");
  return toJob(row);
}
