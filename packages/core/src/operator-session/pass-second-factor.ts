import {
  findOperatorTotp,
  useOperatorRecoveryCode,
  useOperatorTotpStep,
} from "@revio-wallet/db/sql/operator-factors";
import type { SignInFactor } from "@revio-wallet/db/sql/operator-sessions";
import { findOperator } from "@revio-wallet/db/sql/operators";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError, invariant } from "../errors.ts";
import { beginPasswordAttempt } from "../rate-limit/begin-password-attempt.ts";
import { hashRecoveryCode } from "../session/totp/recovery-codes.ts";
import { matchTotpStep } from "../session/totp/totp-secret.ts";
import { completeSession } from "./complete-session.ts";
import type { OperatorSessionContext } from "./operator-session.ts";
import {
  requestPasskey,
  verifyPasskey,
  type PasskeyProof,
  type PasskeyRequest,
} from "./relying-party.ts";

export type SecondFactor =
  | { kind: "passkey"; proof: PasskeyProof }
  | { kind: "totp"; code: string }
  | { kind: "recovery_code"; code: string };

/** Asks for one of the operator's passkeys, to finish signing in. @throws DomainError WRONG_STATE if they have none */
export function beginPasskeySignIn(ctx: OperatorSessionContext): Promise<PasskeyRequest> {
  return withTransaction(ctx.pool, (tx) => requestPasskey(ctx, tx, { purpose: "sign_in" }));
}

/**
 * The second half of signing in. Guesses are throttled as those at a password are.
 *
 * @returns the session's new token
 * @throws DomainError INVALID_CREDENTIALS, RATE_LIMITED, BUSY, UNAUTHENTICATED if the session was ended meanwhile
 */
export async function passSecondFactor(
  ctx: OperatorSessionContext,
  factor: SecondFactor,
): Promise<{ token: string }> {
  const attempt = await beginFactorAttempt(ctx);
  const passed = await withTransaction(ctx.pool, async (tx) => {
    if (await isRight(ctx, tx, factor)) return completeSession(ctx, tx, factor.kind);
    await recordRefusedFactor(ctx, tx, factor.kind);
    return undefined;
  });
  if (passed === undefined) throw wrongFactor();
  await attempt.succeeded();
  return passed;
}

/** One try at a second factor of this operator, in whichever session. */
export function beginFactorAttempt(ctx: OperatorSessionContext) {
  return beginPasswordAttempt(ctx, `operator-factor:${ctx.operatorSession.operatorId}`);
}

export async function recordRefusedFactor(
  ctx: OperatorSessionContext,
  tx: Tx,
  factor: SignInFactor,
): Promise<void> {
  await recordAuditEvent(ctx, tx, {
    action: "operator_factor.refused",
    subjectKind: "operator_session",
    subjectId: ctx.operatorSession.id,
    details: { factor },
  });
}

export function wrongFactor(): DomainError {
  return new DomainError("INVALID_CREDENTIALS", "That is not right. Try again.");
}

async function isRight(
  ctx: OperatorSessionContext,
  tx: Tx,
  factor: SecondFactor,
): Promise<boolean> {
  if (factor.kind === "passkey") return passes(verifyPasskey(ctx, tx, "sign_in", factor.proof));
  if (factor.kind === "totp") return usesTotpCode(ctx, tx, factor.code);
  return useOperatorRecoveryCode(tx, {
    operatorId: ctx.operatorSession.operatorId,
    codeHash: hashRecoveryCode(factor.code),
    usedAt: ctx.clock.now(),
  });
}

/** Uses up a code of the operator's authenticator app; false if it is not right, or there is no such app. */
export async function usesTotpCode(
  ctx: OperatorSessionContext,
  tx: Tx,
  code: string,
): Promise<boolean> {
  const { operatorId } = ctx.operatorSession;
  const factor = await findOperatorTotp(tx, operatorId);
  if (factor === undefined || factor.confirmedAt === null) return false;
  const step = await matchOperatorTotp(ctx, tx, { ...factor, code });
  return step !== undefined && useOperatorTotpStep(tx, { operatorId, step });
}

/** The step whose code this is, by the operator's secret. */
export async function matchOperatorTotp(
  ctx: OperatorSessionContext,
  tx: Tx,
  given: { secretCiphertext: Buffer; code: string },
): Promise<bigint | undefined> {
  const { operatorId: id } = ctx.operatorSession;
  const dataKeyId = (await findOperator(tx, id))?.dataKeyId;
  invariant(typeof dataKeyId === "string", "an operator with a secret has a data key");
  const holder = { table: "operator_totp_factors", id, dataKeyId } as const;
  const { secretCiphertext, code } = given;
  return matchTotpStep(ctx, tx, holder, { secretCiphertext, totpCode: code });
}

/** A refusal is an answer here: it is written down, and what was used up stays used up. */
async function passes(verified: Promise<unknown>): Promise<boolean> {
  try {
    await verified;
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === "INVALID_CREDENTIALS") return false;
    throw error;
  }
}
