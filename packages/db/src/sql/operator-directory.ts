import type { Queryable } from "../pool.ts";
import type { OperatorRole } from "./operators.ts";

/** An operator as other operators see them. */
export interface ListedOperatorRow {
  id: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  status: "active" | "suspended";
  personId: string;
  createdAt: Date;
  /** Null: has never signed in. */
  lastActiveAt: Date | null;
  openSessions: number;
  passkeys: number;
  hasTotp: boolean;
  /** An open request to change them. */
  openApprovalId: string | null;
}

const select = `SELECT o.id, o.email, o.display_name AS "displayName", o.role, o.status, o.person_id AS "personId", o.created_at AS "createdAt",
    (SELECT max(s.last_used_at) FROM operator_sessions s WHERE s.operator_id = o.id) AS "lastActiveAt",
    (SELECT count(*)::integer FROM operator_sessions s
     WHERE s.operator_id = o.id AND s.ended_at IS NULL AND s.expires_at > $1 AND s.idle_expires_at > $1) AS "openSessions",
    (SELECT count(*)::integer FROM operator_passkeys p WHERE p.operator_id = o.id) AS passkeys,
    EXISTS (SELECT FROM operator_totp_factors f WHERE f.operator_id = o.id AND f.confirmed_at IS NOT NULL) AS "hasTotp",
    (SELECT a.id FROM approvals a WHERE a.state = 'requested' AND a.kind IN ('operator_change', 'setting_change')
      AND a.proposal ->> 'target' = 'operator:' || o.id) AS "openApprovalId"
  FROM operators o`;

/** One page of operators, the earliest first, after a place in that order. */
export async function findOperators(
  db: Queryable,
  filter: {
    now: Date;
    role: OperatorRole | undefined;
    status: "active" | "suspended" | undefined;
    after: { createdAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<ListedOperatorRow[]> {
  const { rows } = await db.query<ListedOperatorRow>(
    `${select} WHERE ($2::text IS NULL OR o.role = $2) AND ($3::text IS NULL OR o.status = $3)
       AND ($4::timestamptz IS NULL OR (o.created_at, o.id) > ($4, $5::uuid))
     ORDER BY o.created_at, o.id LIMIT $6`,
    [
      filter.now,
      filter.role ?? null,
      filter.status ?? null,
      filter.after?.createdAt ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

export async function findListedOperator(
  db: Queryable,
  filter: { id: string; now: Date },
): Promise<ListedOperatorRow | undefined> {
  const { rows } = await db.query<ListedOperatorRow>(`${select} WHERE o.id = $2`, [
    filter.now,
    filter.id,
  ]);
  return rows[0];
}

/** The accounts of one person, the earliest first. */
export async function findAccountsOfPerson(
  db: Queryable,
  personId: string,
): Promise<{ id: string; email: string; displayName: string }[]> {
  const { rows } = await db.query<{ id: string; email: string; displayName: string }>(
    `SELECT id, email, display_name AS "displayName" FROM operators WHERE person_id = $1 ORDER BY created_at, id`,
    [personId],
  );
  return rows;
}

/** Which role may ask for which approvals, decide on them, and up to which amount. */
export interface ApprovalRightRow {
  kind: string;
  role: OperatorRole;
  mayRequest: boolean;
  mayDecide: boolean;
  /** Null: any amount. */
  maxAmountMinor: bigint | null;
}

export async function readApprovalRights(db: Queryable): Promise<ApprovalRightRow[]> {
  const { rows } = await db.query<ApprovalRightRow>(
    `SELECT kind, role, may_request AS "mayRequest", may_decide AS "mayDecide", max_amount_minor AS "maxAmountMinor"
     FROM approval_rights ORDER BY kind, role`,
  );
  return rows;
}

/** An invitation that nobody has accepted yet. */
export interface OpenInvitationRow {
  id: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  invitedByName: string | null;
  invitedAt: Date;
  expiresAt: Date;
}

export async function findOpenInvitations(
  db: Queryable,
  filter: { now: Date; limit: number },
): Promise<OpenInvitationRow[]> {
  const { rows } = await db.query<OpenInvitationRow>(
    `SELECT i.id, i.email, i.display_name AS "displayName", i.role, o.display_name AS "invitedByName", i.invited_at AS "invitedAt",
       i.expires_at AS "expiresAt"
     FROM operator_invites i LEFT JOIN operators o ON o.id = i.invited_by
     WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $1 ORDER BY i.invited_at DESC LIMIT $2`,
    [filter.now, filter.limit],
  );
  return rows;
}
