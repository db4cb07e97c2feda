import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { assignBreak } from "./assign-break.ts";

/** What became of one of many. */
export interface RowResult {
  breakId: string;
  outcome: "done" | "not_eligible";
  /** Why not, for people. */
  why: string | null;
}

/**
 * Gives many breaks to one operator, or back to the queue, each by itself: what one of them meets does not stop the others, and the same
 * again is safe. In the order asked for.
 *
 * @throws DomainError FORBIDDEN
 */
export async function assignBreaks(
  ctx: Context,
  input: { breaks: readonly { breakId: string; version: number }[]; ownerId: string | null },
): Promise<RowResult[]> {
  await requireOperator(ctx, ctx.pool, "breaks.work");
  const results: RowResult[] = [];
  for (const { breakId, version } of input.breaks) {
    try {
      await assignBreak(ctx, { breakId, version, ownerId: input.ownerId });
      results.push({ breakId, outcome: "done", why: null });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      results.push({ breakId, outcome: "not_eligible", why: error.message });
    }
  }
  return results;
}
