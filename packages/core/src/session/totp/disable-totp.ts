import { deleteRecoveryCodes } from "@revio-wallet/db/sql/recovery-codes";
import { deleteTotpFactor } from "@revio-wallet/db/sql/totp-factors";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../../audit/record-audit-event.ts";
import type { Context } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { RateLimitContext } from "../../rate-limit/check-rate-limit.ts";
import { confirmPassword } from "../../user/confirm-password.ts";
import { checkSecondFactor } from "./check-second-factor.ts";

/**
 * Turns TOTP off, against the password and a code (or a recovery code). The recovery codes go with it.
 *
 * @throws DomainError INVALID_CREDENTIALS, TOTP_REQUIRED, WRONG_STATE if it is not on, RATE_LIMITED, BUSY
 */
export async function disableTotp(
  ctx: Context & RateLimitContext,
  input: { password: string; totpCode?: string | undefined; recoveryCode?: string | undefined },
): Promise<void> {
  const { user, attempt } = await confirmPassword(ctx, input.password);
  await withTransaction(ctx.pool, async (tx) => {
    if ((await lockUser(tx, user.id)) === undefined) throw notFound("user");
    const factor = await checkSecondFactor(ctx, tx, user, input);
    if (factor === "wrong") throw new DomainError("INVALID_CREDENTIALS", "The code is not right.");
    if (factor === "missing") throw new DomainError("TOTP_REQUIRED", "Give a code too.");
    if (factor === "none") throw new DomainError("WRONG_STATE", "Codes are not on.");
    await deleteRecoveryCodes(tx, user.id);
    await deleteTotpFactor(tx, user.id);
    await recordAuditEvent(ctx, tx, {
      action: "totp.disabled",
      subjectKind: "user",
      subjectId: user.id,
      details: { factor },
    });
  });
  await attempt.withdrawn();
}
