import type { Queryable } from "@revio-wallet/db/pool";
import { readAccountBalance, readBalances } from "@revio-wallet/db/sql/read-balances";
import { invariant, notFound } from "../errors.ts";
import type { Currency } from "../money.ts";
import { type LedgerAccountCode, userAccount } from "./chart-of-accounts.ts";

/** A user's money in one currency, minor units. */
export interface UserBalance {
  currency: Currency;
  /** May be spent. */
  availableMinor: bigint;
  /** Reserved for withdrawals on their way out. */
  pendingMinor: bigint;
  /** Owed to us. */
  receivableMinor: bigint;
}

/** What the user has now; inside a database transaction that holds the account locks, what they have for certain. */
export async function getBalance(
  db: Queryable,
  input: { userId: string; currency: Currency },
): Promise<UserBalance> {
  const { userId, currency } = input;
  const rows = await readBalances(db, userId);
  const amount = (name: string) => {
    const balance = rows.find((row) => row.name === name && row.currency === currency);
    if (balance === undefined) throw notFound("account");
    return balance.amountMinor;
  };
  return {
    currency,
    availableMinor: amount("available"),
    pendingMinor: amount("pending"),
    receivableMinor: amount("receivable"),
  };
}

/** What the user had once everything posted up to and including `asOf` was counted. */
export async function getBalanceAsOf(
  db: Queryable,
  input: { userId: string; currency: Currency; asOf: Date },
): Promise<UserBalance> {
  const { userId, currency, asOf } = input;
  return {
    currency,
    availableMinor: await getAccountBalance(db, userAccount(userId, "available", currency), asOf),
    pendingMinor: await getAccountBalance(db, userAccount(userId, "pending", currency), asOf),
    receivableMinor: await getAccountBalance(db, userAccount(userId, "receivable", currency), asOf),
  };
}

/** Balance of any ledger account in its normal side, from its postings. */
export async function getAccountBalance(
  db: Queryable,
  account: LedgerAccountCode,
  asOf?: Date,
): Promise<bigint> {
  const balance = await readAccountBalance(db, account, asOf);
  invariant(balance !== undefined, `unknown ledger account ${account}`);
  return balance;
}
