import type { Queryable } from "../pool.ts";
import type { ApprovalKind } from "./approvals.ts";

export type ApprovalState = "requested" | "approved" | "rejected" | "withdrawn" | "expired";

/**
 * Why somebody may not decide on it. `amount`: they may refuse it, not approve it. `own_request`: they asked for it, with this account
 * or another of theirs. `about_themselves`: it changes one of their accounts.
 */
export type DecisionBlock =
  | "decided"
  | "expired"
  | "role"
  | "own_request"
  | "about_themselves"
  | "amount";

/** A request with the names of who asked and who decided, and whether the viewer may decide. */
export interface ListedApprovalRow {
  id: string;
  kind: ApprovalKind;
  state: ApprovalState;
  transactionId: string | null;
  breakId: string | null;
  proposal: Record<string, unknown>;
  amountMinor: bigint | null;
  currency: string | null;
  requestedBy: string;
  requestedByKind: "user" | "operator";
  /** Of an operator; users are named by their id. */
  requestedByName: string | null;
  requestedAt: Date;
  requestReason: string | null;
  expiresAt: Date | null;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: Date | null;
  reason: string | null;
  /** Null: the viewer may approve and refuse it. */
  blockedBy: DecisionBlock | null;
}

/** Whether the viewer may decide, in the words of `DecisionBlock`; the triggers that refuse a decision ask for the same. */
export const blockedBy = `CASE
  WHEN a.state <> 'requested' THEN 'decided'
  WHEN a.expires_at <= $2 THEN 'expired'
  WHEN r.may_decide IS NOT TRUE OR v.status <> 'active' THEN 'role'
  WHEN coalesce(m.person_id, a.requested_by) = v.person_id THEN 'own_request'
  WHEN a.kind = 'operator_change' AND EXISTS (
    SELECT FROM operators s WHERE s.person_id = v.person_id AND a.proposal ->> 'target' = 'operator:' || s.id) THEN 'about_themselves'
  WHEN coalesce(a.amount_minor, t.amount_minor) > r.max_amount_minor THEN 'amount'
END`;

const select = `SELECT a.id, a.kind, a.state, a.transaction_id AS "transactionId", a.break_id AS "breakId", a.proposal,
    coalesce(a.amount_minor, t.amount_minor) AS "amountMinor", coalesce(a.currency, t.currency) AS currency, a.requested_by AS "requestedBy",
    CASE WHEN m.id IS NULL THEN 'user' ELSE 'operator' END AS "requestedByKind", m.display_name AS "requestedByName",
    a.requested_at AS "requestedAt", a.request_reason AS "requestReason", a.expires_at AS "expiresAt", a.decided_by AS "decidedBy",
    d.display_name AS "decidedByName", a.decided_at AS "decidedAt", a.reason, ${blockedBy} AS "blockedBy"`;
/** Of approvals `a`: the viewer `v` ($1) and their right `r`, the maker `m`, the decider `d`, the transaction `t`. */
export const joined = `JOIN operators v ON v.id = $1
  LEFT JOIN approval_rights r ON r.kind = a.kind AND r.role = v.role
  LEFT JOIN operators m ON m.id = a.requested_by
  LEFT JOIN operators d ON d.id = a.decided_by
  LEFT JOIN transactions t ON t.id = a.transaction_id`;

export interface ApprovalListFilter {
  viewerId: string;
  now: Date;
  kind?: ApprovalKind | undefined;
  state?: ApprovalState | undefined;
  requestedBy?: string | undefined;
  /** Open ones that the viewer may approve or refuse. */
  decidable: boolean;
  /** Where the page before ended. */
  after?: { requestedAt: Date; id: string } | undefined;
  limit: number;
}

/** One page: of open ones the oldest first, of others the newest. Each combination of filters walks along an index. */
export async function findApprovals(
  db: Queryable,
  filter: ApprovalListFilter,
): Promise<ListedApprovalRow[]> {
  const state = filter.decidable ? "requested" : filter.state;
  const oldestFirst = state === "requested";
  const values: unknown[] = [filter.viewerId, filter.now, filter.limit];
  const where: string[] = [];
  const given = (condition: (place: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  given((place) => `a.state = ${place}`, state);
  given((place) => `a.kind = ${place}`, filter.kind);
  given((place) => `a.requested_by = ${place}`, filter.requestedBy);
  if (filter.after !== undefined) {
    values.push(filter.after.requestedAt, filter.after.id);
    const [at, id] = [`$${values.length - 1}::timestamptz`, `$${values.length}::uuid`];
    where.push(`(a.requested_at, a.id) ${oldestFirst ? ">" : "<"} (${at}, ${id})`);
  }
  if (filter.decidable) where.push(`coalesce(${blockedBy}, 'amount') = 'amount'`);
  const order = oldestFirst ? "ASC" : "DESC";
  const { rows } = await db.query<ListedApprovalRow>(
    `${select} FROM approvals a ${joined} ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}
     ORDER BY a.requested_at ${order}, a.id ${order} LIMIT $3`,
    values,
  );
  return rows;
}

export async function findListedApproval(
  db: Queryable,
  filter: { id: string; viewerId: string; now: Date },
): Promise<ListedApprovalRow | undefined> {
  const { rows } = await db.query<ListedApprovalRow>(
    `${select} FROM approvals a ${joined} WHERE a.id = $3`,
    [filter.viewerId, filter.now, filter.id],
  );
  return rows[0];
}
