import { findProposal, type ProposalRow } from "@revio-wallet/db/sql/approvals";
import {
  lockRevioPayout,
  type RevioPayoutRow,
  updateRevioPayoutState,
} from "@revio-wallet/db/sql/revio-payouts";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioError } from "@revio-wallet/revio-client/errors";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import { type Decision, decideApproval } from "../approval/decide-approval.ts";
import { expireApprovals } from "../approval/expire-approvals.ts";
import { type PayoutResolution, readProposal } from "../approval/payout-resolution.ts";
import { notOpen, refusedByDatabase } from "../approval/refused-by-database.ts";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { completeWithdrawal } from "../withdrawal/complete-withdrawal.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { toWithdrawal, type Withdrawal } from "../withdrawal/withdrawal.ts";
import { logParked } from "./effect.ts";
import { onPayout } from "./on-payout.ts";
import { endDoubt } from "./payout-doubt.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * A second operator decides on what a first one proposes about a payout in doubt. Approved, Revio is asked once more, and
 * its evidence goes before people's: if it now says how the payout ended, that is booked and the proposal is
 * void. Only what still shows as unexecuted is ended by decision. Decided once.
 *
 * @throws DomainError FORBIDDEN (role, amount, own request), NOT_FOUND, WRONG_STATE if it is decided, expired, void, or
 *   contradicted by Revio; PROVIDER_UNAVAILABLE while Revio cannot be asked
 */
export async function decidePayoutResolution(
  ctx: RevioContext,
  input: Decision & { approvalId: string; reason: string },
): Promise<Withdrawal> {
  await requireOperator(ctx, ctx.pool, { decide: "payout_resolution" });
  const of = { id: input.approvalId, kind: "payout_resolution" } as const;
  await withTransaction(ctx.pool, (tx) => expireApprovals(ctx, tx, { id: of.id }));
  const proposal = await findProposal(ctx.pool, of);
  if (proposal === undefined) throw notFound("request");
  if (proposal.state !== "requested") throw notOpen();
  const resolution = readProposal(proposal);
  if (input.decision === "approved") await hearRevio(ctx, resolution);
  const work = async (tx: Tx) => {
    const withdrawal = await lockWithdrawal(tx, proposal.transactionId);
    invariant(withdrawal !== undefined, "a withdrawal stays");
    await decideApproval(ctx, tx, of, input);
    await recordAuditEvent(ctx, tx, {
      action: `payout_resolution.${input.decision}`,
      subjectKind: "approval",
      subjectId: proposal.id,
      details: {
        transactionId: withdrawal.id,
        outcome: resolution.outcome,
        reason: input.reason,
      },
    });
    if (input.decision === "approved") await resolve(ctx, tx, withdrawal, proposal, resolution);
    const after = await findTransaction(tx, withdrawal.id);
    invariant(after !== undefined, "a decided withdrawal is still there");
    return toWithdrawal(after, ctx.clock.now());
  };
  return refusedByDatabase(() => withTransaction(ctx.pool, work));
}

/** Books what Revio says about the payout by now, outside of the decision. Only "not executed" leaves room for one. */
async function hearRevio(ctx: RevioContext, { payoutId }: PayoutResolution): Promise<void> {
  let payout: Payout;
  try {
    payout = await ctx.revio.payouts.get(payoutId);
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    throw new DomainError(
      "PROVIDER_UNAVAILABLE",
      "The payment provider does not tell how the payout stands. Nothing was decided; try again.",
      { retryAfterMs: 5_000, cause: error },
    );
  }
  const provider = { ...ctx, actor: { kind: "provider", id: "revio" } as const };
  const heard = await withTransaction(ctx.pool, (tx) => onPayout(provider, tx, payout));
  logParked(ctx.log, heard);
  if (payout.status !== "initialized") {
    throw new DomainError(
      "WRONG_STATE",
      "The payment provider now tells how the payout stands, and that counts. Look again.",
    );
  }
}

/** Does what was proposed, to what is still as it was when it was proposed. */
async function resolve(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  proposal: ProposalRow<"payout_resolution">,
  { outcome, attemptId, payoutId }: PayoutResolution,
): Promise<void> {
  const attempt = await lockRevioPayout(tx, attemptId);
  invariant(attempt?.payoutId === payoutId, `attempt ${attemptId} is payout ${payoutId}`);
  const isInDoubt = withdrawal.status === "in_doubt" && attempt.state === "execute_unknown";
  if (!isInDoubt || proposal.amountMinor !== withdrawal.amountMinor) throw notOpen();
  if (outcome === "executed") {
    await endAttempt(tx, attempt, { to: "success" });
    // Revio's fee is not known from the outside; reconciliation books it when its statement tells.
    const paid = { providerFeeMinor: 0n, paidAt: ctx.clock.now() };
    await completeWithdrawal(ctx, tx, withdrawal, paid);
  } else {
    // Dead before the reserve goes back: whatever Revio shows later, we never execute it again.
    await endAttempt(tx, attempt, { to: "error", errorCode: "decided_not_executed" });
    await releaseWithdrawal(ctx, tx, withdrawal, {
      as: "failed",
      failureCode: "payout_not_executed",
    });
  }
  await endDoubt(ctx, tx, withdrawal.id, { resolution: "decision", approvalId: proposal.id });
}

async function endAttempt(
  tx: Tx,
  { id }: RevioPayoutRow,
  end: { to: "success" | "error"; errorCode?: string },
): Promise<void> {
  const ended = await updateRevioPayoutState(tx, { id, from: ["execute_unknown"], ...end });
  invariant(ended, `attempt ${id} moved while it should be locked`);
}
