import { lockBreak } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import { findLedgerAccount } from "@revio-wallet/db/sql/find-ledger-account";
import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import { readBookedTransactions } from "@revio-wallet/db/sql/reconciliation-facts";
import { releaseSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import { postJournalEntries } from "../ledger/post-journal-entries.ts";
import { adjustmentApproved } from "../ledger/posting-rules/adjustment-approved.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { resolveBreaks } from "../reconciliation/resolve-breaks.ts";
import { bookedFactsOf } from "../reconciliation/settle-comparison.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { fitsSuspense, mayAdjustBetween } from "./adjustable-accounts.ts";
import { type Adjustment, auditDetailsOf, readAdjustment } from "./adjustment.ts";
import { type Decision, decideApproval } from "./decide-approval.ts";
import { expireApprovals } from "./expire-approvals.ts";
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
  input: Decision & { approvalId: string },
): Promise<Adjustment> {
  // Before anything is looked up: whoever may not decide learns nothing of what there is.
  await requireOperator(ctx, ctx.pool, { decide: "adjustment" });
  const id = input.approvalId;
  await withTransaction(ctx.pool, (tx) => expireApprovals(ctx, tx, { id }));
  const adjustment = await readAdjustment(ctx.pool, id);
  const isApproved = input.decision === "approved";
  const work = async (tx: Tx) => {
    // Accounts first, then rows, in the order in which whoever proposes holds them.
    await lockAccounts(tx, [adjustment.debitAccount, adjustment.creditAccount]);
    const found = isApproved ? await lockGrounds(tx, adjustment) : undefined;
    await decideApproval(ctx, tx, { kind: "adjustment", id }, input);
    const posted = isApproved ? await post(ctx, tx, adjustment, found) : {};
    await recordAuditEvent(ctx, tx, {
      action: `adjustment.${input.decision}`,
      subjectKind: "approval",
      subjectId: id,
      details: { ...auditDetailsOf(adjustment), ...posted },
    });
    return readAdjustment(tx, id);
  };
  return refusedByDatabase(() => withTransaction(ctx.pool, work));
}

/** What the proposal rests on, as it is now: the payment that it releases, and the break that it resolves. */
async function lockGrounds(
  tx: Tx,
  { breakId, debitAccount, creditAccount, amountMinor, currency, suspensePurchaseId }: Adjustment,
): Promise<BreakRow | undefined> {
  // Made before a payment had to be named.
  if (!fitsSuspense(debitAccount, creditAccount, suspensePurchaseId !== null)) {
    throw new DomainError("WRONG_STATE", "It names no payment in suspense. Propose it again.");
  }
  if (suspensePurchaseId !== null) {
    await lockPaymentToRelease(tx, { suspensePurchaseId, amountMinor, currency });
  }
  if (breakId === null) return undefined;
  const found = await lockBreak(tx, breakId);
  // It came to agree by itself meanwhile: then there is nothing left to correct.
  if (found?.state !== "open") throw new DomainError("WRONG_STATE", "This break is resolved.");
  return found;
}

async function post(
  ctx: Context,
  tx: Tx,
  adjustment: Adjustment,
  found: BreakRow | undefined,
): Promise<{ journalEntryId: string; adjustmentId: string | null }> {
  const { approvalId, debitAccount, creditAccount, amountMinor, suspensePurchaseId } = adjustment;
  invariant(
    mayAdjustBetween(debitAccount, creditAccount),
    `proposal ${approvalId} is not what may be approved`,
  );
  const adjustmentId = await openUsersTransaction(ctx, tx, adjustment);
  // What was in suspense was never booked as the transaction's money, so what leaves it is not booked as that either.
  const corrected = suspensePurchaseId === null ? adjustment.transactionId : null;
  const transactionId = adjustmentId ?? corrected;
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
  if (suspensePurchaseId !== null) {
    const releasedAt = ctx.clock.now();
    await releaseSuspensePayment(tx, {
      purchaseId: suspensePurchaseId,
      releasedAt,
      releasedBy: approvalId,
    });
  }
  if (found !== undefined) await resolve(ctx, tx, found, { approvalId, journalEntryId });
  return { journalEntryId, adjustmentId };
}

/** What moves a user's money stands in their history, as a transaction of its own. */
async function openUsersTransaction(
  ctx: Context,
  tx: Tx,
  adjustment: Adjustment,
): Promise<string | null> {
  const { amountMinor, currency, transactionId } = adjustment;
  for (const code of [adjustment.debitAccount, adjustment.creditAccount]) {
    const account = await findLedgerAccount(tx, code);
    if (account === undefined || account.userId === null) continue;
    const { id } = await openTransaction(ctx, tx, {
      userId: account.userId,
      kind: "adjustment",
      status: "completed",
      amountMinor,
      feeMinor: 0n,
      currency,
      cause: "adjustment.approved",
      ...(transactionId === null ? {} : { relatedTransactionId: transactionId }),
    });
    return id;
  }
  return null;
}

async function resolve(
  ctx: Context,
  tx: Tx,
  { subject, class: name, transactionId }: BreakRow,
  by: { approvalId: string; journalEntryId: string },
): Promise<void> {
  // What our side says from now on: a comparison that finds the same two sides again finds nothing new.
  const [ours] = await readBookedTransactions(tx, transactionId === null ? [] : [transactionId]);
  await resolveBreaks(ctx, tx, {
    ...by,
    subject,
    classes: [name],
    resolution: "adjustment",
    evidence: { booked: bookedFactsOf(ours) },
  });
}
