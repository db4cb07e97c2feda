import type { Tx } from "../with-transaction.ts";

/** Puts a link on record. The database asks at the end of the database transaction that both sides come out even. */
export async function insertBreakMatch(
  tx: Tx,
  row: {
    id: string;
    matchedBy: string;
    reason: string;
    /** The sum of either side, minor units. */
    amountMinor: bigint;
    currency: string;
    matchedAt: Date;
  },
): Promise<void> {
  await tx.query(
    "INSERT INTO break_matches (id, matched_by, reason, amount_minor, currency, matched_at) VALUES ($1, $2, $3, $4, $5, $6)",
    [row.id, row.matchedBy, row.reason, row.amountMinor, row.currency, row.matchedAt],
  );
}

/** Ends a locked, open break by a link. */
export async function linkBreak(
  tx: Tx,
  row: {
    id: string;
    matchId: string;
    at: Date;
    /** What is added to the evidence. */
    evidence: Record<string, string | null>;
  },
): Promise<void> {
  await tx.query(
    `UPDATE breaks SET state = 'resolved', resolution = 'linked', resolved_at = $3, match_id = $2, evidence = evidence || $4 WHERE id = $1`,
    [row.id, row.matchId, row.at, JSON.stringify(row.evidence)],
  );
}

/** True if a proposal about one of these breaks waits for a decision. */
export async function hasOpenProposal(tx: Tx, breakIds: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query(
    "SELECT FROM approvals WHERE break_id = ANY ($1) AND state = 'requested' LIMIT 1",
    [breakIds],
  );
  return rowCount === 1;
}
