import { putUnconfirmedTotpFactor } from "@revio-wallet/db/sql/totp-factors";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../../audit/record-audit-event.ts";
import type { Context } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { RateLimitContext } from "../../rate-limit/check-rate-limit.ts";
import { confirmPassword } from "../../user/confirm-password.ts";
import { readUserDetails } from "../../user/user-details.ts";
import { encryptTotpSecret, newTotpSecret, showTotpSecret, userTotp } from "./totp-secret.ts";

/** The name that authenticator apps show. */
const issuer = "Revio Wallet";

/**
 * Gives a secret for the user's authenticator app, as text and as the URI behind a QR code; it is not shown again.
 * Nothing changes at sign-in until `confirmTotp`.
 *
 * @throws DomainError INVALID_CREDENTIALS, WRONG_STATE if TOTP is on already, RATE_LIMITED, BUSY
 */
export async function startTotp(
  ctx: Context & RateLimitContext,
  input: { password: string },
): Promise<{ secret: string; otpauthUri: string }> {
  const { user, attempt } = await confirmPassword(ctx, input.password);
  await attempt.withdrawn();
  const { email } = await readUserDetails(ctx, ctx.pool, user);
  const bytes = newTotpSecret(ctx);
  const secretCiphertext = await encryptTotpSecret(ctx, ctx.pool, userTotp(user), bytes);

  await withTransaction(ctx.pool, async (tx) => {
    if ((await lockUser(tx, user.id)) === undefined) throw notFound("user");
    const createdAt = ctx.clock.now();
    if (!(await putUnconfirmedTotpFactor(tx, { userId: user.id, secretCiphertext, createdAt }))) {
      throw new DomainError("WRONG_STATE", "Codes are on already. Turn them off first.");
    }
    await recordAuditEvent(ctx, tx, {
      action: "totp.started",
      subjectKind: "user",
      subjectId: user.id,
    });
  });
  return showTotpSecret({ issuer, label: email, bytes });
}
