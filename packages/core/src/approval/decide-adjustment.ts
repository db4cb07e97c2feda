import {
  type AdjustmentApprovalRow,
  decideAdjustmentApproval,
  expireAdjustmentApprovals,
  findAdjustmentApproval,
  lockBreakToAdjust,
  findLedgerAccount,
  lockAdjustmentApproval,
} from "@revio-wallet/db/sql/adjustment-approvals";
import type { BreakClass } from "@revio-wallet/db/sql/breaks";
import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import { readBookedTransactions } from "@revio-wallet/db/sql/reconciliation-facts";
import { releaseSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import type { LedgerAccountCode } from "../ledger/chart-of-accounts.ts";
import { postJournalEntries } from "../ledger/post-journal-entries.ts";
import { adjustmentApproved } from "../ledger/posting-rules/adjustment-approved.ts";
import type { Currency } from "../money.ts";
import { resolveBreaks } from "../reconciliation/resolve-breaks.ts";
import { bookedFactsOf } from "../reconciliation/settle-comparison.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { fitsSuspense, mayAdjustBetween } from "./adjustable-accounts.ts";
import { type Adjustment, toAdjustment } from "./adjustment.ts";
import { requireApprovalRight } from "./approval-right.ts";
import { refusedByDatabase } from "./refused-by-database.ts";
import { lockPaymentToRelease } from "./suspense-release.ts";

/**
 * Another operator decides on a proposed correction. Approved, just what was proposed is posted, and the break that it is
 * about is resolved: decision, entry, break and audit commit together. A user account that cannot bear it refuses, and the
 * proposal stays open; so does that of a payment of which suspense does not hold just that any more.
 *
 * @throws DomainError FORBIDDEN (own request, role, amount), NOT_FOUND, WRONG_STATE (decided, expired), INSUFFICIENT_FUNDS
 */
export async function decideAdjustment(
  ctx: Context,
  input: { approvalId: string; decision: "approved" | "rejected"; reason?: string | undefined },
): Promise<Adjustment> {
  // Before anything is looked up: whoever may not decide learns nothing of what there is.
  await requireApprovalRight(ctx, ctx.pool, "adjustment", "decide");
  const decided = await refusedByDatabase(() =>
    withTransaction(ctx.pool, async (tx) => {
      const approval = await lockProposal(tx, input.approvalId);
      // Committed, so that it is over for everybody; the refusal follows.
      if (approval.expiresAt <= ctx.clock.now()) return expire(ctx, tx, approval);
      await decideAdjustmentApproval(tx, {
        id: approval.id,
        state: input.decision,
        decidedBy: ctx.actor.id,
        decidedAt: ctx.clock.now(),
        reason: input.reason,
      });
      const posted = input.decision === "approved" ? await post(ctx, tx, approval) : {};
      await recordAuditEvent(ctx, tx, {
        action: `adjustment.${input.decision}`,
        subjectKind: "approval",
        subjectId: approval.id,
        details: { ...approval.proposal, breakId: approval.breakId, ...posted },
      });
      const after = await findAdjustmentApproval(tx, approval.id);
      invariant(after !== undefined, "a decided proposal is still there");
      return toAdjustment(after);
    }),
  );
  if (decided === undefined) throw new DomainError("WRONG_STATE", "This proposal has expired.");
  return decided;
}

/** Accounts first, then the row, as everybody does. */
async function lockProposal(tx: Tx, id: string): Promise<AdjustmentApprovalRow> {
  const found = await findAdjustmentApproval(tx, id);
  if (found === undefined) throw notFound("proposal");
  await lockAccounts(tx, [found.proposal.debitAccount, found.proposal.creditAccount]);
  const approval = await lockAdjustmentApproval(tx, id);
  if (approval?.state !== "requested") {
    throw new DomainError("WRONG_STATE", "This proposal is not open any more.");
  }
  return approval;
}

async function expire(
  ctx: Context,
  tx: Tx,
  { id, breakId }: AdjustmentApprovalRow,
): Promise<undefined> {
  await expireAdjustmentApprovals(tx, { id, breakId: null, at: ctx.clock.now() });
  await recordAuditEvent(ctx, tx, {
    action: "adjustment.expired",
    subjectKind: "approval",
    subjectId: id,
    details: { breakId },
  });
  return undefined;
}

async function post(
  ctx: Context,
  tx: Tx,
  approval: AdjustmentApprovalRow,
): Promise<{ journalEntryId: string; adjustmentId: string | null }> {
  const { id: approvalId, breakId, proposal, amountMinor } = approval;
  const debitAccount = proposal.debitAccount as LedgerAccountCode;
  const creditAccount = proposal.creditAccount as LedgerAccountCode;
  const suspensePurchaseId = proposal.suspensePurchaseId ?? null;
  invariant(
    mayAdjustBetween(debitAccount, creditAccount) &&
      fitsSuspense(debitAccount, creditAccount, suspensePurchaseId !== null) &&
      amountMinor.toString() === proposal.amountMinor,
    `proposal ${approvalId} is not what may be approved`,
  );
  if (suspensePurchaseId !== null) await release(ctx, tx, approval, suspensePurchaseId);
  const adjustmentId = await openUsersTransaction(ctx, tx, proposal);
  const transactionId = adjustmentId ?? proposal.transactionId;
  const [result] = await postJournalEntries(ctx, tx, [
    adjustmentApproved({
      approvalId,
      ...(transactionId === null ? {} : { transactionId }),
      debitAccount,
      creditAccount,
      amountMinor,
      occurredAt: ctx.clock.now(),
    }),
  ]);
  if (result?.outcome === "insufficient_funds") {
    throw new DomainError("INSUFFICIENT_FUNDS", "The user's account does not hold that much now.");
  }
  invariant(result?.outcome === "posted", `approval ${approvalId} was posted before`);
  const { journalEntryId } = result;
  if (breakId !== null) await resolve(ctx, tx, { approvalId, breakId, journalEntryId });
  return { journalEntryId, adjustmentId };
}

/** Takes the payment out of suspense as it is now: Revio may have given it back since the proposal. */
async function release(
  ctx: Context,
  tx: Tx,
  { id, amountMinor, currency }: AdjustmentApprovalRow,
  suspensePurchaseId: string,
): Promise<void> {
  const { purchaseId } = await lockPaymentToRelease(tx, {
    suspensePurchaseId,
    amountMinor,
    currency,
  });
  const releasedAt = ctx.clock.now();
  await releaseSuspensePayment(tx, { purchaseId, releasedAt, releasedBy: id });
}

/** What moves a user's money stands in their history, as a transaction of its own. */
async function openUsersTransaction(
  ctx: Context,
  tx: Tx,
  proposal: AdjustmentApprovalRow["proposal"],
): Promise<string | null> {
  for (const code of [proposal.debitAccount, proposal.creditAccount]) {
    const account = await findLedgerAccount(tx, code);
    if (account === undefined || account.userId === null) continue;
    const { id } = await openTransaction(ctx, tx, {
      userId: account.userId,
      kind: "adjustment",
      status: "completed",
      amountMinor: BigInt(proposal.amountMinor),
      feeMinor: 0n,
      currency: proposal.currency as Currency,
      cause: "adjustment.approved",
      ...(proposal.transactionId === null ? {} : { relatedTransactionId: proposal.transactionId }),
    });
    return id;
  }
  return null;
}

async function resolve(
  ctx: Context,
  tx: Tx,
  input: { approvalId: string; breakId: string; journalEntryId: string },
): Promise<void> {
  const found = await lockBreakToAdjust(tx, input.breakId);
  // It came to agree by itself meanwhile: then there is nothing left to correct.
  if (found?.state !== "open") throw new DomainError("WRONG_STATE", "This break is resolved.");
  const ids = found.transactionId === null ? [] : [found.transactionId];
  // What our side says from now on: a comparison that finds the same two sides again finds nothing new.
  const [ours] = await readBookedTransactions(tx, ids);
  await resolveBreaks(ctx, tx, {
    subject: found.subject,
    classes: [found.class as BreakClass],
    resolution: "adjustment",
    approvalId: input.approvalId,
    journalEntryId: input.journalEntryId,
    evidence: { booked: bookedFactsOf(ours) },
  });
}
