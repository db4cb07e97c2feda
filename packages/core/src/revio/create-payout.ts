import { updateRevioPayoutState } from "@revio-wallet/db/sql/revio-payouts";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioError, RevioRejected } from "@revio-wallet/revio-client/errors";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import type { ReadableBankAccount } from "../bank-account/read-bank-account.ts";
import { invariant } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { adoptPayout, isPayoutOf } from "./adopt-payout.ts";
import type { RevioContext } from "./revio-context.ts";

/** Who gets the money, in the clear; for the length of one request. */
export interface Payee {
  email: string;
  bank: ReadableBankAccount;
}

interface Creation {
  /** Row of `revio_payouts` that says the POST is about to leave. */
  attemptId: string;
  withdrawal: TransactionRow;
  payee: Payee;
}

/**
 * POSTs a payout, which moves no money. True once Revio has it. Throws if nothing was sent, so that the job is tried
 * again.
 */
export async function createPayout(ctx: RevioContext, creation: Creation): Promise<boolean> {
  const { attemptId, withdrawal } = creation;
  let payout: Payout;
  try {
    payout = await ctx.revio.payouts.create(payoutOf(ctx, creation));
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    await recordFailure(ctx, withdrawal.id, attemptId, error);
    return false;
  }
  if (!isPayoutOf(payout, withdrawal)) {
    ctx.log.error({ transactionId: withdrawal.id }, "Revio created another payout than asked for");
    await withTransaction(ctx.pool, async (tx) => {
      const locked = await lockWithdrawal(tx, withdrawal.id);
      if (locked?.status === "queued") await doubtCreate(ctx, tx, locked, attemptId);
    });
    return false;
  }
  await withTransaction(ctx.pool, (tx) => adoptPayout(ctx, tx, attemptId, payout));
  return true;
}

function payoutOf(ctx: RevioContext, { withdrawal, payee }: Creation) {
  const { payoutMethod, senderName } = ctx.revioSettings;
  return {
    amountMinor: withdrawal.amountMinor,
    currency: withdrawal.currency,
    description: `Withdrawal ${withdrawal.reference}`,
    client: {
      email: payee.email,
      fullName: payee.bank.accountHolder,
      country: "ZA",
      bankAccount: payee.bank.accountNumber,
      bankCode: payee.bank.branchCode,
    },
    reference: withdrawal.reference,
    senderName,
    ...(payoutMethod === undefined ? {} : { payoutMethodWhitelist: [payoutMethod] }),
  };
}

async function recordFailure(
  ctx: RevioContext,
  transactionId: string,
  attemptId: string,
  error: RevioError,
): Promise<void> {
  ctx.log.warn(
    { transactionId, code: error.code, httpStatus: error.httpStatus },
    "Revio created no payout",
  );
  await withTransaction(ctx.pool, async (tx) => {
    const withdrawal = await lockWithdrawal(tx, transactionId);
    invariant(withdrawal !== undefined, "a withdrawal stays");
    if (error instanceof RevioRejected) {
      await setState(tx, attemptId, "create_rejected");
      if (withdrawal.status !== "queued") return;
      await releaseWithdrawal(ctx, tx, withdrawal, {
        as: "failed",
        failureCode: "provider_rejected",
      });
    } else if (error.effect === "none") {
      await setState(tx, attemptId, "not_sent");
    } else if (withdrawal.status === "queued") {
      await doubtCreate(ctx, tx, withdrawal, attemptId);
    }
  });
  // Not sent, or the key was refused: nothing is wrong with this withdrawal, the job comes again.
  if (error.effect === "none" && !(error instanceof RevioRejected)) throw error;
}

async function setState(
  tx: Tx,
  id: string,
  to: "create_rejected" | "create_unknown" | "not_sent",
): Promise<void> {
  await updateRevioPayoutState(tx, { id, from: ["create_sent"], to });
}

/**
 * A payout may exist, unexecuted. The reserve stays; Revio's webhook names it by our reference, and if none comes the
 * check makes another: the first, should it exist, is never executed.
 */
export async function doubtCreate(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  attemptId: string,
): Promise<void> {
  await setState(tx, attemptId, "create_unknown");
  await moveTransaction(ctx, tx, withdrawal, {
    to: "in_doubt",
    cause: "withdrawal.create_unknown",
  });
  await ctx.enqueue(
    tx,
    "withdrawal.check",
    { transactionId: withdrawal.id, look: 1 },
    { startAfter: new Date(ctx.clock.now().getTime() + 60_000) },
  );
}
