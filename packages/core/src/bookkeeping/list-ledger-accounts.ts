import { readHouseAccounts, readUserAccounts } from "@revio-wallet/db/sql/ledger-accounts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type LedgerAccount, toLedgerAccount } from "./get-account-statement.ts";

/**
 * The chart of accounts with balances: the house's accounts, or those of one user.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listLedgerAccounts(
  ctx: Context,
  filter: { userId?: string | undefined } = {},
): Promise<LedgerAccount[]> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  const rows =
    filter.userId === undefined
      ? await readHouseAccounts(ctx.pool)
      : await readUserAccounts(ctx.pool, filter.userId);
  return rows.map(toLedgerAccount);
}
