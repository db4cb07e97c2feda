import { insertStepUp, useStepUpRow } from "@revio-wallet/db/sql/operator-challenges";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError } from "../errors.ts";
import { fingerprintOf } from "../idempotency/run-idempotently.ts";
import type { OperatorSessionContext } from "./operator-session.ts";
import {
  beginFactorAttempt,
  recordRefusedFactor,
  usesTotpCode,
  wrongFactor,
} from "./pass-second-factor.ts";
import {
  requestPasskey,
  verifyPasskey,
  type PasskeyProof,
  type PasskeyRequest,
} from "./relying-party.ts";

/** An action with all that it says: what the person sees is what they confirm (OWASP Transaction Authorization). */
export interface BoundAction {
  /** As the procedure is called: "withdrawal.decide". */
  procedure: string;
  input: object;
}

/** Asks for one of the operator's passkeys, for this one action. */
export function beginStepUp(
  ctx: OperatorSessionContext,
  action: BoundAction,
): Promise<PasskeyRequest> {
  return withTransaction(ctx.pool, (tx) =>
    requestPasskey(ctx, tx, { purpose: "step_up", boundTo: boundTo(ctx, action) }),
  );
}

/**
 * A fresh factor for one action, in this session, for a few minutes, once. Roles that need a passkey need one here too.
 *
 * @throws DomainError INVALID_CREDENTIALS, FORBIDDEN, RATE_LIMITED, BUSY
 */
export async function grantStepUp(
  ctx: OperatorSessionContext,
  action: BoundAction,
  factor: { kind: "passkey"; proof: PasskeyProof } | { kind: "totp"; code: string },
): Promise<{ stepUpId: string; expiresAt: Date }> {
  const needsPasskey = ctx.operatorSessionPolicy.passkeyRoles.includes(ctx.operatorSession.role);
  if (factor.kind === "totp" && needsPasskey) {
    throw new DomainError("FORBIDDEN", "Your role confirms with a passkey.");
  }
  const bound = boundTo(ctx, action);
  const attempt = await beginFactorAttempt(ctx);
  const granted = await withTransaction(ctx.pool, async (tx) => {
    if (!(await confirms(ctx, tx, factor, bound))) {
      await recordRefusedFactor(ctx, tx, factor.kind);
      return undefined;
    }
    const now = ctx.clock.now();
    const stepUpId = ctx.ids.uuid(now);
    const expiresAt = new Date(now.getTime() + ctx.operatorSessionPolicy.stepUpSeconds * 1_000);
    await insertStepUp(tx, {
      id: stepUpId,
      sessionId: ctx.operatorSession.id,
      boundTo: bound,
      factor: factor.kind,
      grantedAt: now,
      expiresAt,
    });
    await recordAuditEvent(ctx, tx, {
      action: "operator_step_up.granted",
      subjectKind: "operator_session",
      subjectId: ctx.operatorSession.id,
      details: { procedure: action.procedure, factor: factor.kind, stepUpId },
    });
    return { stepUpId, expiresAt };
  });
  if (granted === undefined) throw wrongFactor();
  await attempt.succeeded();
  return granted;
}

/**
 * Uses up a step-up that was given for exactly this action.
 *
 * @throws DomainError STEP_UP_REQUIRED
 */
export async function useStepUp(
  ctx: OperatorSessionContext,
  action: BoundAction,
  stepUpId: string | undefined,
): Promise<void> {
  const used =
    stepUpId !== undefined &&
    (await withTransaction(ctx.pool, (tx) =>
      useStepUpRow(tx, {
        id: stepUpId,
        sessionId: ctx.operatorSession.id,
        boundTo: boundTo(ctx, action),
        now: ctx.clock.now(),
      }),
    ));
  if (!used) {
    throw new DomainError("STEP_UP_REQUIRED", "Confirm this action with your passkey or code.");
  }
}

async function confirms(
  ctx: OperatorSessionContext,
  tx: Tx,
  factor: { kind: "passkey"; proof: PasskeyProof } | { kind: "totp"; code: string },
  bound: Buffer,
): Promise<boolean> {
  if (factor.kind === "totp") return usesTotpCode(ctx, tx, factor.code);
  try {
    const { boundTo: asked } = await verifyPasskey(ctx, tx, "step_up", factor.proof);
    return asked !== null && asked.equals(bound);
  } catch (error) {
    if (error instanceof DomainError && error.code === "INVALID_CREDENTIALS") return false;
    throw error;
  }
}

function boundTo(ctx: OperatorSessionContext, { procedure, input }: BoundAction): Buffer {
  return fingerprintOf({ operatorId: ctx.operatorSession.operatorId, procedure, input });
}
