import { deleteOperatorTotp, deletePasskey } from "@revio-wallet/db/sql/operator-factors";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError, notFound } from "../errors.ts";
import { assertMayEnrol, giveRecoveryCodes } from "./enrol-factor.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/**
 * Removes a passkey, or the authenticator app; never the last factor, nor the last passkey of a role that needs one.
 *
 * @throws DomainError NOT_FOUND, WRONG_STATE, FORBIDDEN
 */
export async function removeFactor(
  ctx: OperatorSessionContext,
  factor: { kind: "passkey"; id: string } | { kind: "totp" },
): Promise<void> {
  assertWhole(ctx);
  const { operatorId, role } = ctx.operatorSession;
  await withTransaction(ctx.pool, async (tx) => {
    const before = await assertMayEnrol(ctx, tx);
    const removed =
      factor.kind === "passkey"
        ? await deletePasskey(tx, { id: factor.id, operatorId })
        : await deleteOperatorTotp(tx, operatorId);
    if (!removed) throw notFound(factor.kind === "passkey" ? "passkey" : "authenticator app");
    const passkeysLeft = before.passkeys.length - (factor.kind === "passkey" ? 1 : 0);
    const totpLeft = before.totp && factor.kind !== "totp";
    const needsPasskey = ctx.operatorSessionPolicy.passkeyRoles.includes(role);
    if (passkeysLeft === 0 && (!totpLeft || needsPasskey)) {
      throw new DomainError("WRONG_STATE", "This is your last one. Add another first.");
    }
    await recordAuditEvent(ctx, tx, {
      action: factor.kind === "passkey" ? "operator_passkey.removed" : "operator_totp.removed",
      subjectKind: "operator",
      subjectId: operatorId,
      details: factor.kind === "passkey" ? { passkeyId: factor.id } : {},
    });
  });
}

/** Ten new recovery codes; those before are worth nothing from now on. */
export function renewRecoveryCodes(ctx: OperatorSessionContext): Promise<string[]> {
  assertWhole(ctx);
  return withTransaction(ctx.pool, async (tx) => {
    await assertMayEnrol(ctx, tx);
    await recordAuditEvent(ctx, tx, {
      action: "operator_recovery_codes.renewed",
      subjectKind: "operator",
      subjectId: ctx.operatorSession.operatorId,
    });
    return giveRecoveryCodes(ctx, tx);
  });
}

function assertWhole({ operatorSession }: OperatorSessionContext): void {
  if (operatorSession.missing !== null) {
    throw new DomainError("FORBIDDEN", "Finish signing in first.");
  }
}
