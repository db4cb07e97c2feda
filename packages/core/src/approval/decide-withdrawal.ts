import { decideApproval } from "@revio-wallet/db/sql/approvals";
import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { toWithdrawal, type Withdrawal } from "../withdrawal/withdrawal.ts";

/** Roles that may let money out. */
const deciders: ReadonlySet<string> = new Set([
  "operator",
  "reconciliation_checker",
  "administrator",
]);

/**
 * An operator lets a large withdrawal go out, or refuses it (the reserve goes back). Decided once; the operator's
 * right to decide is read in the same database transaction.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if it is not waiting (any more)
 */
export async function decideWithdrawal(
  ctx: Context,
  input: { transactionId: string; decision: "approved" | "rejected"; reason?: string },
): Promise<Withdrawal> {
  const operatorId = ctx.actor.id;
  return withTransaction(ctx.pool, async (tx) => {
    const withdrawal = await lockWithdrawal(tx, input.transactionId);
    await checkMayDecide(ctx, tx);
    if (withdrawal === undefined) throw notFound("withdrawal");
    const decided = await decideApproval(tx, {
      kind: "withdrawal",
      transactionId: withdrawal.id,
      state: input.decision,
      decidedBy: operatorId,
      decidedAt: ctx.clock.now(),
      reason: input.reason,
    });
    if (!decided || withdrawal.status !== "awaiting_approval") {
      throw new DomainError("WRONG_STATE", "This withdrawal is not waiting for a decision.");
    }
    if (input.decision === "approved") {
      await moveTransaction(ctx, tx, withdrawal, { to: "queued", cause: "withdrawal.approved" });
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId: withdrawal.id });
    } else {
      await releaseWithdrawal(ctx, tx, withdrawal, { as: "rejected", failureCode: "rejected" });
    }
    const after = await findTransaction(tx, withdrawal.id);
    invariant(after !== undefined, "a decided withdrawal is still there");
    return toWithdrawal(after, ctx.clock.now());
  });
}

async function checkMayDecide(ctx: Context, tx: Tx): Promise<void> {
  const role =
    ctx.actor.kind === "operator" ? await findActiveOperatorRole(tx, ctx.actor.id) : undefined;
  if (role === undefined || !deciders.has(role)) {
    throw new DomainError("FORBIDDEN", "You may not decide on withdrawals.");
  }
}
