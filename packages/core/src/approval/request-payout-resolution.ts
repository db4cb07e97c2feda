import { findOpenBreak } from "@revio-wallet/db/sql/breaks";
import { insertProposal } from "@revio-wallet/db/sql/proposals";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { requireApprovalRight, withApprovalRefusals } from "./approval-right.ts";
import { consequences, type PayoutOutcome, toProposal } from "./payout-resolution.ts";

/** A proposal rests on what was seen when it was made. */
const validForMs = 24 * 60 * 60_000;

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
  await requireApprovalRight(ctx, ctx.pool, "payout_resolution", "request");
  const { idempotencyKey, ...request } = input;
  const named = { operation: "payout_resolution.request", key: idempotencyKey, input: request };
  const work = runIdempotently(ctx, named, async (tx) => {
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
    const now = ctx.clock.now();
    const approvalId = ctx.ids.uuid(now);
    const expiresAt = new Date(now.getTime() + validForMs);
    await insertProposal(tx, {
      id: approvalId,
      kind: "payout_resolution",
      transactionId: withdrawal.id,
      breakId: doubt.id,
      proposal: toProposal({ outcome: input.outcome, attemptId, payoutId }),
      amountMinor: withdrawal.amountMinor,
      currency: withdrawal.currency,
      requestedBy: ctx.actor.id,
      requestedAt: now,
      requestReason: input.reason,
      expiresAt,
    });
    await recordAuditEvent(ctx, tx, {
      action: "payout_resolution.requested",
      subjectKind: "approval",
      subjectId: approvalId,
      details: {
        transactionId: withdrawal.id,
        payoutId,
        outcome: input.outcome,
        to: consequences[input.outcome].to,
        amountMinor: withdrawal.amountMinor.toString(),
        currency: withdrawal.currency,
      },
    });
    return { output: { approvalId, expiresAt }, transactionId: withdrawal.id };
  });
  return (await withApprovalRefusals(work)).output;
}
