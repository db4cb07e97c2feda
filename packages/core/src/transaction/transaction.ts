import { isCurrency, type Currency } from "../money.ts";
import { invariant } from "../errors.ts";
import { isDelayed } from "./is-delayed.ts";
import type { TransactionKind, TransactionStatus } from "./transaction-status.ts";

/** A customer-visible money movement in the user's history. Amounts in minor units. */
export interface Transaction {
  id: string;
  reference: string;
  kind: TransactionKind;
  status: TransactionStatus;
  amountMinor: bigint;
  feeMinor: bigint;
  currency: Currency;
  /** Refund and chargeback: their deposit. */
  relatedTransactionId: string | null;
  bankAccountId: string | null;
  /** Takes longer than it should because the provider is slow; the money is safe. */
  isDelayed: boolean;
  failureCode: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

/** The shape that both readers (Prisma and SQL) give. */
type TransactionRecord = Omit<Transaction, "kind" | "status" | "currency" | "isDelayed"> & {
  kind: string;
  status: string;
  currency: string;
};

export function toTransaction(row: TransactionRecord, now: Date): Transaction {
  invariant(isCurrency(row.currency), `unknown currency in transaction ${row.id}`);
  return {
    id: row.id,
    reference: row.reference,
    kind: row.kind as TransactionKind,
    status: row.status as TransactionStatus,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: row.currency,
    relatedTransactionId: row.relatedTransactionId,
    bankAccountId: row.bankAccountId,
    isDelayed: isDelayed(row, now),
    failureCode: row.failureCode,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    completedAt: row.completedAt,
  };
}
