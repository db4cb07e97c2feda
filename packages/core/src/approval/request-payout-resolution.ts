import { findOpenBreak } from "@revio-wallet/db/sql/breaks";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { type PayoutOutcome, toProposal } from "./payout-resolution.ts";
import { refusedByDatabase } from "./refused-by-database.ts";
import { requestApproval } from "./request-approval.ts";

/**
 * An operator proposes what became of a payout in doubt, from evidence outside of Revio (the bank, a telephone call).
 * Nothing is done yet: another operator decides on exactly this. Possible once the doubt is in the queue
 * as a break, since before that Revio may still tell by itself. The same request with the same key again is the same
 * proposal, and gets the same answer.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if it is not in doubt, not for long enough, or proposed already,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function requestPayoutResolution(
  ctx: Context,
  input: { transactionId: string; outcome: PayoutOutcome; reason: string; idempotencyKey: string },
): Promise<{ approvalId: string; expiresAt: Date }> {
  await requireOperator(ctx, ctx.pool, { request: "payout_resolution" });
  const { idempotencyKey, ...request } = input;
  const named = { operation: "payout_resolution.request", key: idempotencyKey, input: request };
  const work = async (tx: Tx) => {
    const withdrawal = await lockWithdrawal(tx, input.transactionId);
    if (withdrawal === undefined) throw notFound("withdrawal");
    const subject = `transaction:${withdrawal.id}`;
    const doubt = await findOpenBreak(tx, { class: "payout_in_doubt", subject });
    if (withdrawal.status !== "in_doubt" || doubt === undefined) {
      throw new DomainError("WRONG_STATE", "This withdrawal is not in doubt, or not long enough.");
    }
    const { attemptId, payoutId } = doubt.evidence;
    invariant(
      typeof attemptId === "string" && typeof payoutId === "string",
      `break ${doubt.id} names the payout that is in doubt`,
    );
    const approval = await requestApproval(ctx, tx, {
      kind: "payout_resolution",
      transactionId: withdrawal.id,
      breakId: doubt.id,
      proposal: toProposal({ outcome: input.outcome, attemptId, payoutId }),
      amountMinor: withdrawal.amountMinor,
      currency: withdrawal.currency,
      requestReason: input.reason,
    });
    const output = { approvalId: approval.id, expiresAt: approval.expiresAt };
    return { output, transactionId: withdrawal.id };
  };
  return (await refusedByDatabase(() => runIdempotently(ctx, named, work))).output;
}
