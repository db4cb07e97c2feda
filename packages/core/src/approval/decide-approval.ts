import { type ApprovalOf, decideApproval as decide } from "@revio-wallet/db/sql/approvals";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { notOpen } from "./refused-by-database.ts";

export interface Decision {
  decision: "approved" | "rejected";
  reason?: string | undefined;
}

/**
 * The checker's word, once and in time. What it means is done by the caller, in the same database transaction; triggers
 * refuse who may not decide, or not on this amount.
 *
 * @throws DomainError WRONG_STATE if it is not open (any more)
 */
export async function decideApproval(
  ctx: Context,
  tx: Tx,
  of: ApprovalOf,
  { decision, reason }: Decision,
): Promise<void> {
  const decided = await decide(tx, of, {
    state: decision,
    decidedBy: ctx.actor.id,
    decidedAt: ctx.clock.now(),
    reason,
  });
  if (!decided) throw notOpen();
}
