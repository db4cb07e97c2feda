import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

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

export interface AdjustmentApprovalRow {
  id: string;
  state: "requested" | "approved" | "rejected" | "withdrawn" | "expired";
  breakId: string | null;
  proposal: AdjustmentProposal;
  amountMinor: bigint;
  currency: string;
  requestedBy: string;
  requestedAt: Date;
  requestReason: string;
  expiresAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  reason: string | null;
}

const columns = `id, state, break_id AS "breakId", proposal, amount_minor AS "amountMinor", currency, requested_by AS "requestedBy",
  requested_at AS "requestedAt", request_reason AS "requestReason", expires_at AS "expiresAt", decided_by AS "decidedBy",
  decided_at AS "decidedAt", reason`;

/** A proposal; undefined if another one about the same break is open. Rights are checked by a trigger. */
export async function insertAdjustmentApproval(
  tx: Tx,
  row: Pick<
    AdjustmentApprovalRow,
    | "id"
    | "breakId"
    | "proposal"
    | "amountMinor"
    | "currency"
    | "requestedBy"
    | "requestedAt"
    | "requestReason"
    | "expiresAt"
  >,
): Promise<AdjustmentApprovalRow | undefined> {
  const { rows } = await tx.query<AdjustmentApprovalRow>(
    `INSERT INTO approvals (id, kind, state, transaction_id, break_id, proposal, amount_minor, currency, requested_by, requested_at, request_reason, expires_at)
     VALUES ($1, 'adjustment', 'requested', NULL, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (break_id) WHERE state = 'requested' DO NOTHING RETURNING ${columns}`,
    [
      row.id,
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
  return rows[0];
}

export async function findAdjustmentApproval(
  db: Queryable,
  id: string,
): Promise<AdjustmentApprovalRow | undefined> {
  const { rows } = await db.query<AdjustmentApprovalRow>(
    `SELECT ${columns} FROM approvals WHERE id = $1 AND kind = 'adjustment'`,
    [id],
  );
  return rows[0];
}

/** The same, held until the end of the database transaction. Take account locks first. */
export async function lockAdjustmentApproval(
  tx: Tx,
  id: string,
): Promise<AdjustmentApprovalRow | undefined> {
  const { rows } = await tx.query<AdjustmentApprovalRow>(
    `SELECT ${columns} FROM approvals WHERE id = $1 AND kind = 'adjustment' FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** Decides an open proposal. Rights and tiers are checked by a trigger, that it is another person by a constraint. */
export async function decideAdjustmentApproval(
  tx: Tx,
  row: {
    id: string;
    state: "approved" | "rejected";
    decidedBy: string;
    decidedAt: Date;
    reason: string | undefined;
  },
): Promise<void> {
  await tx.query(
    `UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1`,
    [row.id, row.state, row.decidedBy, row.decidedAt, row.reason ?? null],
  );
}

/** Ends a proposal whose time is over, by its own id or by the break that it is about; returns the ids. */
export async function expireAdjustmentApprovals(
  tx: Tx,
  row: { id: string | null; breakId: string | null; at: Date },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE approvals SET state = 'expired', decided_at = $3
     WHERE kind = 'adjustment' AND state = 'requested' AND expires_at <= $3 AND (id = $1 OR break_id = $2) RETURNING id`,
    [row.id, row.breakId, row.at],
  );
  return rows.map(({ id }) => id);
}

/** Currency of a ledger account, and whose it is; undefined if there is none of that code. */
export async function findLedgerAccount(
  db: Queryable,
  code: string,
): Promise<{ currency: string; userId: string | null } | undefined> {
  const { rows } = await db.query<{ currency: string; userId: string | null }>(
    `SELECT currency, user_id AS "userId" FROM ledger_accounts WHERE code = $1`,
    [code],
  );
  return rows[0];
}

/** What an adjustment needs to know of the break that it is to resolve; held, so that it cannot be resolved meanwhile. */
export async function lockBreakToAdjust(
  tx: Tx,
  id: string,
): Promise<
  | {
      state: "open" | "resolved";
      class: string;
      subject: string;
      transactionId: string | null;
    }
  | undefined
> {
  const { rows } = await tx.query<{
    state: "open" | "resolved";
    class: string;
    subject: string;
    transactionId: string | null;
  }>(
    `SELECT state, class, subject, transaction_id AS "transactionId" FROM breaks WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}
