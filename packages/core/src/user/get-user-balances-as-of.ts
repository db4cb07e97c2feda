import { findUser } from "@revio-wallet/db/sql/users";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { getBalanceAsOf, type UserBalance } from "../ledger/get-balance.ts";
import type { Currency } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * What a user had once everything posted up to and including an instant was counted: from the postings, not from what is
 * stored.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getUserBalancesAsOf(
  ctx: Context,
  input: { userId: string; currency: Currency; at: Date },
): Promise<UserBalance> {
  await requireOperator(ctx, ctx.pool, "users.view");
  const { userId, currency, at } = input;
  if ((await findUser(ctx.pool, userId)) === undefined) throw notFound("user");
  return withSnapshot(ctx.pool, (db) => getBalanceAsOf(db, { userId, currency, asOf: at }), {
    timeoutSeconds: 15,
  });
}
