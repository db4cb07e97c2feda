import { isInTransaction } from "@revio-wallet/db/with-transaction";
import { invariant } from "../errors.ts";

/**
 * Before each call to Revio, in production too: a lock or a database transaction that waits for a provider's answer would
 * stop everybody else, and a rollback after the call would forget that it was made.
 *
 * @throws InvariantViolation inside of a database transaction; nothing was sent
 */
export function assertNoOpenTransaction(operation: string): void {
  invariant(!isInTransaction(), `${operation} was called inside of a database transaction`);
}
