import {
  adoptRevioPurchase,
  findRevioPurchaseByPurchaseId,
  findRevioPurchases,
  markRevioPurchaseCredited,
  type RevioPurchaseRow,
  updateRevioPurchaseStatus,
} from "@revio-wallet/db/sql/revio-purchases";
import { findTransactionByReference, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { chargeBackDeposit, reverseChargeback } from "../deposit/charge-back-deposit.ts";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { completeDeposit } from "../deposit/complete-deposit.ts";
import { lockDeposit } from "../deposit/lock-deposit.ts";
import { refundDeposit } from "../deposit/refund-deposit.ts";
import type { DepositStatus } from "../transaction/transaction-status.ts";
import { applied, type Effect, ignored, parked } from "./effect.ts";
import type { RevioContext } from "./revio-context.ts";

/** Statuses in which Revio holds the payer's money. */
export const paidStatuses: ReadonlySet<string> = new Set([
  "paid",
  "cleared",
  "settled",
  "retrieved",
  "pending_refund",
  "refunded",
  "charged_back",
  "chargeback",
]);
export const chargedBackStatuses: ReadonlySet<string> = new Set(["charged_back", "chargeback"]);
const openStatuses: ReadonlySet<string> = new Set([
  "created",
  "sent",
  "viewed",
  "overdue",
  "pending_execute",
  "pending_charge",
  // An attempt failed; the payer may try again on the same page.
  "error",
]);

/**
 * Acts on a purchase as just read back from Revio; `purchase` is never what a webhook said. Whatever was missed before
 * is caught up: a refund of a deposit that was never credited credits it first. Runs again, late, or beside itself
 * without harm: the deposit is locked before anything about it is read.
 */
export async function onPurchase(ctx: RevioContext, tx: Tx, purchase: Purchase): Promise<Effect> {
  const found = await findOurs(tx, purchase);
  if (found === undefined) return parked("unknown_purchase");
  const { deposit, attempts } = found;
  if (purchase.reference !== deposit.reference) return parked("reference_mismatch", deposit.id);
  const isNewest = await updateRevioPurchaseStatus(tx, {
    purchaseId: purchase.id,
    providerStatus: purchase.status,
    statusHistoryLength: purchase.statusHistory.length,
    readAt: ctx.clock.now(),
  });
  if (!isNewest) return ignored("stale", deposit.id);
  const { status } = purchase;
  if (paidStatuses.has(status)) return onPurchasePaid(ctx, tx, deposit, attempts, purchase);
  if (openStatuses.has(status)) return ignored(`purchase.${status}`, deposit.id);
  switch (status) {
    case "cancelled":
    case "expired":
      return close(ctx, tx, deposit, { as: status === "expired" ? "expired" : "cancelled" });
    case "blocked":
    case "released":
      return close(ctx, tx, deposit, { as: "failed", failureCode: `payment_${status}` });
    default:
      return parked("unknown_status", deposit.id);
  }
}

async function close(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  end: { as: Extract<DepositStatus, "failed" | "expired" | "cancelled">; failureCode?: string },
): Promise<Effect> {
  if (deposit.status !== "created" && deposit.status !== "awaiting_payment") {
    return ignored("deposit.already_ended", deposit.id);
  }
  await closeDeposit(ctx, tx, { transactionId: deposit.id, ...end });
  return applied(`deposit.${end.as}`, deposit.id);
}

/**
 * By Revio's id; if the answer to our POST was lost or is still on its way, by the attempt id in the metadata. Locks the
 * deposit first, then reads: two purchases of one deposit, or two readings of one purchase, wait for each other here.
 */
async function findOurs(
  tx: Tx,
  purchase: Purchase,
): Promise<{ deposit: TransactionRow; attempts: RevioPurchaseRow[] } | undefined> {
  const known = await findRevioPurchaseByPurchaseId(tx, purchase.id);
  const depositId =
    known?.transactionId ?? (await findTransactionByReference(tx, purchase.reference))?.id;
  const deposit = depositId === undefined ? undefined : await lockDeposit(tx, depositId);
  if (deposit === undefined) return undefined;
  const attempts = await findRevioPurchases(tx, deposit.id);
  if (attempts.some(({ purchaseId }) => purchaseId === purchase.id)) return { deposit, attempts };
  const { attemptId } = purchase.metadata;
  if (!attempts.some(({ id, purchaseId }) => id === attemptId && purchaseId === null)) {
    return undefined;
  }
  await adoptRevioPurchase(tx, { id: String(attemptId), purchaseId: purchase.id });
  return { deposit, attempts };
}

async function onPurchasePaid(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  attempts: RevioPurchaseRow[],
  purchase: Purchase,
): Promise<Effect> {
  const { payment } = purchase;
  // Marked by hand at Revio: the word says paid, but no money moved.
  if (purchase.markedAsPaid) return parked("marked_as_paid", deposit.id);
  if (payment === null || payment.isOutgoing) return parked("paid_without_payment", deposit.id);
  if (payment.feeMinor < 0n || payment.feeMinor > payment.amountMinor) {
    return parked("impossible_fee", deposit.id);
  }
  const credited = attempts.find(({ creditedAt }) => creditedAt !== null);
  // The payer paid twice for one deposit: the second payment is theirs, but it was not asked for.
  if (credited !== undefined && credited.purchaseId !== purchase.id) {
    return parked("second_purchase_paid", deposit.id);
  }
  const completed = await completeDeposit(ctx, tx, {
    deposit,
    received: {
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      providerFeeMinor: payment.feeMinor,
      paidAt: payment.paidOn ?? purchase.updatedOn,
    },
  });
  if (completed === "deposit.amount_mismatch") return parked(completed, deposit.id);
  if (completed === "deposit.completed") {
    await markRevioPurchaseCredited(tx, { purchaseId: purchase.id, at: ctx.clock.now() });
  }
  const followUp = await onMoneyTakenBack(ctx, tx, deposit, purchase, payment.amountMinor);
  if (followUp !== undefined) return followUp;
  return completed === "deposit.completed"
    ? applied(completed, deposit.id)
    : ignored(completed, deposit.id);
}

/** What Revio gave back to the payer, or got back from the payer's bank. Undefined if neither is new. */
async function onMoneyTakenBack(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  purchase: Purchase,
  paidMinor: bigint,
): Promise<Effect | undefined> {
  if (chargedBackStatuses.has(purchase.status)) {
    const outcome = await chargeBackDeposit(ctx, tx, {
      deposit,
      chargedBackAt: purchase.updatedOn,
    });
    return outcome === "deposit.charged_back" ? applied(outcome, deposit.id) : undefined;
  }
  const reversed = await reverseChargeback(ctx, tx, { deposit, reversedAt: purchase.updatedOn });
  const reversal = reversed === "chargeback.reversed" ? applied(reversed, deposit.id) : undefined;
  // The word says `refunded` for partial refunds too: the sum is what was paid less what may still be refunded.
  if (purchase.status !== "refunded") return reversal;
  if (purchase.refundableAmountMinor > paidMinor) return parked("impossible_refund", deposit.id);
  const outcome = await refundDeposit(ctx, tx, {
    deposit,
    refundedTotalMinor: paidMinor - purchase.refundableAmountMinor,
    refundedAt: purchase.updatedOn,
  });
  return outcome === "deposit.refunded" ? applied(outcome, deposit.id) : reversal;
}
