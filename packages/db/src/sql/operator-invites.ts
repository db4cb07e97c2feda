import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { OperatorRole } from "./operators.ts";

export interface OpenInviteRow {
  id: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  expiresAt: Date;
}

/**
 * @throws DatabaseError 42501 unless the inviter is an active administrator, 23505 if one is open for the address, or the approval is used up, 23514
 *   operator_invites_approved if the role needs an approval, or the approval is not for this
 */
export async function insertOperatorInvite(
  tx: Tx,
  row: {
    id: string;
    email: string;
    displayName: string;
    role: OperatorRole;
    tokenHash: Buffer;
    invitedBy: string;
    invitedAt: Date;
    expiresAt: Date;
    approvalId: string | null;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO operator_invites (id, email, display_name, role, token_hash, invited_by, invited_at, expires_at, approval_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.id,
      row.email,
      row.displayName,
      row.role,
      row.tokenHash,
      row.invitedBy,
      row.invitedAt,
      row.expiresAt,
      row.approvalId,
    ],
  );
}

/** False once there is any operator. */
export async function insertFirstInvite(
  tx: Tx,
  row: {
    id: string;
    email: string;
    displayName: string;
    tokenHash: Buffer;
    invitedAt: Date;
    expiresAt: Date;
  },
): Promise<boolean> {
  const { rows } = await tx.query<{ invited: boolean }>(
    "SELECT invite_first_operator($1, $2, $3, $4, $5, $6) AS invited",
    [row.id, row.email, row.displayName, row.tokenHash, row.invitedAt, row.expiresAt],
  );
  return rows[0]?.invited === true;
}

export async function findOpenInvite(
  db: Queryable,
  look: { tokenHash: Buffer; now: Date },
): Promise<OpenInviteRow | undefined> {
  const { rows } = await db.query<OpenInviteRow>(
    `SELECT id, email, display_name AS "displayName", role, expires_at AS "expiresAt" FROM operator_invites
     WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2`,
    [look.tokenHash, look.now],
  );
  return rows[0];
}

/** Makes the operator; the invitation's id, or undefined if it is not open any more. */
export async function acceptOperatorInvite(
  tx: Tx,
  acceptance: { tokenHash: Buffer; operatorId: string; passwordHash: string; acceptedAt: Date },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string | null }>(
    "SELECT accept_operator_invite($1, $2, $3, $4) AS id",
    [acceptance.tokenHash, acceptance.operatorId, acceptance.passwordHash, acceptance.acceptedAt],
  );
  return rows[0]?.id ?? undefined;
}

/** Takes back the open invitation of an address; its id, or undefined if there is none. */
export async function revokeOpenInvite(
  tx: Tx,
  change: { email: string; revokedAt: Date },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE operator_invites SET revoked_at = $2 WHERE email = $1 AND accepted_at IS NULL AND revoked_at IS NULL RETURNING id`,
    [change.email, change.revokedAt],
  );
  return rows[0]?.id;
}
