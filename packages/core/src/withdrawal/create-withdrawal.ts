import { insertApproval } from "@revio-wallet/db/sql/approvals";
import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import { lockUsableBankAccount } from "@revio-wallet/db/sql/lock-usable-bank-account";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { userAccount } from "../ledger/chart-of-accounts.ts";
import { postJournalEntries } from "../ledger/post-journal-entries.ts";
import { withdrawalReserved } from "../ledger/posting-rules/withdrawal-reserved.ts";
import type { Currency } from "../money.ts";
import { mayLeave, mayLeaveUser } from "../outgoing/may-leave.ts";
import { checkLimits } from "../transaction/check-limits.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { toWithdrawal, type Withdrawal } from "./withdrawal.ts";

export interface CreateWithdrawalInput {
  userId: string;
  amountMinor: bigint;
  currency: Currency;
  bankAccountId: string;
  idempotencyKey: string;
}

/**
 * Takes a withdrawal: reserves amount and fee, and hands it to the worker, or to an operator if it is large. All in one
 * database transaction; nothing is asked of Revio here.
 *
 * @throws DomainError INSUFFICIENT_FUNDS, LIMIT_EXCEEDED, OUTGOING_FROZEN, NOT_FOUND (bank account), IDEMPOTENCY_KEY_REUSED
 */
export async function createWithdrawal(
  ctx: Context,
  input: CreateWithdrawalInput,
): Promise<{ withdrawal: Withdrawal; replayed: boolean }> {
  const { idempotencyKey, ...request } = input;
  const { output, replayed } = await runIdempotently<Withdrawal>(
    ctx,
    { operation: "withdrawal.create", key: idempotencyKey, input: request },
    async (tx) => {
      const transaction = await openWithdrawal(ctx, tx, input);
      return { output: toWithdrawal(transaction, ctx.clock.now()), transactionId: transaction.id };
    },
  );
  return { withdrawal: output, replayed };
}

async function openWithdrawal(
  ctx: Context,
  tx: Tx,
  input: CreateWithdrawalInput,
): Promise<TransactionRow> {
  const { userId, amountMinor, currency, bankAccountId } = input;
  await lockAccounts(tx, [
    userAccount(userId, "available", currency),
    userAccount(userId, "pending", currency),
  ]);
  await checkMayPayOut(tx, input);
  const limits = await checkLimits(ctx, tx, { userId, kind: "withdrawal", amountMinor, currency });
  const needsApproval =
    limits.approvalAboveMinor !== null && amountMinor > limits.approvalAboveMinor;
  const transaction = await openTransaction(ctx, tx, {
    userId,
    kind: "withdrawal",
    status: needsApproval ? "awaiting_approval" : "queued",
    amountMinor,
    feeMinor: limits.feeMinor,
    currency,
    bankAccountId,
    cause: "withdrawal.created",
  });
  const [result] = await postJournalEntries(ctx, tx, [
    withdrawalReserved({
      transactionId: transaction.id,
      userId,
      currency,
      amountMinor,
      feeMinor: limits.feeMinor,
      occurredAt: ctx.clock.now(),
    }),
  ]);
  if (result?.outcome === "insufficient_funds") {
    throw new DomainError(
      "INSUFFICIENT_FUNDS",
      "The available balance is less than this withdrawal.",
    );
  }
  if (needsApproval) {
    await insertApproval(tx, {
      id: ctx.ids.uuid(ctx.clock.now()),
      kind: "withdrawal",
      transactionId: transaction.id,
      requestedBy: userId,
      requestedAt: ctx.clock.now(),
    });
  } else {
    await ctx.enqueue(tx, "withdrawal.submit", { transactionId: transaction.id });
  }
  return transaction;
}

async function checkMayPayOut(tx: Tx, input: CreateWithdrawalInput): Promise<void> {
  if (!(await mayLeave(tx))) {
    throw new DomainError("OUTGOING_FROZEN", "Withdrawals are paused. Please try again later.");
  }
  if (!(await mayLeaveUser(tx, input.userId))) {
    throw new DomainError(
      "OUTGOING_FROZEN",
      "Withdrawals are stopped for this account. Please contact support.",
    );
  }
  if (!(await lockUsableBankAccount(tx, input))) throw notFound("bank account");
}
