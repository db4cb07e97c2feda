import type { OperatorSessionRow, SignInFactor } from "@revio-wallet/db/sql/operator-sessions";
import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import type { OperatorSignInContext } from "./operator-session-context.ts";

/** What is still to be given before the session may do anything. */
export type MissingFactor = "second_factor" | "passkey";

/** A session of an operator, as it stands. */
export interface OperatorSession {
  id: string;
  operatorId: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  factor: SignInFactor | null;
  missing: MissingFactor | null;
  /** By policy of their role; another factor alone does not do. */
  needsPasskey: boolean;
  /** Ends then for want of use, unless it is used. */
  idleExpiresAt: Date;
  expiresAt: Date;
}

export type OperatorSessionContext = OperatorSignInContext & { operatorSession: OperatorSession };

export function toOperatorSession(
  { operatorSessionPolicy }: Pick<OperatorSignInContext, "operatorSessionPolicy">,
  row: OperatorSessionRow,
): OperatorSession {
  const { id, operatorId, email, displayName, role, factor, idleExpiresAt, expiresAt } = row;
  const missing = missingFactor(operatorSessionPolicy.passkeyRoles, role, factor);
  const needsPasskey = operatorSessionPolicy.passkeyRoles.includes(role);
  const person = { operatorId, email, displayName, role, needsPasskey };
  return { id, ...person, factor, missing, idleExpiresAt, expiresAt };
}

function missingFactor(
  passkeyRoles: readonly OperatorRole[],
  role: OperatorRole,
  factor: SignInFactor | null,
): MissingFactor | null {
  if (factor === null) return "second_factor";
  return passkeyRoles.includes(role) && factor !== "passkey" ? "passkey" : null;
}
