import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type BreakClass =
  | "missing_in_ledger"
  | "missing_at_provider"
  | "amount_mismatch"
  | "currency_mismatch"
  | "duplicate_in_ledger"
  | "duplicate_at_provider"
  | "status_mismatch"
  | "fee_mismatch"
  | "batch_total"
  | "uncleared"
  | "float_drift"
  | "balance_drift"
  | "reserve_drift"
  | "history_broken"
  | "hash_chain_broken"
  | "certificate_broken"
  | "payout_in_doubt"
  | "unknown_object";

export interface BreakRow {
  id: string;
  class: BreakClass;
  severity: "notice" | "warning" | "critical";
  subject: string;
  transactionId: string | null;
  amountMinor: bigint | null;
  currency: string | null;
  evidence: Record<string, string | number | boolean | null>;
  openedBy: "provider_event" | "reconciliation" | "checker";
  openedAt: Date;
  lastSeenAt: Date;
  ownerId: string | null;
  state: "open" | "resolved";
  /** linked: an operator joined it to what is on the other side, without an entry. */
  resolution: "provider_evidence" | "match" | "adjustment" | "decision" | "linked" | null;
  resolvedAt: Date | null;
  approvalId: string | null;
  journalEntryId: string | null;
  matchId: string | null;
  /** Counts what became known of it, and who looks after it. */
  version: number;
}

export const breakColumns = `id, class, severity, subject, transaction_id AS "transactionId", amount_minor AS "amountMinor", currency, evidence,
  opened_by AS "openedBy", opened_at AS "openedAt", last_seen_at AS "lastSeenAt", owner_id AS "ownerId", state, resolution,
  resolved_at AS "resolvedAt", approval_id AS "approvalId", journal_entry_id AS "journalEntryId",
  match_id AS "matchId", version`;

/** Opens a break, or finds the same one open and adds what is known of it now. It may become more severe, never less. */
export async function upsertBreak(
  tx: Tx,
  row: Pick<
    BreakRow,
    | "id"
    | "class"
    | "severity"
    | "subject"
    | "transactionId"
    | "amountMinor"
    | "currency"
    | "evidence"
    | "openedBy"
  > & { at: Date },
): Promise<{ id: string; isNew: boolean }> {
  const { rows } = await tx.query<{ id: string; isNew: boolean }>(
    `INSERT INTO breaks (id, class, severity, subject, transaction_id, amount_minor, currency, evidence, opened_by, opened_at, last_seen_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 'open')
     ON CONFLICT (class, subject) WHERE state = 'open' DO UPDATE
       SET last_seen_at = greatest(breaks.last_seen_at, excluded.last_seen_at), amount_minor = excluded.amount_minor,
           currency = excluded.currency, evidence = breaks.evidence || excluded.evidence,
           severity = CASE WHEN 'critical' IN (breaks.severity, excluded.severity) THEN 'critical'
             WHEN 'warning' IN (breaks.severity, excluded.severity) THEN 'warning' ELSE 'notice' END,
           transaction_id = coalesce(breaks.transaction_id, excluded.transaction_id)
     RETURNING id, id = $1 AS "isNew"`,
    [
      row.id,
      row.class,
      row.severity,
      row.subject,
      row.transactionId,
      row.amountMinor,
      row.currency,
      JSON.stringify(row.evidence),
      row.openedBy,
      row.at,
    ],
  );
  const [written] = rows;
  if (written === undefined) throw new Error("an upsert returns its row");
  return written;
}

/** Ends the open breaks of a subject, of these classes (of one opener, if named); returns their ids. */
export async function resolveOpenBreaks(
  tx: Tx,
  row: {
    subject: string;
    classes: readonly BreakClass[];
    openedBy?: BreakRow["openedBy"] | undefined;
    resolution: NonNullable<BreakRow["resolution"]>;
    at: Date;
    approvalId?: string | undefined;
    journalEntryId?: string | undefined;
    /** What is added to the evidence. */
    evidence?: BreakRow["evidence"] | undefined;
  },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE breaks SET state = 'resolved', resolution = $3, resolved_at = $4, approval_id = $5, journal_entry_id = $6, evidence = evidence || $8
     WHERE subject = $1 AND class = ANY ($2::text[]) AND state = 'open'
       AND opened_by = coalesce($7, opened_by) RETURNING id`,
    [
      row.subject,
      row.classes,
      row.resolution,
      row.at,
      row.approvalId ?? null,
      row.journalEntryId ?? null,
      row.openedBy ?? null,
      JSON.stringify(row.evidence ?? {}),
    ],
  );
  return rows.map(({ id }) => id);
}

/** The open break of this class and subject, if there is one. */
export async function findOpenBreak(
  db: Queryable,
  filter: { class: BreakClass; subject: string },
): Promise<BreakRow | undefined> {
  const { rows } = await db.query<BreakRow>(
    `SELECT ${breakColumns} FROM breaks WHERE class = $1 AND subject = $2 AND state = 'open'`,
    [filter.class, filter.subject],
  );
  return rows[0];
}

/** True if operators have dealt with just this before: the same class and subject, and some of these facts in its evidence. */
export async function isDecidedBreak(
  db: Queryable,
  filter: { class: BreakClass; subject: string; facts: readonly BreakRow["evidence"][] },
): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM breaks WHERE subject = $1 AND class = $2 AND evidence @> ANY ($3::jsonb[])
       AND resolution IN ('adjustment', 'decision', 'linked') LIMIT 1`,
    [filter.subject, filter.class, filter.facts.map((one) => JSON.stringify(one))],
  );
  return rows.length > 0;
}

/**
 * Revio's ids of purchases that we still know nothing of: opened since `since` and before `before`, not in suspense, and
 * for which no job was made since `sweptBefore`. Oldest first.
 */
export async function findUnknownPurchaseIds(
  db: Queryable,
  filter: { since: Date; before: Date; sweptBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ purchaseId: string }>(
    `SELECT substr(b.subject, 10)::uuid AS "purchaseId" FROM breaks b
     WHERE b.state = 'open' AND b.class = 'unknown_object' AND b.opened_by = 'provider_event' AND b.subject LIKE 'purchase:%'
       AND b.opened_at > $1 AND b.opened_at <= $2
       AND NOT EXISTS (SELECT 1 FROM suspense_payments p WHERE p.purchase_id = substr(b.subject, 10)::uuid)
       AND NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = substr(b.subject, 10)::uuid AND s.swept_at >= $3)
     ORDER BY b.opened_at LIMIT $4`,
    [filter.since, filter.before, filter.sweptBefore, filter.limit],
  );
  return rows.map(({ purchaseId }) => purchaseId);
}
