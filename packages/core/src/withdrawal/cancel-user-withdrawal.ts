import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { cancelWaiting } from "./cancel-withdrawal.ts";
import { lockWithdrawal } from "./lock-withdrawal.ts";
import type { Withdrawal } from "./withdrawal.ts";

/**
 * An operator takes a user's withdrawal back while nothing of it has been executed, so that it does not go out when a
 * brake is lifted. The reserve goes back to the user. Cancelling twice answers the same.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE once the money is on its way
 */
export async function cancelUserWithdrawal(
  ctx: Context,
  input: { transactionId: string; reason: string },
): Promise<Withdrawal> {
  return withTransaction(ctx.pool, async (tx) => {
    const withdrawal = await lockWithdrawal(tx, input.transactionId);
    await requireOperator(ctx, tx, "withdrawals.cancel");
    if (withdrawal === undefined) throw notFound("withdrawal");
    const failureCode = "cancelled_by_operator";
    const cancelled = await cancelWaiting(ctx, tx, withdrawal, { failureCode });
    if (withdrawal.status === "cancelled") return cancelled;
    await recordAuditEvent(ctx, tx, {
      action: "withdrawal.cancelled_by_operator",
      subjectKind: "transaction",
      subjectId: withdrawal.id,
      details: { reason: input.reason },
    });
    return cancelled;
  });
}
