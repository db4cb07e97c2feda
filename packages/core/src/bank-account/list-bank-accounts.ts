import { listActiveBankAccounts } from "@revio-wallet/db/sql/bank-accounts";
import type { Context } from "../context.ts";
import { requireUser } from "../session/require-user.ts";
import { type BankAccount, toBankAccount } from "./bank-account.ts";

/** The user's active bank accounts (at most ten), the first added first. */
export async function listBankAccounts(ctx: Context): Promise<BankAccount[]> {
  const rows = await listActiveBankAccounts(ctx.pool, requireUser(ctx).id);
  return rows.map(toBankAccount);
}
