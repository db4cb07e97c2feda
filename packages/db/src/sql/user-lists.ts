import type { Queryable } from "../pool.ts";
import type { SessionEndReason } from "./sessions.ts";
import type { UserStatus } from "./users.ts";

/** A user with the ciphertext of their contact data and the wrapped key that opens it. */
export interface ListedUserRow {
  id: string;
  status: UserStatus;
  emailCiphertext: Buffer;
  fullNameCiphertext: Buffer;
  phoneCiphertext: Buffer | null;
  dataKeyId: string;
  wrappedKey: Buffer;
  keyEncryptionKeyId: string;
  outgoingFrozenAt: Date | null;
  outgoingFrozenReason: string | null;
  createdAt: Date;
}

const users = `SELECT u.id, u.status, u.email_ciphertext AS "emailCiphertext", u.full_name_ciphertext AS "fullNameCiphertext",
    u.phone_ciphertext AS "phoneCiphertext", u.data_key_id AS "dataKeyId", d.wrapped_key AS "wrappedKey",
    d.key_encryption_key_id AS "keyEncryptionKeyId", u.outgoing_frozen_at AS "outgoingFrozenAt",
    u.outgoing_frozen_reason AS "outgoingFrozenReason", u.created_at AS "createdAt"
  FROM users u JOIN data_keys d ON d.id = u.data_key_id`;

/** Users, the newest first, after a place in that order. */
export async function findUsers(
  db: Queryable,
  filter: {
    status: UserStatus | undefined;
    /** Only those whose outgoing money is frozen. */
    isFrozen: boolean;
    /** Registered at or after. */
    from: Date | undefined;
    /** Registered before. */
    to: Date | undefined;
    before: { createdAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<ListedUserRow[]> {
  const { rows } = await db.query<ListedUserRow>(
    `${users}
     WHERE ($1::text IS NULL OR u.status = $1) ${filter.isFrozen ? "AND u.outgoing_frozen_at IS NOT NULL" : ""}
       AND ($2::timestamptz IS NULL OR u.created_at >= $2) AND ($3::timestamptz IS NULL OR u.created_at < $3)
       AND ($4::timestamptz IS NULL OR (u.created_at, u.id) < ($4, $5::uuid))
     ORDER BY u.created_at DESC, u.id DESC LIMIT $6`,
    [
      filter.status ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** Users by id, or the one with an address; in no order. */
export async function findListedUsers(
  db: Queryable,
  by: { ids: readonly string[] } | { emailLookup: Buffer },
): Promise<ListedUserRow[]> {
  const { rows } = await ("ids" in by
    ? db.query<ListedUserRow>(`${users} WHERE u.id = ANY ($1::uuid[])`, [by.ids])
    : db.query<ListedUserRow>(`${users} WHERE u.email_lookup = $1`, [by.emailLookup]));
  return rows;
}

export interface UserBreakRow {
  id: string;
  class: string;
  severity: "notice" | "warning" | "critical";
  subject: string;
  transactionId: string | null;
  openedAt: Date;
}

/** Open breaks about a user's transactions or accounts, oldest first. Reads the open breaks, which are few, not the transactions. */
export async function findOpenBreaksOfUser(
  db: Queryable,
  of: { userId: string; limit: number },
): Promise<UserBreakRow[]> {
  const { rows } = await db.query<UserBreakRow>(
    `SELECT b.id, b.class, b.severity, b.subject, b.transaction_id AS "transactionId", b.opened_at AS "openedAt"
     FROM breaks b LEFT JOIN transactions t ON t.id = b.transaction_id
     WHERE b.state = 'open' AND (t.user_id = $1 OR b.subject LIKE 'account:user:' || $1 || ':%')
     ORDER BY b.opened_at, b.id LIMIT $2`,
    [of.userId, of.limit],
  );
  return rows;
}

/** A user's transactions by kind and status. */
export async function countTransactionsOfUser(
  db: Queryable,
  userId: string,
): Promise<{ kind: string; status: string; count: bigint }[]> {
  const { rows } = await db.query<{ kind: string; status: string; count: bigint }>(
    "SELECT kind, status, count(*) AS count FROM transactions WHERE user_id = $1 GROUP BY kind, status ORDER BY kind, status",
    [userId],
  );
  return rows;
}

export interface UserChangeRow {
  action: string;
  at: Date;
  reason: string | null;
  actorKind: "user" | "operator" | "system" | "provider";
  actorId: string | null;
  /** Null unless an operator did it. */
  actorName: string | null;
}

/** The last time that one of these was done to a user, and by whom; undefined if never. */
export async function findLastChangeOfUser(
  db: Queryable,
  of: { userId: string; actions: readonly string[] },
): Promise<UserChangeRow | undefined> {
  const { rows } = await db.query<UserChangeRow>(
    `SELECT a.action, a.occurred_at AS at, a.details ->> 'reason' AS reason, a.actor_kind AS "actorKind", a.actor_id AS "actorId",
            o.display_name AS "actorName"
     FROM audit_events a LEFT JOIN operators o ON a.actor_kind = 'operator' AND o.id::text = a.actor_id
     WHERE a.subject_kind = 'user' AND a.subject_id = $1 AND a.action = ANY ($2::text[])
     ORDER BY a.sequence DESC LIMIT 1`,
    [of.userId, of.actions],
  );
  return rows[0];
}

export interface UserSessionRow {
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  idleExpiresAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: SessionEndReason | null;
  userAgent: string | null;
}

/** A user's sessions, open or over, the newest first. */
export async function findSessionsOfUser(
  db: Queryable,
  page: {
    userId: string;
    before: { createdAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<UserSessionRow[]> {
  const { rows } = await db.query<UserSessionRow>(
    `SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", idle_expires_at AS "idleExpiresAt", expires_at AS "expiresAt",
            ended_at AS "endedAt", end_reason AS "endReason", user_agent AS "userAgent"
     FROM sessions WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [page.userId, page.before?.createdAt ?? null, page.before?.id ?? null, page.limit],
  );
  return rows;
}

/** Whether a user has such a session, open or over. */
export async function hasSession(
  db: Queryable,
  session: { id: string; userId: string },
): Promise<boolean> {
  const { rowCount } = await db.query("SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2", [
    session.id,
    session.userId,
  ]);
  return rowCount === 1;
}
