import { type BalanceRow, readBalances } from "@revio-wallet/db/sql/read-balances";
import { findTotpFactor } from "@revio-wallet/db/sql/totp-factors";
import {
  countTransactionsOfUser,
  findLastChangeOfUser,
  findListedUsers,
  findOpenBreaksOfUser,
  type UserBreakRow,
  type UserChangeRow,
} from "@revio-wallet/db/sql/user-lists";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import type { UserBalance } from "../ledger/get-balance.ts";
import { isCurrency } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type ListedUser, toListedUser } from "./list-users.ts";

export interface UserProfile extends ListedUser {
  totpEnabled: boolean;
  /** One per currency. */
  balances: UserBalance[];
  /** Who last changed the status, and why; null: as registered. */
  statusChange: UserChangeRow | null;
  /** Who or what froze outgoing money; null while it is not frozen. */
  freeze: UserChangeRow | null;
  transactions: { kind: string; status: string; count: bigint }[];
  /** Open ones about this user's transactions and accounts, the oldest first; at most 100. */
  openBreaks: UserBreakRow[];
}

/**
 * Everything that an operator needs to know of a user at a glance; contact data masked.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getUser(ctx: Context, input: { userId: string }): Promise<UserProfile> {
  await requireOperator(ctx, ctx.pool, "users.view");
  const { userId } = input;
  const [row] = await findListedUsers(ctx.pool, { ids: [userId] });
  if (row === undefined) throw notFound("user");
  const totp = await findTotpFactor(ctx.pool, userId);
  const lastChange = (actions: string[]) => findLastChangeOfUser(ctx.pool, { userId, actions });
  const freeze = row.outgoingFrozenAt === null ? null : await lastChange(["user.outgoing_frozen"]);
  return {
    ...toListedUser(ctx, row),
    totpEnabled: totp !== undefined && totp.confirmedAt !== null,
    balances: await readUserBalances(ctx.pool, userId),
    statusChange: (await lastChange(["user.suspended", "user.reactivated"])) ?? null,
    freeze: freeze ?? null,
    transactions: await countTransactionsOfUser(ctx.pool, userId),
    openBreaks: await findOpenBreaksOfUser(ctx.pool, { userId, limit: 100 }),
  };
}

/** The stored balances of a user, by currency. */
async function readUserBalances(db: Queryable, userId: string): Promise<UserBalance[]> {
  const rows = await readBalances(db, userId);
  const held = [...new Set(rows.map(({ currency }) => currency))].filter(isCurrency);
  return held.map((currency) => {
    const amount = (name: BalanceRow["name"]) =>
      rows.find((row) => row.name === name && row.currency === currency)?.amountMinor ?? 0n;
    return {
      currency,
      availableMinor: amount("available"),
      pendingMinor: amount("pending"),
      receivableMinor: amount("receivable"),
    };
  });
}
