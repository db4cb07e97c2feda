import { insertPasskey } from "@revio-wallet/db/sql/operator-factors";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { DatabaseError } from "pg";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError } from "../errors.ts";
import { completeSession } from "./complete-session.ts";
import { assertMayEnrol, giveRecoveryCodes } from "./enrol-factor.ts";
import type { OperatorSessionContext } from "./operator-session.ts";
import { requestNewPasskey, verifyNewPasskey, type PasskeyRegistration } from "./relying-party.ts";

/** What came of adding a factor. */
export interface AddedFactor {
  /** The session's new token: it is whole now, or was made whole by a stronger factor. Null if it stays as it is. */
  token: string | null;
  /** With the first factor: shown once. */
  recoveryCodes: string[] | null;
}

/** @throws DomainError FORBIDDEN with the password alone, if there is a factor already */
export function beginAddPasskey(ctx: OperatorSessionContext): Promise<PasskeyRegistration> {
  return withTransaction(ctx.pool, async (tx) => {
    await assertMayEnrol(ctx, tx);
    return requestNewPasskey(ctx, tx);
  });
}

/**
 * Keeps a new passkey. It counts as given in this session: the authenticator has just shown that the person is there.
 *
 * @throws DomainError INVALID_CREDENTIALS, FORBIDDEN, DUPLICATE if somebody has it already
 */
export async function finishAddPasskey(
  ctx: OperatorSessionContext,
  input: { challengeId: string; response: RegistrationResponseJSON; label: string },
): Promise<AddedFactor> {
  const label = input.label.trim();
  if (label.length === 0 || label.length > 64 || /\p{C}/u.test(label)) {
    throw new DomainError("INVALID_INPUT", "Name the passkey, in 1 to 64 characters.");
  }
  try {
    return await withTransaction(ctx.pool, async (tx) => {
      const before = await assertMayEnrol(ctx, tx);
      const passkey = await verifyNewPasskey(ctx, tx, input);
      const now = ctx.clock.now();
      const id = ctx.ids.uuid(now);
      const { operatorId } = ctx.operatorSession;
      await insertPasskey(tx, { ...passkey, id, operatorId, label, createdAt: now });
      await recordAuditEvent(ctx, tx, {
        action: "operator_passkey.added",
        subjectKind: "operator",
        subjectId: operatorId,
        details: { passkeyId: id },
      });
      const isFirst = before.passkeys.length === 0 && !before.totp;
      const { token } = await completeSession(ctx, tx, "passkey");
      return { token, recoveryCodes: isFirst ? await giveRecoveryCodes(ctx, tx) : null };
    });
  } catch (error) {
    const known =
      error instanceof DatabaseError && error.constraint === "operator_passkeys_credential_id_key";
    throw known ? new DomainError("DUPLICATE", "This passkey is known already.") : error;
  }
}
