import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { OperatorRole } from "./operators.ts";

export type SignInFactor = "passkey" | "totp" | "recovery_code";

export type OperatorSessionEndReason =
  | "signed_out"
  | "revoked"
  | "operator_suspended"
  | "role_changed"
  | "password_changed"
  | "expired";

export interface OperatorSessionRow {
  id: string;
  operatorId: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  operatorStatus: "active" | "suspended";
  /** Null: only the password so far. */
  factor: SignInFactor | null;
  lastUsedAt: Date;
  idleExpiresAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

const columns = `s.id, s.operator_id AS "operatorId", o.email, o.display_name AS "displayName", o.role, o.status AS "operatorStatus",
  s.factor, s.last_used_at AS "lastUsedAt", s.idle_expires_at AS "idleExpiresAt", s.expires_at AS "expiresAt", s.ended_at AS "endedAt"`;

export async function insertOperatorSession(
  tx: Tx,
  row: {
    id: string;
    operatorId: string;
    tokenHash: Buffer;
    createdAt: Date;
    expiresAt: Date;
    userAgent: string | null;
    ipAddress: string;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO operator_sessions (id, operator_id, token_hash, created_at, last_used_at, idle_expires_at, expires_at, user_agent, ip_address)
     VALUES ($1, $2, $3, $4, $4, $5, $5, $6, $7)`,
    [
      row.id,
      row.operatorId,
      row.tokenHash,
      row.createdAt,
      row.expiresAt,
      row.userAgent,
      row.ipAddress,
    ],
  );
}

/** Every request of the console makes this look-up, so it is prepared. */
export async function findOperatorSession(
  db: Queryable,
  tokenHash: Buffer,
): Promise<OperatorSessionRow | undefined> {
  const { rows } = await db.query<OperatorSessionRow>({
    name: "find_operator_session",
    text: `SELECT ${columns} FROM operator_sessions s JOIN operators o ON o.id = s.operator_id WHERE s.token_hash = $1`,
    values: [tokenHash],
  });
  return rows[0];
}

/** Reads the session and lets nobody else change it until the database transaction ends. */
export async function lockOperatorSession(
  tx: Tx,
  id: string,
): Promise<OperatorSessionRow | undefined> {
  const { rows } = await tx.query<OperatorSessionRow>(
    `SELECT ${columns} FROM operator_sessions s JOIN operators o ON o.id = s.operator_id WHERE s.id = $1 FOR UPDATE OF s`,
    [id],
  );
  return rows[0];
}

/** A second factor has passed: another token, and the time of a whole session. */
export async function completeOperatorSession(
  tx: Tx,
  change: {
    id: string;
    factor: SignInFactor;
    tokenHash: Buffer;
    at: Date;
    idleExpiresAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await tx.query(
    `UPDATE operator_sessions SET factor = $2, token_hash = $3, last_used_at = $4, idle_expires_at = $5, expires_at = $6 WHERE id = $1`,
    [change.id, change.factor, change.tokenHash, change.at, change.idleExpiresAt, change.expiresAt],
  );
}

export async function touchOperatorSession(
  db: Queryable,
  change: { id: string; usedAt: Date; idleExpiresAt: Date },
): Promise<void> {
  await db.query(
    `UPDATE operator_sessions SET last_used_at = $2, idle_expires_at = least($3, expires_at) WHERE id = $1 AND ended_at IS NULL AND last_used_at < $2`,
    [change.id, change.usedAt, change.idleExpiresAt],
  );
}

/** Ends open sessions of an operator: all, only `id`, or all but `exceptId`. Their ids. */
export async function endOperatorSessions(
  tx: Tx,
  change: {
    operatorId: string;
    id?: string | undefined;
    exceptId?: string | undefined;
    endedAt: Date;
    reason: OperatorSessionEndReason;
  },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE operator_sessions SET ended_at = $2, end_reason = $3
     WHERE operator_id = $1 AND ended_at IS NULL
       AND ($4::uuid IS NULL OR id = $4) AND ($5::uuid IS NULL OR id <> $5)
     RETURNING id`,
    [change.operatorId, change.endedAt, change.reason, change.id ?? null, change.exceptId ?? null],
  );
  return rows.map(({ id }) => id);
}
