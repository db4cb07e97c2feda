import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { invariant } from "../errors.ts";
import type { Currency } from "../money.ts";
import { isDelayedWithdrawal } from "../transaction/is-delayed.ts";
import type { WithdrawalStatus } from "../transaction/transaction-status.ts";

/** A withdrawal as its user sees it. Amounts in minor units. */
export interface Withdrawal {
  id: string;
  reference: string;
  status: WithdrawalStatus;
  /** What arrives at the bank. */
  amountMinor: bigint;
  /** Our fee, on top. */
  feeMinor: bigint;
  currency: Currency;
  bankAccountId: string;
  /** Takes longer than it should; the money is reserved and safe. */
  isDelayed: boolean;
  /** Stable word for why it failed. */
  failureCode: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

export function toWithdrawal(row: TransactionRow, now: Date): Withdrawal {
  invariant(row.kind === "withdrawal" && row.bankAccountId !== null, `${row.id} is no withdrawal`);
  return {
    id: row.id,
    reference: row.reference,
    status: row.status as WithdrawalStatus,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: row.currency as Currency,
    bankAccountId: row.bankAccountId,
    isDelayed: isDelayedWithdrawal(row, now),
    failureCode: row.failureCode,
    createdAt: row.createdAt,
    completedAt: row.completedAt,
  };
}
