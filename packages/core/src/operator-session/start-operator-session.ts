import { deleteExpiredChallenges } from "@revio-wallet/db/sql/operator-challenges";
import { insertOperatorSession } from "@revio-wallet/db/sql/operator-sessions";
import {
  findOperatorByEmail,
  lockOperator,
  updateOperatorPassword,
  type OperatorRow,
} from "@revio-wallet/db/sql/operators";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { lookupHash } from "../encryption/field-cipher.ts";
import { DomainError } from "../errors.ts";
import { addressKey } from "../rate-limit/address-key.ts";
import { beginPasswordAttempt } from "../rate-limit/begin-password-attempt.ts";
import { checkRateLimit } from "../rate-limit/check-rate-limit.ts";
import { hashSecretToken, newSecretToken } from "../secret-token.ts";
import { storableUserAgent } from "../session/start-session.ts";
import { normalizeEmail } from "../user/email-address.ts";
import { hashPassword, verifyPassword } from "../user/password-hash.ts";
import type { OperatorSignInContext } from "./operator-session-context.ts";

export interface OperatorSignInInput {
  email: string;
  password: string;
  ipAddress: string;
  userAgent?: string | undefined;
}

/**
 * The first half of signing in. The session that it gives can do nothing but take a second factor, for ten minutes. Whether
 * the address or the password was wrong, or the operator is suspended, the answer and its time are the same.
 *
 * @returns the session's token; the console's server keeps it, and nobody else sees it
 * @throws DomainError INVALID_CREDENTIALS, RATE_LIMITED, BUSY
 */
export async function startOperatorSession(
  ctx: OperatorSignInContext,
  input: OperatorSignInInput,
): Promise<{ token: string }> {
  await checkRateLimit(ctx, "operator-sign-in-per-address", addressKey(input.ipAddress));
  const email = normalizeEmail(input.email) ?? "";
  const lookup = lookupHash(ctx.keyring.lookupKey, "operators.email", email).toString("hex");
  const attempt = await beginPasswordAttempt(ctx, `operator:${lookup}`);

  const operator = await findOperatorByEmail(ctx.pool, email);
  const stored = operator?.passwordHash ?? undefined;
  const verdict = await verifyPassword(ctx, input.password, stored);
  const newHash = verdict.outdated ? await hashPassword(ctx, input.password) : undefined;
  const token = await withTransaction(ctx.pool, async (tx) => {
    // Again under the lock: suspended, or given another password, while we compared.
    const locked = operator === undefined ? undefined : await lockOperator(tx, operator.id);
    const isRight =
      verdict.matches && locked?.status === "active" && locked.passwordHash === stored;
    if (locked === undefined || !isRight) {
      // Also for addresses that nobody has, by their blind index: the trail of a spraying attack, at the same cost in time.
      await recordAuditEvent(ctx, tx, {
        action: "operator_session.refused",
        subjectKind: operator === undefined ? "email_lookup" : "operator",
        subjectId: operator?.id ?? lookup,
      });
      return undefined;
    }
    if (newHash !== undefined) {
      await updateOperatorPassword(tx, { id: locked.id, passwordHash: newHash });
    }
    return openSession(ctx, tx, locked, input);
  });
  if (token === undefined) {
    throw new DomainError(
      "INVALID_CREDENTIALS",
      "The e-mail address or the password is not right.",
    );
  }
  await attempt.succeeded();
  return { token };
}

async function openSession(
  ctx: OperatorSignInContext,
  tx: Tx,
  operator: OperatorRow,
  input: OperatorSignInInput,
): Promise<string> {
  const now = ctx.clock.now();
  const id = ctx.ids.uuid(now);
  const token = newSecretToken(ctx);
  // Each sign-in tidies up; there are few operators, and little to tidy.
  await deleteExpiredChallenges(tx, new Date(now.getTime() - 24 * 3_600_000));
  await insertOperatorSession(tx, {
    id,
    operatorId: operator.id,
    tokenHash: hashSecretToken(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + ctx.operatorSessionPolicy.unfinishedSeconds * 1_000),
    userAgent: input.userAgent === undefined ? null : storableUserAgent(input.userAgent),
    ipAddress: input.ipAddress,
  });
  await recordAuditEvent({ ...ctx, actor: { kind: "operator", id: operator.id } }, tx, {
    action: "operator_session.started",
    subjectKind: "operator_session",
    subjectId: id,
    details: { ipAddress: input.ipAddress },
  });
  return token;
}
