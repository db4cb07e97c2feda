import {
  type DepositStatus,
  statusChanges,
  transactionKinds,
  transactionStatuses,
  type WithdrawalStatus,
} from "@revio-wallet/core/transaction/transaction-status";
import { z } from "zod";
import { currency } from "./input.ts";

/** What leaves the wallet. Fields that are not named here stay inside, whatever a verb returns. */

const nonNegativeMinor = z.bigint().nonnegative();

const depositStatus = z.enum(Object.keys(statusChanges.deposit) as [DepositStatus]);
const withdrawalStatus = z.enum(Object.keys(statusChanges.withdrawal) as [WithdrawalStatus]);
export const transactionKind = z.enum(transactionKinds);
export const transactionStatus = z.enum(transactionStatuses);

export const userOutput = z.object({
  id: z.string(),
  status: z.enum(["active", "suspended", "closed"]),
  email: z.string(),
  fullName: z.string(),
  phone: z.string().nullable(),
  /** Money may not leave at present. */
  outgoingFrozen: z.boolean(),
  createdAt: z.date(),
});

export const sessionTokensOutput = z.object({
  accessToken: z.string(),
  accessTokenExpiresAt: z.date(),
  /** Good once; each refresh gives the next. */
  refreshToken: z.string(),
  refreshTokenExpiresAt: z.date(),
});

export const bankAccountType = z.enum(["current", "savings", "transmission"]);

export const bankAccountOutput = z.object({
  id: z.string(),
  bankName: z.string(),
  branchCode: z.string(),
  accountType: bankAccountType,
  /** "•••• 5678" */
  maskedAccountNumber: z.string(),
  createdAt: z.date(),
});

export const depositOutput = z.object({
  id: z.string(),
  /** How people name it: "DEP-7K3M-9QX2-PA4T". */
  reference: z.string(),
  status: depositStatus,
  amountMinor: z.bigint().positive(),
  /** Our fee, taken out of the amount. */
  feeMinor: nonNegativeMinor,
  currency,
  /** Where the user pays; null until there is a checkout, and when paying is over. */
  checkoutUrl: z.string().nullable(),
  /** Taken, but the checkout opens later, by itself: the payment provider cannot be reached. Follow the transaction. */
  isDelayed: z.boolean(),
  expiresAt: z.date(),
  failureCode: z.string().nullable(),
  createdAt: z.date(),
  completedAt: z.date().nullable(),
});

export const withdrawalOutput = z.object({
  id: z.string(),
  reference: z.string(),
  status: withdrawalStatus,
  /** What arrives at the bank. */
  amountMinor: z.bigint().positive(),
  /** Our fee, on top. */
  feeMinor: nonNegativeMinor,
  currency,
  bankAccountId: z.string(),
  /** Takes longer than ten minutes; the money is reserved and safe. */
  isDelayed: z.boolean(),
  failureCode: z.string().nullable(),
  createdAt: z.date(),
  completedAt: z.date().nullable(),
});

export const transactionOutput = z.object({
  id: z.string(),
  reference: z.string(),
  kind: transactionKind,
  status: transactionStatus,
  amountMinor: z.bigint().positive(),
  feeMinor: nonNegativeMinor,
  currency,
  relatedTransactionId: z.string().nullable(),
  bankAccountId: z.string().nullable(),
  /** Takes longer than it should, because the payment provider is slow or cannot be reached. */
  isDelayed: z.boolean(),
  failureCode: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
  completedAt: z.date().nullable(),
});

export const timelineStepOutput = z.object({
  status: transactionStatus,
  /** Stable word for what brought it about: "deposit.completed". */
  cause: z.string(),
  at: z.date(),
});

export const balanceOutput = z.object({
  currency,
  /** May be spent. */
  availableMinor: nonNegativeMinor,
  /** Reserved for withdrawals on their way out. */
  pendingMinor: nonNegativeMinor,
  /** Owed to us. */
  receivableMinor: nonNegativeMinor,
});
