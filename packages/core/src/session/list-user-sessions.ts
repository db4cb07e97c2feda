import { findSessionsOfUser, type UserSessionRow } from "@revio-wallet/db/sql/user-lists";
import { findUser } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, type Page, toPage } from "../transaction/page-cursor.ts";

export interface UserSession extends UserSessionRow {
  /** Can still be used. */
  isOpen: boolean;
}

/**
 * One page of a user's sessions for operators, open or over, the newest first.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, INVALID_INPUT for a cursor that is not ours
 */
export async function listUserSessions(
  ctx: Context,
  page: { userId: string; cursor?: string | undefined; limit: number },
): Promise<Page<UserSession>> {
  await requireOperator(ctx, ctx.pool, "users.view");
  const { userId, cursor, limit } = page;
  if ((await findUser(ctx.pool, userId)) === undefined) throw notFound("user");
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  const rows = await findSessionsOfUser(ctx.pool, { userId, before, limit: limit + 1 });
  const now = ctx.clock.now();
  return toPage(rows, limit, (row) => ({
    ...row,
    isOpen: row.endedAt === null && row.expiresAt > now && row.idleExpiresAt > now,
  }));
}
