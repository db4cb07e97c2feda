import { readAccountBalance, readBalances } from "@revio-wallet/db/sql/read-balances";
import type { Context } from "../context.ts";
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

/** What the user has now. */
export async function getBalance(
  ctx: Pick<Context, "pool">,
  input: { userId: string; currency: Currency },
): Promise<UserBalance> {
  const rows = await readBalances(ctx.pool, input.userId);
  const amount = (name: string) => {
    const row = rows.find((row) => row.name === name && row.currency === input.currency);
    if (row === undefined) throw notFound("account");
    return row.amountMinor;
  };
  return {
    currency: input.currency,
    availableMinor: amount("available"),
    pendingMinor: amount("pending"),
    receivableMinor: amount("receivable"),
  };
}

/** What the user had once everything posted up to and including `asOf` was counted. */
export async function getBalanceAsOf(
  ctx: Pick<Context, "pool">,
  input: { userId: string; currency: Currency; asOf: Date },
): Promise<UserBalance> {
  const { userId, currency, asOf } = input;
  return {
    currency,
    availableMinor: await getAccountBalance(ctx, userAccount(userId, "available", currency), asOf),
    pendingMinor: await getAccountBalance(ctx, userAccount(userId, "pending", currency), asOf),
    receivableMinor: await getAccountBalance(ctx, userAccount(userId, "receivable", currency), asOf),
  };
}

/** Balance of any ledger account in its normal side, from its postings. */
export async function getAccountBalance(
  ctx: Pick<Context, "pool">,
  account: LedgerAccountCode,
  asOf?: Date,
): Promise<bigint> {
  const balance = await readAccountBalance(ctx.pool, account, asOf);
  invariant(balance !== undefined, `unknown ledger account ${account}`);
  return balance;
}
