import {
  countOperatorRecoveryCodes,
  findOperatorTotp,
  listPasskeys,
  replaceOperatorRecoveryCodes,
} from "@revio-wallet/db/sql/operator-factors";
import { lockOperator } from "@revio-wallet/db/sql/operators";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { DomainError } from "../errors.ts";
import { hashRecoveryCode, newRecoveryCodes } from "../session/totp/recovery-codes.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/** Which factors an operator has. */
export interface OperatorFactors {
  passkeys: { id: string; label: string; createdAt: Date; lastUsedAt: Date | null }[];
  totp: boolean;
  recoveryCodesLeft: number;
}

/** What the operator of the session could sign in with. */
export async function readFactors(
  ctx: Pick<OperatorSessionContext, "operatorSession">,
  db: Pick<Tx, "query">,
): Promise<OperatorFactors> {
  const { operatorId } = ctx.operatorSession;
  const passkeys = await listPasskeys(db, operatorId);
  const totp = await findOperatorTotp(db, operatorId);
  return {
    passkeys: passkeys.map(({ id, label, createdAt, lastUsedAt }) => ({
      id,
      label,
      createdAt,
      lastUsedAt,
    })),
    totp: totp !== undefined && totp.confirmedAt !== null,
    recoveryCodesLeft: await countOperatorRecoveryCodes(db, operatorId),
  };
}

/**
 * Holds the operator, and lets them add a factor: in a session in which one has passed, or because they have none yet (the
 * way in after an invitation). The password alone must not be enough to add one beside those that there are.
 *
 * @throws DomainError FORBIDDEN
 */
export async function assertMayEnrol(
  ctx: OperatorSessionContext,
  tx: Tx,
): Promise<OperatorFactors> {
  await lockOperator(tx, ctx.operatorSession.operatorId);
  const factors = await readFactors(ctx, tx);
  const hasNone = factors.passkeys.length === 0 && !factors.totp;
  if (ctx.operatorSession.factor === null && !hasNone) {
    throw new DomainError("FORBIDDEN", "Sign in with a factor that you have first.");
  }
  return factors;
}

/** Ten new recovery codes in place of those before; shown once. */
export async function giveRecoveryCodes(ctx: OperatorSessionContext, tx: Tx): Promise<string[]> {
  const now = ctx.clock.now();
  const codes = newRecoveryCodes(ctx);
  await replaceOperatorRecoveryCodes(tx, {
    ids: codes.map(() => ctx.ids.uuid(now)),
    operatorId: ctx.operatorSession.operatorId,
    codeHashes: codes.map(hashRecoveryCode),
    createdAt: now,
  });
  return codes;
}
