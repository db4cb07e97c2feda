import { isLinkedSubject } from "@revio-wallet/db/sql/break-matches";
import { findOpenBreak } from "@revio-wallet/db/sql/breaks";
import {
  adoptRevioPurchase,
  findRevioPurchaseByPurchaseId,
  findRevioPurchases,
  markRevioPurchaseCredited,
  type RevioPurchaseRow,
  updateRevioPurchaseStatus,
} from "@revio-wallet/db/sql/revio-purchases";
import { lockSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import { findTransactionByReference, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import {
  chargeBackDeposit,
  isDisputed,
  reverseChargeback,
} from "../deposit/charge-back-deposit.ts";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { completeDeposit } from "../deposit/complete-deposit.ts";
import { lockDeposit } from "../deposit/lock-deposit.ts";
import { refundDeposit } from "../deposit/refund-deposit.ts";
import { closeReview, reviewDeposit } from "../deposit/review-deposit.ts";
import type { DepositStatus } from "../transaction/transaction-status.ts";
import { applied, type Effect, ignored, parked } from "./effect.ts";
import { holdInSuspense, releaseFromSuspense } from "./hold-in-suspense.ts";
import { nextLookAt } from "./next-look.ts";
import { onReleasedPayment } from "./on-released-payment.ts";
import { isOpen, isPaid } from "./purchase-statuses.ts";
import { recordVerdict } from "./record-verdict.ts";
import type { RevioContext } from "./revio-context.ts";
import { readTakenBack } from "./taken-back.ts";

/** For how long an unknown purchase may still turn out to be known, before its money is booked as nobody's. */
const unknownForMs = 24 * 60 * 60_000;

/**
 * Acts on a purchase as just read back from Revio; `purchase` is never what a webhook said. Whatever was missed before
 * is caught up: a refund of a deposit that was never credited credits it first. Runs again, late, or beside itself
 * without harm: the deposit is locked before anything about it is read.
 */
export async function onPurchase(ctx: RevioContext, tx: Tx, purchase: Purchase): Promise<Effect> {
  return recordVerdict(ctx, tx, await actOn(ctx, tx, purchase), {
    noun: "purchase",
    id: purchase.id,
    status: purchase.status,
    amountMinor: purchase.payment?.amountMinor ?? purchase.amountMinor,
    currency: purchase.payment?.currency ?? purchase.currency,
  });
}

async function actOn(ctx: RevioContext, tx: Tx, purchase: Purchase): Promise<Effect> {
  const found = await findOurs(ctx, tx, purchase);
  if (found === undefined) return onUnknown(ctx, tx, purchase);
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
  if (isPaid(status)) {
    const effect = await onReleasedPayment(tx, purchase);
    if (effect === undefined) return onPurchasePaid(ctx, tx, deposit, attempts, purchase);
    await closeReview(ctx, tx, { transactionId: deposit.id, failureCode: "amount_mismatch" });
    return effect;
  }
  if (isOpen(status)) return ignored(`purchase.${status}`, deposit.id);
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

/**
 * Of our brand, but no deposit of ours: made in Revio's dashboard, or with a copied reference. Never credited to a guessed
 * user. What stays unknown is booked into suspense once it is paid, so that our float is what Revio has.
 */
async function onUnknown(ctx: RevioContext, tx: Tx, purchase: Purchase): Promise<Effect> {
  if (!isPaid(purchase.status)) return parked("unknown_purchase");
  const effect = await onReleasedPayment(tx, purchase);
  if (effect !== undefined) return effect;
  const subject = `purchase:${purchase.id}`;
  const known = await findOpenBreak(tx, { class: "unknown_object", subject });
  const heldBefore = await lockSuspensePayment(tx, purchase.id);
  const since = known?.openedAt.getTime() ?? Infinity;
  const isUnknownForLong = since + unknownForMs <= ctx.clock.now().getTime();
  if (heldBefore === undefined && !isUnknownForLong) return parked("unknown_purchase");
  // An operator has said that the ledger has it under something else: in suspense it would be there twice.
  if (heldBefore === undefined && (await isLinkedSubject(tx, subject))) {
    return parked("unknown_purchase");
  }
  return keepInSuspense(ctx, tx, {
    purchase,
    transactionId: undefined,
    reason: "unknown_purchase",
  });
}

const verdicts = {
  amount_mismatch: "deposit.amount_mismatch",
  second_purchase: "second_purchase_paid",
  unknown_purchase: "unknown_purchase",
} as const;

/** Holds the money for a person to decide about; nothing is left to decide once the payer has all of it back. */
async function keepInSuspense(
  ctx: RevioContext,
  tx: Tx,
  input: Parameters<typeof holdInSuspense>[2],
): Promise<Effect> {
  const held = await holdInSuspense(ctx, tx, input);
  if (held === undefined || held.heldMinor > 0n) {
    return parked(verdicts[held?.reason ?? input.reason], input.transactionId);
  }
  return held.changed
    ? applied("suspense.returned", input.transactionId)
    : ignored("suspense.already_returned", input.transactionId);
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
  ctx: RevioContext,
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
  const now = ctx.clock.now();
  await adoptRevioPurchase(tx, {
    id: String(attemptId),
    purchaseId: purchase.id,
    nextLookAt: nextLookAt({ since: now, isPaid: false }, now),
  });
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
  const held = { purchase, transactionId: deposit.id };
  // The payer paid twice for one deposit: the second payment is theirs, but it was not asked for.
  if (credited !== undefined && credited.purchaseId !== purchase.id) {
    return keepInSuspense(ctx, tx, { ...held, reason: "second_purchase" });
  }
  const fits = payment.amountMinor === deposit.amountMinor && payment.currency === deposit.currency;
  // Credited long ago, and now Revio tells another amount: what is booked stays as it is.
  if (!fits && credited !== undefined) return parked(misfit(payment, deposit), deposit.id);
  if (!fits) return onMisfit(ctx, tx, deposit, purchase);
  const completed = await completeDeposit(ctx, tx, {
    deposit,
    received: {
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      providerFeeMinor: payment.feeMinor,
      paidAt: payment.paidOn ?? purchase.updatedOn,
    },
  });
  if (completed === "deposit.completed") {
    const now = ctx.clock.now();
    await releaseFromSuspense(ctx, tx, purchase);
    await markRevioPurchaseCredited(tx, {
      purchaseId: purchase.id,
      at: now,
      nextLookAt: nextLookAt({ since: now, isPaid: true }, now),
    });
  }
  const followUp = await onMoneyTakenBack(ctx, tx, deposit, purchase, payment.amountMinor);
  if (followUp !== undefined) return followUp;
  return completed === "deposit.completed"
    ? applied(completed, deposit.id)
    : ignored(completed, deposit.id);
}

/** Another amount or currency than was asked for: into suspense and to a person, until Revio says better or gives it back. */
async function onMisfit(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  purchase: Purchase,
): Promise<Effect> {
  const effect = await keepInSuspense(ctx, tx, {
    purchase,
    transactionId: deposit.id,
    reason: "amount_mismatch",
  });
  if (effect.state !== "parked") {
    await closeReview(ctx, tx, { transactionId: deposit.id, failureCode: "payment_returned" });
    return effect;
  }
  await reviewDeposit(ctx, tx, { transactionId: deposit.id, failureCode: "amount_mismatch" });
  return parked(misfit(purchase.payment, deposit), deposit.id);
}

function misfit(payment: Purchase["payment"], deposit: TransactionRow) {
  return payment?.currency === deposit.currency
    ? "deposit.amount_mismatch"
    : "deposit.currency_mismatch";
}

/** What Revio gave back to the payer, or got back from the payer's bank. Undefined if neither is new. */
async function onMoneyTakenBack(
  ctx: RevioContext,
  tx: Tx,
  deposit: TransactionRow,
  purchase: Purchase,
  paidMinor: bigint,
): Promise<Effect | undefined> {
  const taken = readTakenBack(purchase, paidMinor);
  if (taken.isChargedBack === true) {
    const outcome = await chargeBackDeposit(ctx, tx, {
      deposit,
      chargedBackAt: purchase.updatedOn,
    });
    return outcome === "deposit.charged_back" ? applied(outcome, deposit.id) : undefined;
  }
  const { refundedMinor } = taken;
  if (refundedMinor === undefined) return onUntoldRefunds(tx, deposit, purchase);
  if (refundedMinor < 0n) return parked("impossible_refund", deposit.id);
  // Both or neither: refunds that we hear of only now are part of what the dispute was booked at.
  const reversed = await reverseChargeback(ctx, tx, { deposit, reversedAt: purchase.updatedOn });
  const outcome = await refundDeposit(ctx, tx, {
    deposit,
    refundedTotalMinor: refundedMinor,
    refundedAt: purchase.updatedOn,
  });
  if (outcome === "deposit.refunded") return applied(outcome, deposit.id);
  return reversed === "chargeback.reversed" ? applied(reversed, deposit.id) : undefined;
}

/**
 * There were refunds, and this reading does not tell how much. A dispute that is booked may be won and may contain some of
 * them: it is not turned round by a guess. A refund on its way will end, and then Revio tells; anything else a person looks at.
 */
async function onUntoldRefunds(
  tx: Tx,
  deposit: TransactionRow,
  purchase: Purchase,
): Promise<Effect | undefined> {
  if (!(await isDisputed(tx, deposit))) return undefined;
  return purchase.status === "pending_refund"
    ? ignored("purchase.pending_refund", deposit.id)
    : parked("untold_refunds", deposit.id);
}
