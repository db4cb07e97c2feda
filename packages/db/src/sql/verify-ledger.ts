import type { Queryable } from "../pool.ts";
import { type CheckDefinition, type DifferenceRow, runCheck } from "./check-definition.ts";

const byEntry = {
  from: "journal_entries e",
  keys: [{ column: "e.sequence", type: "bigint" }],
} as const;
const byUserAccount = {
  from: "ledger_accounts a",
  where: "a.user_id IS NOT NULL",
  keys: [{ column: "a.id", type: "bigint" }],
} as const;
const byTransaction = {
  from: "transactions t",
  keys: [{ column: "t.id", type: "uuid" }],
} as const;

/** All purchases that suspense knows, by their rows or by their entries. */
const bySuspense = `(
  SELECT s.purchase_id::text AS purchase_id FROM suspense_payments s
  UNION SELECT split_part(e.entry_key, ':', 2) FROM journal_entries e WHERE e.event LIKE 'suspense.%'
) h`;

/** Each check re-derives something from its source and gives the rows that differ; none when all is well. */
export const ledgerCheckDefinitions = {
  /** Every journal entry has two postings or more and sums to zero per currency. */
  entry_unbalanced: {
    ...byEntry,
    sql: ({ rows }) => `
    SELECT e.entry_key AS subject, '0' AS expected,
           coalesce(sum(CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END), 0)::text AS actual,
           'journal_entry:' || e.id AS "breakSubject", NULL AS "userId", e.transaction_id AS "transactionId"
    FROM journal_entries e LEFT JOIN postings p ON p.journal_entry_id = e.id
    WHERE ${rows}
    GROUP BY e.id, e.entry_key, e.transaction_id, p.currency
    HAVING count(p.id) < 2 OR sum(CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END) <> 0`,
  },

  /** Every posting has its journal entry and an account of its currency, written by one database transaction. */
  posting_orphaned: {
    from: "postings p",
    keys: [{ column: "p.id", type: "bigint" }],
    sql: ({ rows }) => `
    SELECT 'posting ' || p.id AS subject, 'journal entry and account' AS expected,
           concat_ws(', ', CASE WHEN e.id IS NULL THEN 'no journal entry' END, CASE WHEN a.id IS NULL THEN 'no account' END,
             CASE WHEN e.created_xid <> p.created_xid THEN 'written later' END) AS actual,
           'journal_entry:' || p.journal_entry_id AS "breakSubject", NULL AS "userId", e.transaction_id AS "transactionId"
    FROM postings p LEFT JOIN journal_entries e ON e.id = p.journal_entry_id
    LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.currency = p.currency
    WHERE (e.id IS NULL OR a.id IS NULL OR e.created_xid <> p.created_xid) AND ${rows}`,
  },

  /** Debits equal credits over the whole ledger. Its parts are currencies: each reads all postings, so it is no check for all day. */
  trial_balance: {
    from: "currencies c",
    keys: [{ column: "c.code", type: "text" }],
    sql: ({ rows }) => `
    SELECT 'currency ' || currency AS subject, '0' AS expected,
           sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END)::text AS actual,
           'trial_balance:' || currency AS "breakSubject", NULL AS "userId", NULL AS "transactionId"
    FROM postings WHERE ${rows === "true" ? "true" : `currency IN (SELECT c.code FROM currencies c WHERE ${rows})`}
    GROUP BY currency
    HAVING sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0`,
  },

  /** A stored balance is the sum of its postings, and has been moved once for each. */
  balance_drift: {
    ...byUserAccount,
    sql: ({ rows }) => `
    SELECT a.code AS subject, s.amount || ' after ' || s.postings AS expected,
           coalesce(b.amount_minor || ' after ' || b.version, 'no balance') AS actual,
           'account:' || a.code AS "breakSubject", a.user_id AS "userId", NULL AS "transactionId"
    FROM ledger_accounts a
    LEFT JOIN balances b ON b.ledger_account_id = a.id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount, count(*) AS postings
      FROM postings p WHERE p.ledger_account_id = a.id
    ) s
    WHERE a.user_id IS NOT NULL AND (b.amount_minor IS DISTINCT FROM s.amount OR b.version IS DISTINCT FROM s.postings) AND ${rows}`,
  },

  /** Each posting of a user account begins where the one before it ended, and moves by its amount in the right direction. */
  running_balance: {
    ...byUserAccount,
    sql: ({ rows }) => `
    SELECT a.code || ' at posting ' || p.id AS subject, (p.before + p.delta)::text AS expected, p.balance_after_minor::text AS actual,
           'account:' || a.code AS "breakSubject", a.user_id AS "userId", NULL AS "transactionId"
    FROM (
      SELECT p.*, coalesce(lag(p.balance_after_minor) OVER (PARTITION BY p.ledger_account_id ORDER BY p.id), 0) AS before,
             CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END AS delta
      FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.user_id IS NOT NULL AND ${rows}
    ) p JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE p.balance_before_minor IS DISTINCT FROM p.before OR p.balance_after_minor IS DISTINCT FROM p.before + p.delta`,
  },

  /** A checkpoint is the sum of what it covers. */
  checkpoint_drift: {
    from: "balance_checkpoints c",
    keys: [{ column: "c.id", type: "bigint" }],
    sql: ({ rows }) => `
    SELECT a.code || ' checkpoint ' || c.id AS subject, s.amount || ' of ' || s.postings AS expected,
           c.amount_minor || ' of ' || c.postings_count AS actual,
           'account:' || a.code AS "breakSubject", NULL AS "userId", NULL AS "transactionId"
    FROM balance_checkpoints c JOIN ledger_accounts a ON a.id = c.ledger_account_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount, count(*) AS postings
      FROM postings p WHERE p.ledger_account_id = a.id AND p.created_xid < c.boundary_xid
    ) s
    WHERE (c.amount_minor <> s.amount OR c.postings_count <> s.postings) AND ${rows}`,
  },

  /** What is pending is what open withdrawals have reserved. */
  reserve_drift: {
    ...byUserAccount,
    sql: ({ rows }) => `
    SELECT a.code AS subject, coalesce(sum(t.amount_minor + t.fee_minor), 0)::text AS expected, b.amount_minor::text AS actual,
           'account:' || a.code AS "breakSubject", a.user_id AS "userId", NULL AS "transactionId"
    FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id
    LEFT JOIN transactions t ON t.user_id = a.user_id AND t.currency = a.currency AND t.kind = 'withdrawal'
      AND t.status IN ('awaiting_approval', 'queued', 'processing', 'in_doubt')
    WHERE a.name = 'pending' AND a.user_id IS NOT NULL AND ${rows}
    GROUP BY a.code, a.user_id, b.amount_minor
    HAVING b.amount_minor <> coalesce(sum(t.amount_minor + t.fee_minor), 0)`,
  },

  /**
   * What a purchase has in suspense is what was paid less what went back, or nothing once released; one entry, and one per
   * change, among them that of the two operators who released it.
   */
  suspense_drift: {
    from: bySuspense,
    keys: [{ column: "h.purchase_id", type: "text" }],
    sql: ({ rows }) => `
    SELECT 'purchase ' || h.purchase_id AS subject,
           coalesce(w.amount || ' after ' || w.entries, 'not in suspense') AS expected,
           coalesce(i.amount || ' after ' || i.entries, 'no entries') AS actual,
           'purchase:' || h.purchase_id AS "breakSubject", NULL AS "userId", w.transaction_id AS "transactionId"
    FROM ${bySuspense}
    LEFT JOIN LATERAL (
      SELECT s.transaction_id, s.released_by, s.changes + 1 AS entries,
             CASE WHEN s.released_at IS NOT NULL OR s.charged_back THEN 0 ELSE s.amount_minor - s.refunded_minor END AS amount
      FROM suspense_payments s WHERE s.purchase_id = h.purchase_id::uuid
    ) w ON true
    LEFT JOIN LATERAL (
      SELECT count(DISTINCT e.id) AS entries,
             coalesce(sum(CASE p.direction WHEN 'credit' THEN p.amount_minor ELSE -p.amount_minor END) FILTER (WHERE a.name = 'suspense'), 0) AS amount
      FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id JOIN ledger_accounts a ON a.id = p.ledger_account_id
      WHERE (e.event LIKE 'suspense.%' AND split_part(e.entry_key, ':', 2) = h.purchase_id)
        OR e.entry_key = 'adjustment.approved:' || w.released_by
      HAVING count(*) > 0
    ) i ON true
    WHERE (w.amount IS DISTINCT FROM i.amount OR w.entries IS DISTINCT FROM i.entries) AND ${rows}`,
  },

  /** The suspense account holds what its payments hold, to the cent: nothing else has moved it. */
  suspense_total: {
    from: "ledger_accounts a",
    where: "a.user_id IS NULL AND a.name = 'suspense'",
    keys: [{ column: "a.id", type: "bigint" }],
    sql: ({ rows }) => `
    SELECT a.code AS subject, w.amount::text AS expected, h.amount::text AS actual,
           'account:' || a.code AS "breakSubject", NULL AS "userId", NULL AS "transactionId"
    FROM ledger_accounts a
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(s.amount_minor - s.refunded_minor), 0) AS amount FROM suspense_payments s
      WHERE s.currency = a.currency AND s.released_at IS NULL AND NOT s.charged_back
    ) w
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount
      FROM postings p WHERE p.ledger_account_id = a.id
    ) h
    WHERE a.user_id IS NULL AND a.name = 'suspense' AND w.amount <> h.amount AND ${rows}`,
  },

  /** Each transaction has just the journal entries that its status stands for. */
  entries_of_transaction: {
    ...byTransaction,
    sql: ({ rows }) => `
    SELECT t.kind || ' ' || t.reference || ' ' || t.status AS subject,
           array_to_string(w.events, ' + ') AS expected, coalesce(array_to_string(h.events, ' + '), '') AS actual,
           'transaction:' || t.id AS "breakSubject", t.user_id AS "userId", t.id AS "transactionId"
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
      -- What is in suspense is not the transaction's: suspense_drift derives it. A correction under four eyes may name the transaction
      -- that it corrects.
      WHERE e.transaction_id = t.id AND e.event NOT LIKE 'suspense.%' AND (e.event <> 'adjustment.approved' OR t.kind = 'adjustment')
    ) h ON true
    WHERE coalesce(h.events, ARRAY[]::text[]) <> w.events AND ${rows}`,
  },

  /** Each entry moved, on the accounts of the transaction's own user, what the transaction is about. */
  amount_of_transaction: {
    ...byTransaction,
    sql: ({ rows }) => `
    SELECT e.event || ' ' || t.reference AS subject, w.amount::text AS expected, h.amount::text AS actual,
           'transaction:' || t.id AS "breakSubject", t.user_id AS "userId", t.id AS "transactionId"
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
      AND w.amount <> h.amount AND ${rows}`,
  },

  /** The status history is a chain of allowed steps that ends in the status. */
  status_history: {
    ...byTransaction,
    sql: ({ rows }) => `
    SELECT t.kind || ' ' || t.reference AS subject, t.status AS expected,
           coalesce(h.last, 'no history') || CASE WHEN NOT h.linked THEN ' by a chain with a break' ELSE '' END AS actual,
           'transaction:' || t.id AS "breakSubject", t.user_id AS "userId", t.id AS "transactionId"
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
    WHERE (h.last IS DISTINCT FROM t.status OR NOT h.linked) AND ${rows}`,
  },
} as const satisfies Record<string, CheckDefinition>;

export type LedgerCheck = keyof typeof ledgerCheckDefinitions;
export const ledgerChecks = Object.keys(ledgerCheckDefinitions) as LedgerCheck[];

/** Runs one check; at most `limit` differences. */
export async function runLedgerCheck(
  db: Queryable,
  check: LedgerCheck,
  limit: number,
): Promise<DifferenceRow[]> {
  return runCheck(db, ledgerCheckDefinitions[check], limit);
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
