import type { Tx } from "../with-transaction.ts";

export interface UserState {
  status: "active" | "suspended" | "closed";
  outgoingFrozenAt: Date | null;
}

/** Reads whether the user may act, and keeps that so until the end of the database transaction. */
export async function lockUserState(tx: Tx, userId: string): Promise<UserState | undefined> {
  const { rows } = await tx.query<UserState>(
    `SELECT status, outgoing_frozen_at AS "outgoingFrozenAt" FROM users WHERE id = $1 FOR SHARE`,
    [userId],
  );
  return rows[0];
}
