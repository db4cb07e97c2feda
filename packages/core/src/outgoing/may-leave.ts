import { lockUserState } from "@revio-wallet/db/sql/lock-user-state";
import { lockOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import type { Tx } from "@revio-wallet/db/with-transaction";

/**
 * True if money may leave, and then it stays so until the end of this database transaction: who stops it meanwhile waits
 * for us. Ask after the account locks have been taken.
 */
export async function mayLeave(tx: Tx): Promise<boolean> {
  const { stoppedAt } = await lockOutgoingSwitch(tx);
  return stoppedAt === null;
}

/** The same of one user's money: they are active, and not frozen. */
export async function mayLeaveUser(tx: Tx, userId: string): Promise<boolean> {
  const user = await lockUserState(tx, userId);
  return user?.status === "active" && user.outgoingFrozenAt === null;
}
