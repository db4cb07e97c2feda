import {
  confirmOperatorTotp,
  findOperatorTotp,
  putUnconfirmedOperatorTotp,
  useOperatorTotpStep,
} from "@revio-wallet/db/sql/operator-factors";
import { findOperator, setOperatorDataKey } from "@revio-wallet/db/sql/operators";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { createDataKey } from "../encryption/data-key.ts";
import { DomainError } from "../errors.ts";
import { encryptTotpSecret, newTotpSecret, showTotpSecret } from "../session/totp/totp-secret.ts";
import type { AddedFactor } from "./add-passkey.ts";
import { completeSession } from "./complete-session.ts";
import { assertMayEnrol, giveRecoveryCodes } from "./enrol-factor.ts";
import type { OperatorSessionContext } from "./operator-session.ts";
import {
  beginFactorAttempt,
  matchOperatorTotp,
  recordRefusedFactor,
  wrongFactor,
} from "./pass-second-factor.ts";

/**
 * Gives a secret for the operator's authenticator app; it is not shown again. Nothing changes until a code confirms it.
 *
 * @throws DomainError FORBIDDEN, WRONG_STATE if an app is in use already
 */
export function beginAddTotp(
  ctx: OperatorSessionContext,
): Promise<{ secret: string; otpauthUri: string }> {
  return withTransaction(ctx.pool, async (tx) => {
    await assertMayEnrol(ctx, tx);
    const { operatorId: id, email } = ctx.operatorSession;
    const dataKeyId = await dataKeyOf(ctx, tx);
    const bytes = newTotpSecret(ctx);
    const holder = { table: "operator_totp_factors", id, dataKeyId } as const;
    const secretCiphertext = await encryptTotpSecret(ctx, tx, holder, bytes);
    const createdAt = ctx.clock.now();
    if (!(await putUnconfirmedOperatorTotp(tx, { operatorId: id, secretCiphertext, createdAt }))) {
      throw new DomainError("WRONG_STATE", "An authenticator app is set up. Remove it first.");
    }
    return showTotpSecret({ issuer: ctx.relyingParty.name, label: email, bytes });
  });
}

/**
 * Turns the authenticator app on, once a code shows that it has the secret. The code counts as given in this session.
 *
 * @throws DomainError INVALID_CREDENTIALS, FORBIDDEN, WRONG_STATE if there is nothing to confirm, RATE_LIMITED, BUSY
 */
export async function finishAddTotp(
  ctx: OperatorSessionContext,
  input: { code: string },
): Promise<AddedFactor> {
  const attempt = await beginFactorAttempt(ctx);
  const added = await withTransaction(ctx.pool, async (tx) => {
    const before = await assertMayEnrol(ctx, tx);
    const { operatorId } = ctx.operatorSession;
    const factor = await findOperatorTotp(tx, operatorId);
    if (factor === undefined || factor.confirmedAt !== null) {
      throw new DomainError("WRONG_STATE", "There is no secret to confirm. Start again.");
    }
    const step = await matchOperatorTotp(ctx, tx, { ...factor, code: input.code });
    if (step === undefined || !(await useOperatorTotpStep(tx, { operatorId, step }))) {
      await recordRefusedFactor(ctx, tx, "totp");
      return undefined;
    }
    await confirmOperatorTotp(tx, { operatorId, confirmedAt: ctx.clock.now() });
    await recordAuditEvent(ctx, tx, {
      action: "operator_totp.added",
      subjectKind: "operator",
      subjectId: operatorId,
    });
    const completes = ctx.operatorSession.factor === null;
    return {
      token: completes ? (await completeSession(ctx, tx, "totp")).token : null,
      recoveryCodes: before.passkeys.length === 0 ? await giveRecoveryCodes(ctx, tx) : null,
    };
  });
  if (added === undefined) throw wrongFactor();
  await attempt.succeeded();
  return added;
}

/** The operator's data key, made when it is needed first. The caller holds the operator. */
async function dataKeyOf(ctx: OperatorSessionContext, tx: Tx): Promise<string> {
  const { operatorId: id } = ctx.operatorSession;
  const known = (await findOperator(tx, id))?.dataKeyId;
  if (typeof known === "string") return known;
  const key = await createDataKey(ctx, tx, "operator");
  await setOperatorDataKey(tx, { id, dataKeyId: key.id });
  return key.id;
}
