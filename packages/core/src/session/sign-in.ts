import {
  findUserByEmail,
  lockUser,
  updatePasswordHash,
  type UserRow,
} from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError } from "../errors.ts";
import { addressKey } from "../rate-limit/address-key.ts";
import {
  beginPasswordAttempt,
  type PasswordAttempt,
} from "../rate-limit/begin-password-attempt.ts";
import { checkRateLimit } from "../rate-limit/check-rate-limit.ts";
import { emailLookup, normalizeEmail } from "../user/email-address.ts";
import { hashPassword, verifyPassword } from "../user/password-hash.ts";
import { readUserDetails, type UserDetails } from "../user/user-details.ts";
import type { SessionContext } from "./session-context.ts";
import { startSession, type SessionTokens } from "./start-session.ts";
import { checkSecondFactor } from "./totp/check-second-factor.ts";

export interface SignInInput {
  email: string;
  password: string;
  /** Six digits from the authenticator app. */
  totpCode?: string | undefined;
  /** One of the codes shown when TOTP was confirmed; each is good once. */
  recoveryCode?: string | undefined;
  ipAddress: string;
  userAgent?: string | undefined;
}

/**
 * Signs a user in with a new session. Whether the address, the password or the code was wrong, and whether there is
 * such a user, the answer and its time are the same. Only who has the password learns more.
 *
 * @throws DomainError INVALID_CREDENTIALS, TOTP_REQUIRED, USER_SUSPENDED, RATE_LIMITED, BUSY
 */
export async function signIn(
  ctx: SessionContext,
  input: SignInInput,
): Promise<SessionTokens & { user: UserDetails }> {
  await checkRateLimit(ctx, "sign-in-per-address", addressKey(input.ipAddress));
  const lookup = emailLookup(ctx.keyring, normalizeEmail(input.email) ?? "");
  const attempt = await beginPasswordAttempt(ctx, lookup.toString("hex"));

  const user = await findUserByEmail(ctx.pool, lookup);
  const verdict = await verifyPassword(ctx, input.password, user?.passwordHash);
  if (user === undefined || user.status === "closed" || !verdict.matches) {
    await recordRefusal(ctx, user, lookup);
    throw invalidCredentials();
  }
  if (user.status === "suspended") {
    await attempt.withdrawn();
    throw userSuspended();
  }

  const newHash = verdict.outdated ? await hashPassword(ctx, input.password) : undefined;
  const tokens = await openSession(ctx, { user, newHash, attempt, lookup }, input);
  await attempt.succeeded();
  return { ...tokens, user: await readUserDetails(ctx, ctx.pool, user) };
}

async function openSession(
  ctx: SessionContext,
  known: { user: UserRow; newHash: string | undefined; attempt: PasswordAttempt; lookup: Buffer },
  input: SignInInput,
): Promise<SessionTokens> {
  const { user, newHash } = known;
  try {
    return await withTransaction(ctx.pool, async (tx) => {
      // Again under the lock: suspended, or given another password, while we compared.
      const locked = await lockUser(tx, user.id);
      if (locked?.status === "suspended") throw userSuspended();
      if (locked?.passwordHash !== user.passwordHash) throw invalidCredentials();
      const factor = await checkSecondFactor(ctx, tx, user, input);
      if (factor === "missing") {
        throw new DomainError("TOTP_REQUIRED", "Give the code from your authenticator app too.");
      }
      if (factor === "wrong") throw invalidCredentials();
      if (newHash !== undefined) {
        await updatePasswordHash(tx, { userId: user.id, passwordHash: newHash });
      }
      return startSession(ctx, tx, { userId: user.id, userAgent: input.userAgent, factor });
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === "INVALID_CREDENTIALS") {
      await recordRefusal(ctx, user, known.lookup);
    } else if (error instanceof DomainError) {
      await known.attempt.withdrawn();
    }
    throw error;
  }
}

/** Also for addresses that nobody has, by their blind index: the trail of a spraying attack, at the same cost in time. */
async function recordRefusal(
  ctx: SessionContext,
  user: UserRow | undefined,
  lookup: Buffer,
): Promise<void> {
  await withTransaction(ctx.pool, (tx) =>
    recordAuditEvent(ctx, tx, {
      action: "session.refused",
      subjectKind: user === undefined ? "email_lookup" : "user",
      subjectId: user?.id ?? lookup.toString("hex"),
    }),
  );
}

function invalidCredentials(): DomainError {
  return new DomainError(
    "INVALID_CREDENTIALS",
    "The e-mail address, password or code is not right.",
  );
}

function userSuspended(): DomainError {
  return new DomainError("USER_SUSPENDED", "This account is suspended. Contact support.");
}
