import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** Withdrawals are asked for by users; proposals by an operator, the maker. Another operator, the checker, decides on any of them. */
export type ApprovalKind = "withdrawal" | ProposalKind;
export type ProposalKind = keyof Proposals;

/** What each kind of proposal is about, and exactly what will be done. */
interface Proposals {
  payout_resolution: { transactionId: string; proposal: Record<string, string> };
  adjustment: { transactionId: null; proposal: AdjustmentProposal };
  operator_change: { transactionId: null; proposal: ChangeProposal };
  setting_change: { transactionId: null; proposal: ChangeProposal };
}

/** Kinds that change who may do what, or how much; nothing is posted by them. */
export type ChangeKind = "operator_change" | "setting_change";

/** The fields that will be others, as they are now and as they will be; amounts as text, null: no limit. */
export interface ChangeProposal {
  /** 'operator:<id>', 'invitation:<address>', 'limits:<kind>:<currency>', 'approval_right:<kind>:<role>'. */
  target: string;
  from: ChangedFields;
  to: ChangedFields;
}
export type ChangedFields = Record<string, string | null>;

/** What will be posted, exactly; amounts as text, for JSON numbers are floats. */
export interface AdjustmentProposal {
  debitAccount: string;
  creditAccount: string;
  amountMinor: string;
  currency: string;
  /** The transaction that it corrects. */
  transactionId: string | null;
  /** Revio's id of the payment that leaves suspense by it; null, or absent in older ones: it does not touch suspense. */
  suspensePurchaseId?: string | null;
}

/** What a maker asks for: the whole of what the checker decides on. */
export type Proposal<Kind extends ProposalKind = ProposalKind> = {
  [K in Kind]: Proposals[K] & {
    kind: K;
    breakId: string | null;
    /** By which the checker's right is judged; null for what has none. */
    amountMinor: K extends ChangeKind ? null : bigint;
    currency: K extends ChangeKind ? null : string;
    requestReason: string;
  };
}[Kind];

export type ProposalRow<Kind extends ProposalKind> = Proposal<Kind> & {
  id: string;
  state: "requested" | "approved" | "rejected" | "withdrawn" | "expired";
  requestedBy: string;
  expiresAt: Date;
  decidedBy: string | null;
};

/** By its own id, or by the transaction that it is about. */
export type ApprovalOf = { kind: ApprovalKind } & ({ id: string } | { transactionId: string });

/** Whether an active operator's role may ask for, or decide on, approvals of a kind. */
export async function hasApprovalRight(
  db: Queryable,
  right: { operatorId: string } & ({ request: ApprovalKind } | { decide: ApprovalKind }),
): Promise<boolean> {
  const [kind, column] =
    "request" in right ? [right.request, "may_request"] : [right.decide, "may_decide"];
  const { rowCount } = await db.query(
    `SELECT 1 FROM operators o JOIN approval_rights r ON r.role = o.role
     WHERE o.id = $1 AND o.status = 'active' AND r.kind = $2 AND r.${column}`,
    [right.operatorId, kind],
  );
  return rowCount === 1;
}

/** A trigger refuses who may not ask; indexes a second open one about the same transaction or break. */
export async function insertApproval(
  tx: Tx,
  row: {
    id: string;
    kind: ApprovalKind;
    transactionId: string | null;
    requestedBy: string;
    requestedAt: Date;
    /** What a proposal has and a withdrawal has not. */
    breakId?: string | null;
    proposal?: object;
    amountMinor?: bigint | null;
    currency?: string | null;
    requestReason?: string;
    expiresAt?: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at, break_id, proposal, amount_minor, currency,
       request_reason, expires_at)
     VALUES ($1, $2, $3, 'requested', $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.id,
      row.kind,
      row.transactionId,
      row.requestedBy,
      row.requestedAt,
      row.breakId ?? null,
      JSON.stringify(row.proposal ?? {}),
      row.amountMinor ?? null,
      row.currency ?? null,
      row.requestReason ?? null,
      row.expiresAt ?? null,
    ],
  );
}

const proposalQuery = `SELECT id, kind, transaction_id AS "transactionId", break_id AS "breakId", proposal, amount_minor AS "amountMinor", currency,
    state, requested_by AS "requestedBy", request_reason AS "requestReason", expires_at AS "expiresAt", decided_by AS "decidedBy"
  FROM approvals WHERE id = $1 AND kind = $2`;

export async function findProposal<Kind extends ProposalKind>(
  db: Queryable,
  filter: { id: string; kind: Kind },
): Promise<ProposalRow<Kind> | undefined> {
  const { rows } = await db.query<ProposalRow<Kind>>(proposalQuery, [filter.id, filter.kind]);
  return rows[0];
}

/** The decision on an open one that is in time; false if it is not (any more). Triggers refuse who may not decide. */
export async function decideApproval(
  tx: Tx,
  of: ApprovalOf,
  row: {
    state: "approved" | "rejected";
    decidedBy: string;
    decidedAt: Date;
    reason: string | undefined;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE approvals SET state = $4, decided_by = $5, decided_at = $6, reason = $7
     WHERE kind = $1 AND (id = $2 OR transaction_id = $3) AND state = 'requested' AND (expires_at IS NULL OR expires_at > $6)`,
    [
      of.kind,
      "id" in of ? of.id : null,
      "id" in of ? null : of.transactionId,
      row.state,
      row.decidedBy,
      row.decidedAt,
      row.reason ?? null,
    ],
  );
  return rowCount === 1;
}

/** The maker takes an open request of theirs back; false if it is not open (any more), or somebody else's. */
export async function withdrawOwnApproval(
  tx: Tx,
  row: { id: string; requestedBy: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE approvals SET state = 'withdrawn', decided_at = $3
     WHERE id = $1 AND requested_by = $2 AND state = 'requested' AND kind <> 'withdrawal'`,
    [row.id, row.requestedBy, row.at],
  );
  return rowCount === 1;
}

/** What they asked for has happened, or can no longer: returns the ids of those that nobody had decided. */
export async function withdrawApprovals(
  tx: Tx,
  row: { kind: ApprovalKind; transactionId: string; at: Date },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE approvals SET state = 'withdrawn', decided_at = $3
     WHERE kind = $1 AND transaction_id = $2 AND state = 'requested' RETURNING id`,
    [row.kind, row.transactionId, row.at],
  );
  return rows.map(({ id }) => id);
}

/** Ends those that nobody decided in time: all, one, or the one about a break. Returns their ids. */
export async function expireApprovals(
  tx: Tx,
  row: { at: Date; limit: number; id?: string | undefined; breakId?: string | undefined },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE approvals SET state = 'expired', decided_at = $1
     WHERE id IN (SELECT id FROM approvals
                  WHERE state = 'requested' AND expires_at <= $1 AND id = coalesce($3, id) AND ($4::uuid IS NULL OR break_id = $4)
                  ORDER BY requested_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [row.at, row.limit, row.id ?? null, row.breakId ?? null],
  );
  return rows.map(({ id }) => id);
}
