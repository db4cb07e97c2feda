import { type DeadLetterGroup, readDeadLetterGroups } from "@revio-wallet/db/sql/dead-letters";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Jobs whose tries are used up, by queue and cause. No money waits for them: the sweeper makes the work anew from the
 * tables. They tell what keeps failing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listDeadLetters(
  ctx: Pick<Context, "pool" | "actor">,
): Promise<DeadLetterGroup[]> {
  await requireOperator(ctx, ctx.pool, "queues.view");
  return readDeadLetterGroups(ctx.pool);
}
