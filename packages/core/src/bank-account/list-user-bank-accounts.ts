import { listBankAccountsOfUser } from "@revio-wallet/db/sql/bank-accounts";
import { findUser } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type BankAccount, toBankAccount } from "./bank-account.ts";

export interface UserBankAccount extends BankAccount {
  status: "active" | "removed";
  removedAt: Date | null;
}

/**
 * A user's bank accounts for operators, numbers masked, also those that were removed; the first added first.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function listUserBankAccounts(
  ctx: Context,
  input: { userId: string },
): Promise<UserBankAccount[]> {
  await requireOperator(ctx, ctx.pool, "users.view");
  if ((await findUser(ctx.pool, input.userId)) === undefined) throw notFound("user");
  const rows = await listBankAccountsOfUser(ctx.pool, input.userId);
  return rows.map((row) => ({
    ...toBankAccount(row),
    status: row.status,
    removedAt: row.removedAt,
  }));
}
