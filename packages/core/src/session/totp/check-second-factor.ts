import { useRecoveryCode } from "@revio-wallet/db/sql/recovery-codes";
import { findTotpFactor, useTotpStep } from "@revio-wallet/db/sql/totp-factors";
import type { UserRow } from "@revio-wallet/db/sql/users";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../../audit/record-audit-event.ts";
import type { Context } from "../../context.ts";
import { hashRecoveryCode } from "./recovery-codes.ts";
import { matchTotpStep, userTotp } from "./totp-secret.ts";

/** "none": the user has set up no second factor. */
export type PassedFactor = "none" | "totp" | "recovery_code";

/**
 * Uses up the given code. A code of the authenticator app is good once: neither it nor an earlier one passes again.
 * The caller holds the lock of the user's row.
 */
export async function checkSecondFactor(
  ctx: Pick<Context, "actor" | "clock" | "ids" | "keyring" | "requestId">,
  tx: Tx,
  user: Pick<UserRow, "id" | "dataKeyId">,
  input: { totpCode?: string | undefined; recoveryCode?: string | undefined },
): Promise<PassedFactor | "missing" | "wrong"> {
  const factor = await findTotpFactor(tx, user.id);
  if (factor === undefined || factor.confirmedAt === null) return "none";
  if (input.totpCode !== undefined) {
    const { secretCiphertext } = factor;
    const step = await matchTotpStep(ctx, tx, userTotp(user), {
      secretCiphertext,
      totpCode: input.totpCode,
    });
    return step !== undefined && (await useTotpStep(tx, user.id, step)) ? "totp" : "wrong";
  }
  if (input.recoveryCode === undefined) return "missing";
  const codeHash = hashRecoveryCode(input.recoveryCode);
  const used = await useRecoveryCode(tx, { userId: user.id, codeHash, usedAt: ctx.clock.now() });
  if (!used) return "wrong";
  await recordAuditEvent(ctx, tx, {
    action: "recovery_code.used",
    subjectKind: "user",
    subjectId: user.id,
  });
  return "recovery_code";
}
