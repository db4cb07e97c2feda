import type { Queryable } from "../pool.ts";
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

/** True if an operator has said of this subject that the ledger has it under something else. */
export async function isLinkedSubject(db: Queryable, subject: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "SELECT FROM breaks WHERE subject = $1 AND resolution = 'linked' LIMIT 1",
    [subject],
  );
  return rowCount === 1;
}

/** True if something else about one of these subjects is open. */
export async function hasOtherOpenBreak(
  tx: Tx,
  breaks: readonly { id: string; subject: string }[],
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "SELECT FROM breaks WHERE subject = ANY ($1) AND state = 'open' AND NOT id = ANY ($2) LIMIT 1",
    [breaks.map(({ subject }) => subject), breaks.map(({ id }) => id)],
  );
  return rowCount === 1;
}

/** True if a proposal about one of these breaks waits for a decision. */
export async function hasOpenProposal(tx: Tx, breakIds: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query(
    "SELECT FROM approvals WHERE break_id = ANY ($1) AND state = 'requested' LIMIT 1",
    [breakIds],
  );
  return rowCount === 1;
}
