import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** What an operator may do with approvals of a kind, by their role today. */
export interface ApprovalRight {
  mayRequest: boolean;
  mayDecide: boolean;
  /** Minor units; null: any amount. */
  maxAmountMinor: bigint | null;
}

/** Undefined if there is no such operator, they are suspended, or their role has nothing to do with it. */
export async function findApprovalRight(
  db: Queryable,
  filter: { operatorId: string; kind: string },
): Promise<ApprovalRight | undefined> {
  const { rows } = await db.query<ApprovalRight>(
    `SELECT r.may_request AS "mayRequest", r.may_decide AS "mayDecide", r.max_amount_minor AS "maxAmountMinor"
     FROM operators o JOIN approval_rights r ON r.role = o.role AND r.kind = $2 WHERE o.id = $1 AND o.status = 'active'`,
    [filter.operatorId, filter.kind],
  );
  return rows[0];
}

/** An approval that holds, in `proposal`, exactly what will be done. */
export interface ProposalRow {
  id: string;
  kind: "payout_resolution";
  transactionId: string;
  breakId: string | null;
  proposal: Record<string, string>;
  amountMinor: bigint;
  currency: string;
  state: "requested" | "approved" | "rejected" | "withdrawn" | "expired";
  requestedBy: string;
  requestedAt: Date;
  requestReason: string;
  expiresAt: Date;
}

/** The trigger refuses who may not ask, the index a second open proposal for the same transaction. */
export async function insertProposal(tx: Tx, row: Omit<ProposalRow, "state">): Promise<void> {
  await tx.query(
    `INSERT INTO approvals (id, kind, transaction_id, break_id, state, proposal, amount_minor, currency, requested_by, requested_at, request_reason, expires_at)
     VALUES ($1, $2, $3, $4, 'requested', $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.id,
      row.kind,
      row.transactionId,
      row.breakId,
      JSON.stringify(row.proposal),
      row.amountMinor,
      row.currency,
      row.requestedBy,
      row.requestedAt,
      row.requestReason,
      row.expiresAt,
    ],
  );
}

export async function findProposal(
  db: Queryable,
  filter: { id: string; kind: ProposalRow["kind"] },
): Promise<ProposalRow | undefined> {
  const { rows } = await db.query<ProposalRow>(
    `SELECT id, kind, transaction_id AS "transactionId", break_id AS "breakId", proposal, amount_minor AS "amountMinor", currency, state,
            requested_by AS "requestedBy", requested_at AS "requestedAt", request_reason AS "requestReason", expires_at AS "expiresAt"
     FROM approvals WHERE id = $1 AND kind = $2`,
    [filter.id, filter.kind],
  );
  return rows[0];
}

/** Decides a proposal that is open and in time; false if it is not (any more). Triggers refuse who may not decide. */
export async function decideProposal(
  tx: Tx,
  row: {
    id: string;
    state: "approved" | "rejected";
    decidedBy: string;
    decidedAt: Date;
    reason: string;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4, reason = $5
     WHERE id = $1 AND state = 'requested' AND (expires_at IS NULL OR expires_at > $4)`,
    [row.id, row.state, row.decidedBy, row.decidedAt, row.reason],
  );
  return rowCount === 1;
}

/** What they proposed has happened, or can no longer: returns the ids of the proposals that are void. */
export async function withdrawProposals(
  tx: Tx,
  row: { kind: ProposalRow["kind"]; transactionId: string; at: Date },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE approvals SET state = 'withdrawn', decided_at = $3
     WHERE kind = $1 AND transaction_id = $2 AND state = 'requested' RETURNING id`,
    [row.kind, row.transactionId, row.at],
  );
  return rows.map(({ id }) => id);
}

/** Ends proposals that nobody decided in time, of every kind; returns their ids. */
export async function expireProposals(tx: Tx, row: { at: Date; limit: number }): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE approvals SET state = 'expired', decided_at = $1
     WHERE id IN (SELECT id FROM approvals WHERE state = 'requested' AND expires_at <= $1
                  ORDER BY requested_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [row.at, row.limit],
  );
  return rows.map(({ id }) => id);
}
