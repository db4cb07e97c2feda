import type { Tx } from "../with-transaction.ts";

export type ChallengePurpose = "register_passkey" | "sign_in" | "step_up";

export async function insertChallenge(
  tx: Tx,
  row: {
    id: string;
    sessionId: string;
    purpose: ChallengePurpose;
    challenge: Buffer;
    boundTo: Buffer | null;
    createdAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO operator_challenges (id, session_id, purpose, challenge, bound_to, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.sessionId, row.purpose, row.challenge, row.boundTo, row.createdAt, row.expiresAt],
  );
}

/** Uses a challenge up: undefined if it is another session's, for something else, used before, or too old. */
export async function useChallenge(
  tx: Tx,
  use: { id: string; sessionId: string; purpose: ChallengePurpose; now: Date },
): Promise<{ challenge: Buffer; boundTo: Buffer | null } | undefined> {
  const { rows } = await tx.query<{ challenge: Buffer; boundTo: Buffer | null }>(
    `UPDATE operator_challenges SET used_at = $4
     WHERE id = $1 AND session_id = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $4
     RETURNING challenge, bound_to AS "boundTo"`,
    [use.id, use.sessionId, use.purpose, use.now],
  );
  return rows[0];
}

export async function insertStepUp(
  tx: Tx,
  row: {
    id: string;
    sessionId: string;
    boundTo: Buffer;
    factor: "passkey" | "totp";
    grantedAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO operator_step_ups (id, session_id, bound_to, factor, granted_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [row.id, row.sessionId, row.boundTo, row.factor, row.grantedAt, row.expiresAt],
  );
}

/** Uses a step-up up; false if it is another session's, for another action, used before, or too old. */
export async function useStepUpRow(
  tx: Tx,
  use: { id: string; sessionId: string; boundTo: Buffer; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE operator_step_ups SET used_at = $4
     WHERE id = $1 AND session_id = $2 AND bound_to = $3 AND used_at IS NULL AND expires_at > $4`,
    [use.id, use.sessionId, use.boundTo, use.now],
  );
  return rowCount === 1;
}

/** Challenges and step-ups that expired before `before` go. */
export async function deleteExpiredChallenges(tx: Tx, before: Date): Promise<void> {
  await tx.query("DELETE FROM operator_challenges WHERE expires_at < $1", [before]);
  await tx.query("DELETE FROM operator_step_ups WHERE expires_at < $1", [before]);
}
