import type { Queryable } from "../pool.ts";

export interface LedgerDifferenceRow {
  /** What differs: an account code, a journal entry, a transaction. */
  subject: string;
  expected: string | null;
  actual: string | null;
}

/** Each check re-derives something from its source and gives the rows that differ; none when all is well. */
const checks = {
  /** Every journal entry has two postings or more and sums to zero per currency. */
  entry_unbalanced: `
    SELECT e.entry_key AS subject, '0' AS expected,
           coalesce(sum(CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END), 0)::text AS actual
    FROM journal_entries e LEFT JOIN postings p ON p.journal_entry_id = e.id
    GROUP BY e.id, e.entry_key, p.currency
    HAVING count(p.id) < 2 OR sum(CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END) <> 0`,

  /** Every posting has its journal entry and an account of its currency, written by one database transaction. */
  posting_orphaned: `
    SELECT 'posting ' || p.id AS subject, 'journal entry and account' AS expected,
           concat_ws(', ', CASE WHEN e.id IS NULL THEN 'no journal entry' END, CASE WHEN a.id IS NULL THEN 'no account' END,
             CASE WHEN e.created_xid <> p.created_xid THEN 'written later' END) AS actual
    FROM postings p LEFT JOIN journal_entries e ON e.id = p.journal_entry_id
    LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.currency = p.currency
    WHERE e.id IS NULL OR a.id IS NULL OR e.created_xid <> p.created_xid`,

  /** Debits equal credits over the whole ledger. */
  trial_balance: `
    SELECT 'currency ' || currency AS subject, '0' AS expected,
           sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END)::text AS actual
    FROM postings GROUP BY currency
    HAVING sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0`,

  /** A stored balance is the sum of its postings, and has been moved once for each. */
  balance_drift: `
    SELECT a.code AS subject, s.amount || ' after ' || s.postings AS expected,
           coalesce(b.amount_minor || ' after ' || b.version, 'no balance') AS actual
    FROM ledger_accounts a
    LEFT JOIN balances b ON b.ledger_account_id = a.id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount, count(*) AS postings
      FROM postings p WHERE p.ledger_account_id = a.id
    ) s
    WHERE a.user_id IS NOT NULL AND (b.amount_minor IS DISTINCT FROM s.amount OR b.version IS DISTINCT FROM s.postings)`,

  /** Each posting of a user account begins where the one before it ended, and moves by its amount in the right direction. */
  running_balance: `
    SELECT a.code || ' at posting ' || p.id AS subject, (p.before + p.delta)::text AS expected, p.balance_after_minor::text AS actual
    FROM (
      SELECT p.*, coalesce(lag(p.balance_after_minor) OVER (PARTITION BY p.ledger_account_id ORDER BY p.id), 0) AS before,
             CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END AS delta
      FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.user_id IS NOT NULL
    ) p JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE p.balance_before_minor IS DISTINCT FROM p.before OR p.balance_after_minor IS DISTINCT FROM p.before + p.delta`,

  /** A checkpoint is the sum of what it covers. */
  checkpoint_drift: `
    SELECT a.code || ' checkpoint ' || c.id AS subject, s.amount || ' of ' || s.postings AS expected,
           c.amount_minor || ' of ' || c.postings_count AS actual
    FROM balance_checkpoints c JOIN ledger_accounts a ON a.id = c.ledger_account_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount, count(*) AS postings
      FROM postings p WHERE p.ledger_account_id = a.id AND p.created_xid < c.boundary_xid
    ) s
    WHERE c.amount_minor <> s.amount OR c.postings_count <> s.postings`,

  /** What is pending is what open withdrawals have reserved. */
  reserve_drift: `
    SELECT a.code AS subject, coalesce(sum(t.amount_minor + t.fee_minor), 0)::text AS expected, b.amount_minor::text AS actual
    FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id
    LEFT JOIN transactions t ON t.user_id = a.user_id AND t.currency = a.currency AND t.kind = 'withdrawal'
      AND t.status IN ('awaiting_approval', 'queued', 'processing', 'in_doubt')
    WHERE a.name = 'pending' AND a.user_id IS NOT NULL
    GROUP BY a.code, b.amount_minor
    HAVING b.amount_minor <> coalesce(sum(t.amount_minor + t.fee_minor), 0)`,

  /** Each transaction has just the journal entries that its status stands for. */
  entries_of_transaction: `
    SELECT t.kind || ' ' || t.reference || ' ' || t.status AS subject,
           array_to_string(w.events, ' + ') AS expected, coalesce(array_to_string(h.events, ' + '), '') AS actual
    FROM transactions t
    CROSS JOIN LATERAL (SELECT CASE
      WHEN t.kind = 'deposit' AND t.status = 'completed' THEN ARRAY['deposit.completed']
      WHEN t.kind = 'deposit' THEN ARRAY[]::text[]
      WHEN t.kind = 'withdrawal' AND t.status IN ('failed', 'cancelled', 'rejected') THEN ARRAY['withdrawal.released', 'withdrawal.reserved']
      WHEN t.kind = 'withdrawal' AND t.status = 'completed' THEN ARRAY['withdrawal.completed', 'withdrawal.reserved']
      WHEN t.kind = 'withdrawal' AND t.status = 'returned' THEN
        ARRAY['withdrawal.completed', 'withdrawal.reserved', 'withdrawal.return_credited', 'withdrawal.return_received']
      WHEN t.kind = 'withdrawal' THEN ARRAY['withdrawal.reserved']
      WHEN t.kind = 'refund' THEN ARRAY['deposit.refunded']
      WHEN t.kind = 'chargeback' AND t.status = 'completed' THEN ARRAY['deposit.charged_back']
      WHEN t.kind = 'chargeback' THEN ARRAY['chargeback.reversed', 'deposit.charged_back']
      ELSE ARRAY['adjustment.approved'] END AS events) w
    LEFT JOIN LATERAL (
      SELECT array_agg(e.event ORDER BY e.event) AS events FROM journal_entries e
      -- A correction under four eyes may name the transaction that it corrects.
      WHERE e.transaction_id = t.id AND (e.event <> 'adjustment.approved' OR t.kind = 'adjustment')
    ) h ON true
    WHERE coalesce(h.events, ARRAY[]::text[]) <> w.events`,

  /** Each entry moved, on the accounts of the transaction's own user, what the transaction is about. */
  amount_of_transaction: `
    SELECT e.event || ' ' || t.reference AS subject, w.amount::text AS expected, h.amount::text AS actual
    FROM journal_entries e JOIN transactions t ON t.id = e.transaction_id
    CROSS JOIN LATERAL (SELECT CASE t.kind
      WHEN 'deposit' THEN t.amount_minor - t.fee_minor WHEN 'withdrawal' THEN t.amount_minor + t.fee_minor ELSE t.amount_minor END AS amount) w
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(p.amount_minor), 0) AS amount
      FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
      WHERE p.journal_entry_id = e.id AND a.user_id = t.user_id AND (e.event, a.name, p.direction) IN (
        ('deposit.completed', 'available', 'credit'), ('withdrawal.reserved', 'pending', 'credit'),
        ('withdrawal.completed', 'pending', 'debit'), ('withdrawal.released', 'pending', 'debit'),
        ('deposit.refunded', 'available', 'debit'), ('deposit.refunded', 'receivable', 'debit'),
        ('deposit.charged_back', 'available', 'debit'), ('deposit.charged_back', 'receivable', 'debit'),
        ('chargeback.reversed', 'available', 'credit'), ('chargeback.reversed', 'receivable', 'credit'))
    ) h
    WHERE e.event IN ('deposit.completed', 'withdrawal.reserved', 'withdrawal.completed', 'withdrawal.released',
        'deposit.refunded', 'deposit.charged_back', 'chargeback.reversed')
      AND w.amount <> h.amount`,

  /** The status history is a chain of allowed steps that ends in the status. */
  status_history: `
    SELECT t.kind || ' ' || t.reference AS subject, t.status AS expected,
           coalesce(h.last, 'no history') || CASE WHEN NOT h.linked THEN ' by a chain with a break' ELSE '' END AS actual
    FROM transactions t
    LEFT JOIN LATERAL (
      SELECT (array_agg(s.to_status ORDER BY s.sequence DESC))[1] AS last, bool_and(s.linked) AS linked
      FROM (
        SELECT e.to_status, e.sequence,
               e.from_status IS NOT DISTINCT FROM lag(e.to_status) OVER (ORDER BY e.sequence)
               AND (e.from_status IS NULL OR EXISTS (
                 SELECT 1 FROM transaction_status_changes c
                 WHERE c.kind = t.kind AND c.from_status = e.from_status AND c.to_status = e.to_status)) AS linked
        FROM transaction_events e WHERE e.transaction_id = t.id
      ) s
    ) h ON true
    WHERE h.last IS DISTINCT FROM t.status OR NOT h.linked`,
} as const;

export type LedgerCheck = keyof typeof checks;
export const ledgerChecks = Object.keys(checks) as LedgerCheck[];

/** Runs one check; at most `limit` differences. */
export async function runLedgerCheck(
  db: Queryable,
  check: LedgerCheck,
  limit: number,
): Promise<LedgerDifferenceRow[]> {
  const { rows } = await db.query<LedgerDifferenceRow>(`${checks[check]} LIMIT $1`, [limit]);
  return rows;
}

/** How much there is to verify. */
export async function countLedger(
  db: Queryable,
): Promise<{ journalEntries: bigint; postings: bigint; transactions: bigint }> {
  const { rows } = await db.query<{
    journalEntries: bigint;
    postings: bigint;
    transactions: bigint;
  }>(
    `SELECT (SELECT count(*) FROM journal_entries) AS "journalEntries",
            (SELECT count(*) FROM postings) AS postings, (SELECT count(*) FROM transactions) AS transactions`,
  );
  return rows[0] ?? { journalEntries: 0n, postings: 0n, transactions: 0n };
}
