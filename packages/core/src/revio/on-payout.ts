import {
  findRevioPayoutByPayoutId,
  findRevioPayouts,
  lockRevioPayout,
  markRevioPayoutExecutedElsewhere,
  type RevioPayoutRow,
  updateRevioPayoutState,
  updateRevioPayoutStatus,
} from "@revio-wallet/db/sql/revio-payouts";
import { findTransactionByReference, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import { readBankAccount } from "../bank-account/read-bank-account.ts";
import { invariant } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { completeWithdrawal } from "../withdrawal/complete-withdrawal.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { adoptPayout, isExecution, isPayoutOf } from "./adopt-payout.ts";
import { applied, type Effect, ignored, parked } from "./effect.ts";
import { endDoubt } from "./payout-doubt.ts";
import { recordVerdict } from "./record-verdict.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Acts on a payout as just read back from Revio. Only what Revio says now decides; a contradiction to what we have
 * booked is parked for people, never turned round silently.
 */
export async function onPayout(ctx: RevioContext, tx: Tx, payout: Payout): Promise<Effect> {
  return recordVerdict(ctx, tx, await actOn(ctx, tx, payout), {
    noun: "payout",
    id: payout.id,
    status: payout.status,
    amountMinor: payout.amountMinor,
    currency: payout.currency,
  });
}

async function actOn(ctx: RevioContext, tx: Tx, payout: Payout): Promise<Effect> {
  const withdrawal = await lockOurs(tx, payout);
  if (withdrawal === undefined) return parked("unknown_payout");
  // Looked at before anything is tied together: what is not what we asked for must never be executed by us.
  if (!isPayoutOf(payout, withdrawal)) return parked("payout_mismatch", withdrawal.id);
  const row = await findAttempt(ctx, tx, withdrawal, payout);
  if (row === undefined) return parked("unknown_payout", withdrawal.id);
  const current = await updateRevioPayoutStatus(tx, {
    id: row.id,
    providerStatus: payout.status,
    statusHistoryLength: payout.statusHistory.length,
    readAt: ctx.clock.now(),
  });
  if (!current) return ignored("stale", withdrawal.id);
  const effect = await onStatus(ctx, tx, withdrawal, row, payout);
  if (withdrawal.status === "in_doubt" && effect.state === "applied") {
    await endDoubt(ctx, tx, withdrawal.id, { resolution: "provider_evidence" });
  }
  return effect;
}

function onStatus(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  row: RevioPayoutRow,
  payout: Payout,
): Promise<Effect> {
  switch (payout.status) {
    case "initialized":
      return onInitialized(ctx, tx, withdrawal, row);
    case "pending":
    case "success":
    case "error":
      return onExecuted(ctx, tx, withdrawal, row, payout);
    default:
      return Promise.resolve(parked("unknown_status", withdrawal.id));
  }
}

/** The withdrawal that a payout belongs to, by Revio's id or our reference, locked. */
async function lockOurs(tx: Tx, payout: Payout): Promise<TransactionRow | undefined> {
  const known = await findRevioPayoutByPayoutId(tx, payout.id);
  const transactionId =
    known?.transactionId ?? (await findTransactionByReference(tx, payout.reference))?.id;
  return transactionId === undefined ? undefined : lockWithdrawal(tx, transactionId);
}

/** The attempt that made the payout. One whose create answer was lost is tied to it here. */
async function findAttempt(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  payout: Payout,
): Promise<RevioPayoutRow | undefined> {
  const attempts = await findRevioPayouts(tx, withdrawal.id);
  const known = attempts.find(({ payoutId }) => payoutId === payout.id);
  if (known !== undefined) return known;
  const unresolved = attempts.filter(
    ({ state, payoutId }) =>
      payoutId === null && (state === "create_sent" || state === "create_unknown"),
  );
  // With two lost answers nobody can say which payout belongs to which attempt.
  const [attempt, second] = unresolved;
  if (attempt === undefined || second !== undefined) return undefined;
  if (!(await goesToPayee(ctx, tx, withdrawal, payout))) return undefined;
  await adoptPayout(ctx, tx, attempt.id, payout);
  return lockRevioPayout(tx, attempt.id);
}

async function goesToPayee(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  payout: Payout,
): Promise<boolean> {
  invariant(withdrawal.bankAccountId !== null, "a withdrawal has a bank account");
  const bank = await readBankAccount(ctx, tx, withdrawal.bankAccountId);
  const { bankAccount, bankCode } = payout.client;
  return bankAccount === bank.accountNumber && bankCode === bank.branchCode;
}

/** Evidence that a create with a lost answer did arrive: the withdrawal goes on from there. */
async function onInitialized(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  row: RevioPayoutRow,
): Promise<Effect> {
  // In doubt about an execution, an unexecuted payout of an earlier attempt proves nothing.
  const executed = (await findRevioPayouts(tx, withdrawal.id)).some(isExecution);
  if (withdrawal.status !== "in_doubt" || row.state !== "created" || executed) {
    return ignored("payout.initialized", withdrawal.id);
  }
  await moveTransaction(ctx, tx, withdrawal, { to: "queued", cause: "withdrawal.payout_found" });
  await ctx.enqueue(tx, "withdrawal.submit", { transactionId: withdrawal.id });
  return applied("withdrawal.queued", withdrawal.id);
}

async function onExecuted(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  row: RevioPayoutRow,
  payout: Payout,
): Promise<Effect> {
  if (!isExecution(row)) {
    const attempts = await findRevioPayouts(tx, withdrawal.id);
    if (attempts.some((other) => other.id !== row.id && isExecution(other))) {
      return parked("second_payout_executed", withdrawal.id);
    }
    await takeThePlace(ctx, tx, row);
  }
  switch (payout.status) {
    case "pending":
      await updateRevioPayoutState(tx, {
        id: row.id,
        from: ["execute_sent", "execute_unknown"],
        to: "executing",
      });
      return onPending(ctx, tx, withdrawal);
    case "success":
      return onSuccess(ctx, tx, withdrawal, row, payout);
    default:
      return onError(ctx, tx, withdrawal, row, payout);
  }
}

/**
 * Executed, but not by us (Revio's dashboard), or though Revio had refused us: takes the one place, so that we never
 * execute another.
 */
async function takeThePlace(ctx: RevioContext, tx: Tx, row: RevioPayoutRow): Promise<void> {
  const { id } = row;
  const taken =
    row.state === "execute_rejected"
      ? await updateRevioPayoutState(tx, { id, from: ["execute_rejected"], to: "executing" })
      : await markRevioPayoutExecutedElsewhere(tx, { id, at: ctx.clock.now() });
  invariant(taken, `attempt ${id} can take the place of the execution`);
}

async function onPending(ctx: RevioContext, tx: Tx, withdrawal: TransactionRow): Promise<Effect> {
  if (withdrawal.status === "processing") return ignored("payout.pending", withdrawal.id);
  // Ended for us, and yet somebody executes it: there is still time to stop the bank.
  if (withdrawal.status !== "in_doubt" && withdrawal.status !== "queued") {
    return parked("pending_after_end", withdrawal.id);
  }
  await moveTransaction(ctx, tx, withdrawal, {
    to: "processing",
    cause: "withdrawal.payout_pending",
  });
  return applied("withdrawal.processing", withdrawal.id);
}

async function onSuccess(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  row: RevioPayoutRow,
  payout: Payout,
): Promise<Effect> {
  // Returned by the bank: Revio has no word for that and goes on saying success.
  if (withdrawal.status === "completed" || withdrawal.status === "returned") {
    return ignored("withdrawal.already_completed", withdrawal.id);
  }
  const { feeMinor } = payout.payment;
  if (feeMinor < 0n || feeMinor > payout.amountMinor)
    return parked("impossible_fee", withdrawal.id);
  const before = await toProcessing(ctx, tx, withdrawal);
  if (before === undefined) return parked("success_after_end", withdrawal.id);
  await updateRevioPayoutState(tx, {
    id: row.id,
    from: ["execute_sent", "execute_unknown", "executing", "error"],
    to: "success",
  });
  await completeWithdrawal(ctx, tx, before, {
    providerFeeMinor: feeMinor,
    paidAt: payout.payment.paidOn ?? payout.updatedOn,
  });
  return applied("withdrawal.completed", withdrawal.id);
}

async function onError(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  row: RevioPayoutRow,
  payout: Payout,
): Promise<Effect> {
  if (withdrawal.status === "failed") return ignored("withdrawal.already_failed", withdrawal.id);
  const before = await toProcessing(ctx, tx, withdrawal);
  if (before === undefined) return parked("error_after_end", withdrawal.id);
  const errorCode = payout.attempts[0]?.errorCode ?? "unknown";
  // Revio could execute it again, we never do: the attempt is dead before the reserve goes back.
  await updateRevioPayoutState(tx, {
    id: row.id,
    from: ["execute_sent", "execute_unknown", "executing"],
    to: "error",
    errorCode,
  });
  await releaseWithdrawal(ctx, tx, before, { as: "failed", failureCode: "payout_failed" });
  return applied("withdrawal.failed", withdrawal.id);
}

/** The withdrawal as `processing`; undefined if it has ended. */
async function toProcessing(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
): Promise<TransactionRow | undefined> {
  if (withdrawal.status === "processing" || withdrawal.status === "in_doubt") return withdrawal;
  if (withdrawal.status !== "queued") return undefined;
  await moveTransaction(ctx, tx, withdrawal, {
    to: "processing",
    cause: "withdrawal.executed_elsewhere",
  });
  return { ...withdrawal, status: "processing" };
}
