import { deleteRecoveryCodes, insertRecoveryCodes } from "@revio-wallet/db/sql/recovery-codes";
import { confirmTotpFactor, findTotpFactor, useTotpStep } from "@revio-wallet/db/sql/totp-factors";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../../audit/record-audit-event.ts";
import type { Context } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { requireUser } from "../require-user.ts";
import { hashRecoveryCode, newRecoveryCodes } from "./recovery-codes.ts";
import { matchTotpStep, userTotp } from "./totp-secret.ts";

/**
 * Turns TOTP on, once a code shows that the app has the secret. Gives ten recovery codes, each good once, for the day
 * the telephone is lost; they are not shown again.
 *
 * @throws DomainError INVALID_CREDENTIALS if the code is wrong, WRONG_STATE if there is nothing to confirm
 */
export async function confirmTotp(
  ctx: Context,
  input: { totpCode: string },
): Promise<{ recoveryCodes: string[] }> {
  const { id } = requireUser(ctx);
  return withTransaction(ctx.pool, async (tx) => {
    const user = await lockUser(tx, id);
    if (user === undefined) throw notFound("user");
    const factor = await findTotpFactor(tx, id);
    if (factor === undefined || factor.confirmedAt !== null) {
      throw new DomainError("WRONG_STATE", "There is no secret to confirm. Start again.");
    }
    const { secretCiphertext } = factor;
    const step = await matchTotpStep(ctx, tx, userTotp(user), {
      secretCiphertext,
      totpCode: input.totpCode,
    });
    if (step === undefined || !(await useTotpStep(tx, id, step))) {
      throw new DomainError("INVALID_CREDENTIALS", "The code is not right.");
    }
    const now = ctx.clock.now();
    const recoveryCodes = newRecoveryCodes(ctx);
    await confirmTotpFactor(tx, id, now);
    await deleteRecoveryCodes(tx, id);
    await insertRecoveryCodes(tx, {
      ids: recoveryCodes.map(() => ctx.ids.uuid(now)),
      userId: id,
      codeHashes: recoveryCodes.map(hashRecoveryCode),
      createdAt: now,
    });
    await recordAuditEvent(ctx, tx, {
      action: "totp.confirmed",
      subjectKind: "user",
      subjectId: id,
    });
    return { recoveryCodes };
  });
}
