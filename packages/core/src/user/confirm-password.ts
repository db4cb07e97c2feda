import { findUser, type UserRow } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import {
  beginPasswordAttempt,
  type PasswordAttempt,
} from "../rate-limit/begin-password-attempt.ts";
import type { RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { requireUser } from "../session/require-user.ts";
import { verifyPassword } from "./password-hash.ts";

/**
 * The signed-in user proves again who they are, before a change to what guards the account. Shares the throttle with
 * signing in: a stolen session is no place to guess the password. The attempt stays counted as a failure until the
 * caller, who may ask for a code besides, withdraws it.
 *
 * @throws DomainError INVALID_CREDENTIALS, RATE_LIMITED, BUSY
 */
export async function confirmPassword(
  ctx: Context & RateLimitContext,
  password: string,
): Promise<{ user: UserRow; attempt: PasswordAttempt }> {
  const user = await findUser(ctx.pool, requireUser(ctx).id);
  if (user === undefined) throw new DomainError("UNAUTHENTICATED", "Sign in again.");
  const attempt = await beginPasswordAttempt(ctx, user.emailLookup.toString("hex"));
  const { matches } = await verifyPassword(ctx, password, user.passwordHash);
  if (!matches) throw new DomainError("INVALID_CREDENTIALS", "The password is not right.");
  return { user, attempt };
}
