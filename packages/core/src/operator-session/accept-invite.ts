import {
  acceptOperatorInvite,
  findOpenInvite,
  type OpenInviteRow,
} from "@revio-wallet/db/sql/operator-invites";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError } from "../errors.ts";
import { addressKey } from "../rate-limit/address-key.ts";
import { checkRateLimit } from "../rate-limit/check-rate-limit.ts";
import { hashSecretToken } from "../secret-token.ts";
import { hashPassword } from "../user/password-hash.ts";
import { acceptPassword } from "../user/password-policy.ts";
import type { OperatorSignInContext } from "./operator-session-context.ts";

/** What the invited person sees before they choose a password. @throws DomainError NOT_FOUND, RATE_LIMITED, BUSY */
export async function getInvite(
  ctx: OperatorSignInContext,
  input: { token: string; ipAddress: string },
): Promise<Pick<OpenInviteRow, "email" | "displayName" | "role" | "expiresAt">> {
  const { email, displayName, role, expiresAt } = await openInvite(ctx, input);
  return { email, displayName, role, expiresAt };
}

/**
 * Makes the invited person an operator, with the password of their choice. They sign in next, and add a second factor.
 *
 * @throws DomainError NOT_FOUND if the invitation is not open, INVALID_INPUT, RATE_LIMITED, BUSY
 */
export async function acceptInvite(
  ctx: OperatorSignInContext,
  input: { token: string; password: string; ipAddress: string },
): Promise<{ email: string }> {
  const { email, displayName } = await openInvite(ctx, input);
  const password = acceptPassword(input.password, [email, displayName]);
  const passwordHash = await hashPassword(ctx, password);
  const now = ctx.clock.now();
  const operatorId = ctx.ids.uuid(now);
  await withTransaction(ctx.pool, async (tx) => {
    const id = await acceptOperatorInvite(tx, {
      tokenHash: hashSecretToken(input.token),
      operatorId,
      passwordHash,
      acceptedAt: now,
    });
    if (id === undefined) throw notOpen();
    await recordAuditEvent({ ...ctx, actor: { kind: "operator", id: operatorId } }, tx, {
      action: "operator_invite.accepted",
      subjectKind: "operator_invite",
      subjectId: id,
      details: { operatorId },
    });
  });
  return { email };
}

async function openInvite(
  ctx: OperatorSignInContext,
  { token, ipAddress }: { token: string; ipAddress: string },
): Promise<OpenInviteRow> {
  await checkRateLimit(ctx, "operator-sign-in-per-address", addressKey(ipAddress));
  const look = { tokenHash: hashSecretToken(token), now: ctx.clock.now() };
  const invite = await findOpenInvite(ctx.pool, look);
  if (invite === undefined) throw notOpen();
  return invite;
}

function notOpen(): DomainError {
  return new DomainError(
    "NOT_FOUND",
    "This invitation is not open: it was used, taken back, or is too old. Ask for a new one.",
  );
}
