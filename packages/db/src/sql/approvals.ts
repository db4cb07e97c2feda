import type { Tx } from "../with-transaction.ts";

export async function insertApproval(
  tx: Tx,
  row: {
    id: string;
    kind: "withdrawal";
    transactionId: string;
    requestedBy: string;
    requestedAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at)
     VALUES ($1, $2, $3, 'requested', $4, $5)`,
    [row.id, row.kind, row.transactionId, row.requestedBy, row.requestedAt],
  );
}

/** Decides an open approval; false if it is not open (any more). */
export async function decideApproval(
  tx: Tx,
  row: {
    kind: "withdrawal";
    transactionId: string;
    state: "approved" | "rejected";
    decidedBy: string;
    decidedAt: Date;
    reason: string | undefined;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE approvals SET state = $3, decided_by = $4, decided_at = $5, reason = $6
     WHERE kind = $1 AND transaction_id = $2 AND state = 'requested'`,
    [row.kind, row.transactionId, row.state, row.decidedBy, row.decidedAt, row.reason ?? null],
  );
  return rowCount === 1;
}

/** The user took the request back before anybody decided. */
export async function withdrawApproval(
  tx: Tx,
  row: { kind: "withdrawal"; transactionId: string; decidedAt: Date },
): Promise<void> {
  await tx.query(
    `UPDATE approvals SET state = 'withdrawn', decided_at = $3
     WHERE kind = $1 AND transaction_id = $2 AND state = 'requested'`,
    [row.kind, row.transactionId, row.decidedAt],
  );
}
