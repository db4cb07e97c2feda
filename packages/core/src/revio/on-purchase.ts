import {
  adoptRevioPurchase,
  findRevioPurchaseByPurchaseId,
  findRevioPurchases,
  type RevioPurchaseRow,
  updateRevioPurchaseStatus,
} from "@revio-wallet/db/sql/revio-purchases";
import {
  findTransaction,
  findTransactionByReference,
  type TransactionRow,
} from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { chargeBackDeposit, reverseChargeback } from "../deposit/charge-back-deposit.ts";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { completeDeposit } from "../deposit/complete-deposit.ts";
import { refundDeposit } from "../deposit/refund-deposit.ts";
import { invariant } from "../errors.ts";
import { applied, type Effect, ignored, parked } from "./effect.ts";
import type { RevioContext } from "./revio-context.ts";

/** Statuses in which Revio holds the payer's money. */
const paidStatuses: ReadonlySet<string> = new Set([
  "paid",
  "cleared",
  "settled",
  "retrieved",
  "pending_refund",
  "refunded",
  "charged_back",
  "chargeback",
]);
const chargedBackStatuses: ReadonlySet<string> = new Set(["charged_back", "chargeback"]);
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
 * is caught up: a refund of a deposit that was never credited credits it first. Runs again, or late, without harm.
 */
export async function onPurchase(ctx: RevioContext, tx: Tx, purchase: Purchase): Promise<Effect> {
  const found = await findOurs(tx, purchase);
  if (found === undefined) return parked("unknown_purchase");
  const { row, deposit } = found;
  if (purchase.reference !== deposit.reference) return parked("reference_mismatch", deposit.id);
  if (purchase.statusHistory.length < row.statusHistoryLength) return ignored("stale", deposit.id);
  await updateRevioPurchaseStatus(tx, {
    purchaseId: purchase.id,
    providerStatus: purchase.status,
    statusHistoryLength: purchase.statusHistory.length,
    readAt: ctx.clock.now(),
  });
  const { status } = purchase;
  if (paidStatuses.has(status)) return onPurchasePaid(ctx, tx, deposit, purchase);
  if (openStatuses.has(status)) return ignored(`purchase.${status}`, deposit.id);
  switch (status) {
    case "cancelled":
      await closeDeposit(ctx, tx, { transactionId: deposit.id, as: "cancelled" });
      return applied("deposit.cancelled", deposit.id);
    case "expired":
      await closeDeposit(ctx, tx, { transactionId: deposit.id, as: "expired" });
      return applied("deposit.expired", deposit.id);
    case "blocked":
    case "released":
      await closeDeposit(ctx, tx, {
        transactionId: deposit.id,
        as: "failed",
        failureCode: `payment_${status}`,
      });
      return applied("deposit.failed", deposit.id);
    default:
      return parked("unknown_status", deposit.id);
  }
}

/** By Revio's id; if the answer to our POST was lost or is still on its way, by the attempt id in the metadata. */
async function findOurs(
  tx: Tx,
  purchase: Purchase,
): Promise<{ row: RevioPurchaseRow; deposit: TransactionRow } | undefined> {
  const known = await findRevioPurchaseByPurchaseId(tx, purchase.id);
  if (known !== undefined) {
    const deposit = await findTransaction(tx, known.transactionId);
    invariant(deposit !== undefined, "a purchase of ours has its deposit");
    return { row: known, deposit };
  }
  const deposit = await findTransactionByReference(tx, purchase.reference);
  if (deposit?.kind !== "deposit") return undefined;
  const attempts = await findRevioPurchases(tx, deposit.id);
  const row = attempts.find((attempt) => attempt.id === purchase.metadata["attemptId"]);
  if (row === undefined) return undefined;
  return (await adoptRevioPurchase(tx, { id: row.id, purchaseId: purchase.id }))
    ? { row, deposit }
    : undefined;
}

async function onPurchasePaid(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  purchase: Purchase,
): Promise<Effect> {
  const { payment } = purchase;
  // Marked by hand at Revio: the word says paid, but no money moved.
  if (purchase.markedAsPaid) return parked("marked_as_paid", deposit.id);
  if (payment === null || payment.isOutgoing) return parked("paid_without_payment", deposit.id);
  if (payment.feeMinor < 0n || payment.feeMinor > payment.amountMinor) {
    return parked("impossible_fee", deposit.id);
  }
  const attempts = await findRevioPurchases(tx, deposit.id);
  const other = attempts.find(
    (attempt) =>
      attempt.purchaseId !== purchase.id && paidStatuses.has(attempt.providerStatus ?? ""),
  );
  // The payer paid twice for one deposit: the second payment is theirs, but it was not asked for.
  if (other !== undefined) return parked("second_purchase_paid", deposit.id);

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
  const followUp = await onMoneyTakenBack(ctx, tx, deposit, purchase, payment.amountMinor);
  if (followUp !== undefined) return followUp;
  return completed === "deposit.completed"
    ? applied(completed, deposit.id)
    : ignored(completed, deposit.id);
}

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
    return outcome === "deposit.charged_back"
      ? applied(outcome, deposit.id)
      : ignored(outcome, deposit.id);
  }
  const reversed = await reverseChargeback(ctx, tx, { deposit, reversedAt: purchase.updatedOn });
  if (reversed === "chargeback.reversed") return applied(reversed, deposit.id);
  // The word says `refunded` for partial refunds too: the sum is what was paid less what may still be refunded.
  if (purchase.status !== "refunded") return undefined;
  if (purchase.refundableAmountMinor > paidMinor) return parked("impossible_refund", deposit.id);
  const outcome = await refundDeposit(ctx, tx, {
    deposit,
    refundedTotalMinor: paidMinor - purchase.refundableAmountMinor,
    refundedAt: purchase.updatedOn,
  });
  return outcome === "deposit.refunded"
    ? applied(outcome, deposit.id)
    : ignored(outcome, deposit.id);
}
