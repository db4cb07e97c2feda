import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { mayLeave } from "../outgoing/may-leave.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { toWithdrawal, type Withdrawal } from "../withdrawal/withdrawal.ts";
import { type Decision, decideApproval } from "./decide-approval.ts";
import { notOpen, refusedByDatabase } from "./refused-by-database.ts";

/**
 * An operator lets a large withdrawal go out, or refuses it (the reserve goes back). Decided once; the operator's
 * right to decide is read in the same database transaction.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, OUTGOING_FROZEN while no money may leave, WRONG_STATE if it is not waiting (any
 * more)
 */
export async function decideWithdrawal(
  ctx: Context,
  input: Decision & { transactionId: string },
): Promise<Withdrawal> {
  const work = async (tx: Tx) => {
    const withdrawal = await lockWithdrawal(tx, input.transactionId);
    await requireOperator(ctx, tx, { decide: "withdrawal" });
    if (withdrawal === undefined) throw notFound("withdrawal");
    if (input.decision === "approved" && !(await mayLeave(tx))) {
      throw new DomainError("OUTGOING_FROZEN", "Withdrawals are paused: it can be approved later.");
    }
    if (withdrawal.status !== "awaiting_approval") throw notOpen();
    const transactionId = withdrawal.id;
    await decideApproval(ctx, tx, { kind: "withdrawal", transactionId }, input);
    if (input.decision === "approved") {
      await moveTransaction(ctx, tx, withdrawal, { to: "queued", cause: "withdrawal.approved" });
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId });
    } else {
      await releaseWithdrawal(ctx, tx, withdrawal, { as: "rejected", failureCode: "rejected" });
    }
    const after = await findTransaction(tx, transactionId);
    invariant(after !== undefined, "a decided withdrawal is still there");
    return toWithdrawal(after, ctx.clock.now());
  };
  return refusedByDatabase(() => withTransaction(ctx.pool, work));
}
