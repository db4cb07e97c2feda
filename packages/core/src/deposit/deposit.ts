import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { invariant } from "../errors.ts";
import type { Currency } from "../money.ts";
import type { DepositStatus } from "../transaction/transaction-status.ts";

/** A deposit as its user sees it. Amounts in minor units. */
export interface Deposit {
  id: string;
  reference: string;
  status: DepositStatus;
  amountMinor: bigint;
  /** Our fee, taken out of the amount. */
  feeMinor: bigint;
  currency: Currency;
  /** Where the user pays; null until Revio has given one, and when paying is over. */
  checkoutUrl: string | null;
  /** Revio has not given a checkout yet, because it cannot be reached; it opens later, by itself. */
  isDelayed: boolean;
  expiresAt: Date;
  /** Stable word for why it failed. */
  failureCode: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

export function toDeposit(row: TransactionRow): Deposit {
  invariant(row.kind === "deposit" && row.expiresAt !== null, `${row.id} is no deposit`);
  return {
    id: row.id,
    reference: row.reference,
    status: row.status as DepositStatus,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: row.currency as Currency,
    checkoutUrl: row.status === "awaiting_payment" ? row.checkoutUrl : null,
    isDelayed: row.status === "created",
    expiresAt: row.expiresAt,
    failureCode: row.failureCode,
    createdAt: row.createdAt,
    completedAt: row.completedAt,
  };
}
