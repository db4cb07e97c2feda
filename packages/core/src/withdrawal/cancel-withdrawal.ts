import { withdrawApprovals } from "@revio-wallet/db/sql/approvals";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { lockWithdrawal } from "./lock-withdrawal.ts";
import { releaseWithdrawal } from "./release-withdrawal.ts";
import { toWithdrawal, type Withdrawal } from "./withdrawal.ts";

/**
 * Takes a withdrawal back while no payout of it has been executed. The row lock decides between this and the worker that
 * is about to execute: who comes second sees the other's status. Cancelling twice answers the same.
 *
 * @throws DomainError NOT_FOUND, WRONG_STATE once the money is on its way
 */
export async function cancelWithdrawal(
  ctx: Context,
  input: { userId: string; transactionId: string },
): Promise<Withdrawal> {
  return withTransaction(ctx.pool, async (tx) => {
    const withdrawal = await lockWithdrawal(tx, input.transactionId);
    if (withdrawal?.userId !== input.userId) throw notFound("withdrawal");
    if (withdrawal.status === "cancelled") return toWithdrawal(withdrawal, ctx.clock.now());
    if (withdrawal.status !== "awaiting_approval" && withdrawal.status !== "queued") {
      throw new DomainError(
        "WRONG_STATE",
        "This withdrawal is on its way and cannot be cancelled.",
      );
    }
    await withdrawApprovals(tx, {
      kind: "withdrawal",
      transactionId: withdrawal.id,
      at: ctx.clock.now(),
    });
    await releaseWithdrawal(ctx, tx, withdrawal, { as: "cancelled" });
    const cancelled = await findTransaction(tx, withdrawal.id);
    invariant(cancelled !== undefined, "a cancelled withdrawal is still there");
    return toWithdrawal(cancelled, ctx.clock.now());
  });
}
