import { findListedUsers, findUsers, type ListedUserRow } from "@revio-wallet/db/sql/user-lists";
import type { UserStatus } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkPeriod, type Period } from "../period.ts";
import { decodeCursor, type Page, toPage } from "../transaction/page-cursor.ts";
import { emailLookup, normalizeEmail } from "./email-address.ts";
import { type MaskedContact, readMaskedContact } from "./masked-contact.ts";

export interface ListedUser {
  id: string;
  status: UserStatus;
  /** Null if it cannot be opened. */
  contact: MaskedContact | null;
  outgoingFrozenAt: Date | null;
  outgoingFrozenReason: string | null;
  createdAt: Date;
}

/** The period is that of registration. */
export interface UserFilter extends Period {
  /** The whole address: it is stored encrypted, beside a hash of it. */
  email?: string | undefined;
  status?: UserStatus | undefined;
  isFrozen?: boolean | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/**
 * One page of users, the newest first, contact data masked. Names and telephone numbers are encrypted and cannot be searched;
 * an e-mail address can be, as a whole: then the other filters say nothing.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listUsers(ctx: Context, filter: UserFilter): Promise<Page<ListedUser>> {
  await requireOperator(ctx, ctx.pool, "users.view");
  const { status, isFrozen, from, to, limit } = filter;
  checkPeriod(filter);
  if (filter.email !== undefined) {
    const found = await findUserByAddress(ctx, filter.email);
    return { items: found.map((row) => toListedUser(ctx, row)), nextCursor: null };
  }
  const rows = await findUsers(ctx.pool, {
    status,
    isFrozen: isFrozen === true,
    from,
    to,
    before: filter.cursor === undefined ? undefined : decodeCursor(filter.cursor),
    limit: limit + 1,
  });
  return toPage(rows, limit, (row) => toListedUser(ctx, row));
}

/** Nobody, also for what is no address. */
export async function findUserByAddress(
  ctx: Pick<Context, "pool" | "keyring">,
  text: string,
): Promise<ListedUserRow[]> {
  const email = normalizeEmail(text);
  if (email === undefined) return [];
  return findListedUsers(ctx.pool, { emailLookup: emailLookup(ctx.keyring, email) });
}

export function toListedUser(
  ctx: Pick<Context, "keyring" | "ids" | "clock" | "log">,
  row: ListedUserRow,
): ListedUser {
  const { id, status, outgoingFrozenAt, outgoingFrozenReason, createdAt } = row;
  const contact = readMaskedContact(ctx, row);
  return { id, status, contact, outgoingFrozenAt, outgoingFrozenReason, createdAt };
}
