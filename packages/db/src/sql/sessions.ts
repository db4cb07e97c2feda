import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { UserStatus } from "./users.ts";

export type SessionEndReason =
  | "signed_out"
  | "reuse_detected"
  | "user_suspended"
  | "password_changed"
  | "revoked"
  | "expired";

export interface SessionRow {
  id: string;
  userId: string;
  userStatus: UserStatus;
  idleExpiresAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

export interface ListedSessionRow {
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  userAgent: string | null;
}

const columns = `s.id, s.user_id AS "userId", u.status AS "userStatus", s.idle_expires_at AS "idleExpiresAt",
  s.expires_at AS "expiresAt", s.ended_at AS "endedAt"`;

export async function insertSession(
  tx: Tx,
  row: {
    id: string;
    userId: string;
    createdAt: Date;
    idleExpiresAt: Date;
    expiresAt: Date;
    userAgent: string | null;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (id, user_id, created_at, last_used_at, idle_expires_at, expires_at, user_agent)
     VALUES ($1, $2, $3, $3, $4, $5, $6)`,
    [row.id, row.userId, row.createdAt, row.idleExpiresAt, row.expiresAt, row.userAgent],
  );
}

/** Every authenticated request makes this look-up, so it is prepared. */
export async function findSession(db: Queryable, id: string): Promise<SessionRow | undefined> {
  const { rows } = await db.query<SessionRow>({
    name: "find_session",
    text: `SELECT ${columns} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`,
    values: [id],
  });
  return rows[0];
}

/** Reads the session and lets nobody else use or end it until the database transaction ends. */
export async function lockSession(tx: Tx, id: string): Promise<SessionRow | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `SELECT ${columns} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 FOR UPDATE OF s`,
    [id],
  );
  return rows[0];
}

export async function touchSession(
  tx: Tx,
  change: { id: string; lastUsedAt: Date; idleExpiresAt: Date },
): Promise<void> {
  await tx.query("UPDATE sessions SET last_used_at = $2, idle_expires_at = $3 WHERE id = $1", [
    change.id,
    change.lastUsedAt,
    change.idleExpiresAt,
  ]);
}

/** Ends open sessions of a user: all, only `id`, or all but `exceptId`. Returns how many were open. */
export async function endSessions(
  tx: Tx,
  change: {
    userId: string;
    id?: string | undefined;
    exceptId?: string | undefined;
    endedAt: Date;
    reason: SessionEndReason;
  },
): Promise<number> {
  const { rowCount } = await tx.query(
    `UPDATE sessions SET ended_at = $2, end_reason = $3
     WHERE user_id = $1 AND ended_at IS NULL
       AND ($4::uuid IS NULL OR id = $4) AND ($5::uuid IS NULL OR id <> $5)`,
    [change.userId, change.endedAt, change.reason, change.id ?? null, change.exceptId ?? null],
  );
  return rowCount ?? 0;
}

/** Sessions that can still be used, the last used first. */
export async function listOpenSessions(
  db: Queryable,
  userId: string,
  now: Date,
): Promise<ListedSessionRow[]> {
  const { rows } = await db.query<ListedSessionRow>(
    `SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", user_agent AS "userAgent"
     FROM sessions
     WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND idle_expires_at > $2
     ORDER BY last_used_at DESC, id DESC LIMIT 100`,
    [userId, now],
  );
  return rows;
}
