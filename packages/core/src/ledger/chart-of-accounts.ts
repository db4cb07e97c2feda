import type { Currency } from "../money.ts";

/** Accounts of the house. Their types stand in the migration that opens them. */
export type HouseAccountName =
  /** Asset: our money at Revio. */
  | "revio_float"
  /** Liability: money received that belongs to nobody we can name yet. */
  | "suspense"
  /** Liability: payouts that came back from the bank, not yet credited. */
  | "payout_returns"
  /** Expense: what Revio charges us. */
  | "provider_fees"
  /** Income: what we charge users. */
  | "fee_income"
  /** Expense: chargeback fees and receivables written off. */
  | "chargeback_losses"
  /** Expense: the other side of approved corrections. */
  | "adjustments";

/** Accounts that every user has in each currency. None may fall below zero. */
export type UserAccountName =
  /** Liability: what the user may spend. */
  | "available"
  /** Liability: reserved for withdrawals on their way out. */
  | "pending"
  /** Asset: what the user owes after a chargeback of money already gone. */
  | "receivable";

/** Code of a ledger account, as in `ledger_accounts.code`. */
export type LedgerAccountCode = `house:${string}` | `user:${string}`;

export function houseAccount(name: HouseAccountName, currency: Currency): LedgerAccountCode {
  return `house:${name}:${currency}`;
}

export function userAccount(
  userId: string,
  name: UserAccountName,
  currency: Currency,
): LedgerAccountCode {
  return `user:${userId}:${name}:${currency}`;
}
