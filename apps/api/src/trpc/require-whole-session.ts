import { DomainError } from "@revio-wallet/core/errors";
import type { OperatorSession } from "@revio-wallet/core/operator-session/operator-session";

/**
 * The operator has finished signing in, with the factor that the role needs.
 *
 * @throws DomainError UNAUTHENTICATED, FORBIDDEN
 */
export function requireWholeSession({ missing }: OperatorSession): void {
  if (missing === "second_factor") {
    throw new DomainError("UNAUTHENTICATED", "Finish signing in first.");
  }
  if (missing === "passkey") {
    throw new DomainError("FORBIDDEN", "Your role needs a passkey. Add one first.");
  }
}
