import { type LedgerAccountRow, readLedgerAccount } from "@revio-wallet/db/sql/ledger-accounts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { readStatement, type Statement, type StatementFilter } from "./read-statement.ts";

/** A ledger account as operators see it. */
export type LedgerAccount = Omit<LedgerAccountRow, "balanceMinor"> & {
  /** Now, in the normal side, minor units. */
  balanceMinor: bigint;
};

export function toLedgerAccount(row: LedgerAccountRow): LedgerAccount {
  return { ...row, balanceMinor: BigInt(row.balanceMinor) };
}

/**
 * One ledger account with a page of its postings, the newest first, running balance, opening and closing of the period.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, INVALID_INPUT for a cursor that is not ours
 */
export async function getAccountStatement(
  ctx: Context,
  input: StatementFilter & { accountCode: string },
): Promise<Statement & { account: LedgerAccount }> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  const account = await readLedgerAccount(ctx.pool, input.accountCode);
  if (account === undefined) throw notFound("ledger account");
  const statement = await readStatement(ctx, [account.code], input);
  return { account: toLedgerAccount(account), ...statement };
}
