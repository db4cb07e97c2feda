import { findUser } from "@revio-wallet/db/sql/users";
import {
  readStatement,
  type Statement,
  type StatementFilter,
} from "../bookkeeping/read-statement.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { userAccount } from "../ledger/chart-of-accounts.ts";
import type { Currency } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * A page of the postings on a user's accounts in one currency, the newest first, each with its account's running balance;
 * opening and closing of the period by account.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, INVALID_INPUT for a cursor that is not ours
 */
export async function getUserStatement(
  ctx: Context,
  input: StatementFilter & { userId: string; currency: Currency },
): Promise<Statement> {
  await requireOperator(ctx, ctx.pool, "users.view");
  const { userId, currency } = input;
  if ((await findUser(ctx.pool, userId)) === undefined) throw notFound("user");
  const names = ["available", "pending", "receivable"] as const;
  return readStatement(
    ctx,
    names.map((name) => userAccount(userId, name, currency)),
    input,
  );
}
