import type { Queryable } from "../pool.ts";

/** A stretch of database transactions: from one cut up to, and without, the next. */
export interface Stretch {
  fromXid: string;
  boundaryXid: string;
}

export interface AccountSumRow {
  /** Code of a house account; null for all user accounts of this name together. */
  code: string | null;
  name: string;
  type: string;
  currency: string;
  debitMinor: string;
  creditMinor: string;
  /** In the normal side. */
  balanceMinor: string;
}

const accountSums = `CASE WHEN a.user_id IS NULL THEN a.code END AS code, a.name, a.type, p.currency,
            coalesce(sum(p.amount_minor) FILTER (WHERE p.direction = 'debit'), 0)::text AS "debitMinor",
            coalesce(sum(p.amount_minor) FILTER (WHERE p.direction = 'credit'), 0)::text AS "creditMinor",
            sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)::text AS "balanceMinor"`;

/** Every account as of a cut, user accounts summed by name. What has no posting is left out. Reads the whole ledger. */
export async function sumAccounts(db: Queryable, boundaryXid: string): Promise<AccountSumRow[]> {
  const { rows } = await db.query<AccountSumRow>(
    `SELECT ${accountSums} FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE p.created_xid < $1::xid8 GROUP BY 1, 2, 3, 4 ORDER BY 1 NULLS LAST, 2, 3, 4`,
    [boundaryXid],
  );
  return rows;
}

/** The same of the entries of a stretch alone; reads no more than these. A posting of another time than its entry is none of them. */
export async function sumAccountsOfStretch(
  db: Queryable,
  stretch: Stretch,
): Promise<AccountSumRow[]> {
  const { rows } = await db.query<AccountSumRow>(
    `SELECT ${accountSums} FROM journal_entries e
     JOIN postings p ON p.journal_entry_id = e.id AND p.created_xid = e.created_xid
     JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE e.created_xid >= $1::xid8 AND e.created_xid < $2::xid8 GROUP BY 1, 2, 3, 4 ORDER BY 1 NULLS LAST, 2, 3, 4`,
    [stretch.fromXid, stretch.boundaryXid],
  );
  return rows;
}

/**
 * The same, counting only what was posted up to an instant, of stretches of which the last may have no end. Reads no more than
 * these; from nothing ("0") on without an end it is the whole ledger.
 */
export async function sumAccountsUpTo(
  db: Queryable,
  stretches: readonly { fromXid: string; boundaryXid: string | null }[],
  instant: Date,
): Promise<AccountSumRow[]> {
  const { rows } = await db.query<AccountSumRow>(
    `SELECT ${accountSums} FROM unnest($1::xid8[], $2::xid8[]) AS s (from_xid, boundary_xid)
     JOIN journal_entries e ON e.created_xid >= s.from_xid AND (s.boundary_xid IS NULL OR e.created_xid < s.boundary_xid)
     JOIN postings p ON p.journal_entry_id = e.id
     JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE p.posted_at <= $3 GROUP BY 1, 2, 3, 4 ORDER BY 1 NULLS LAST, 2, 3, 4`,
    [
      stretches.map(({ fromXid }) => fromXid),
      stretches.map(({ boundaryXid }) => boundaryXid),
      instant,
    ],
  );
  return rows;
}

export interface EventSumRow {
  event: string;
  currency: string;
  entries: string;
  debitMinor: string;
}

/** The entries of a stretch by event: how many, and what they moved. */
export async function sumEntries(db: Queryable, stretch: Stretch): Promise<EventSumRow[]> {
  const { rows } = await db.query<EventSumRow>(
    `SELECT e.event, p.currency, count(DISTINCT e.id)::text AS entries,
            coalesce(sum(p.amount_minor) FILTER (WHERE p.direction = 'debit'), 0)::text AS "debitMinor"
     FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id
     WHERE e.created_xid >= $1::xid8 AND e.created_xid < $2::xid8 GROUP BY 1, 2 ORDER BY 1, 2`,
    [stretch.fromXid, stretch.boundaryXid],
  );
  return rows;
}

/** Entries of a stretch that bear a time before the day: they came after that day was closed. */
export async function countLateEntries(
  db: Queryable,
  stretch: Stretch,
  startsAt: Date,
): Promise<string> {
  const { rows } = await db.query<{ late: string }>(
    `SELECT count(*)::text AS late FROM journal_entries e
     WHERE e.created_xid >= $1::xid8 AND e.created_xid < $2::xid8 AND e.posted_at < $3`,
    [stretch.fromXid, stretch.boundaryXid, startsAt],
  );
  return rows[0]?.late ?? "0";
}

export interface StatusSumRow {
  kind: string;
  status: string;
  currency: string;
  transactions: string;
  amountMinor: string;
}

/** Which statuses transactions came to in a stretch. */
export async function sumStatusChanges(db: Queryable, stretch: Stretch): Promise<StatusSumRow[]> {
  const { rows } = await db.query<StatusSumRow>(
    `SELECT t.kind, s.to_status AS status, t.currency, count(*)::text AS transactions, sum(t.amount_minor)::text AS "amountMinor"
     FROM transaction_events s JOIN transactions t ON t.id = s.transaction_id
     WHERE s.created_xid >= $1::xid8 AND s.created_xid < $2::xid8 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [stretch.fromXid, stretch.boundaryXid],
  );
  return rows;
}

/** Breaks open as of a cut, by class: by the audit trail, which does not move on as the breaks do. */
export async function countOpenBreaks(
  db: Queryable,
  boundaryXid: string,
): Promise<{ class: string; breaks: string }[]> {
  const { rows } = await db.query<{ class: string; breaks: string }>(
    `SELECT b.class, count(*)::text AS breaks FROM breaks b
     WHERE EXISTS (
         SELECT 1 FROM audit_events a WHERE a.subject_kind = 'break' AND a.subject_id = b.id::text AND a.action = 'break.opened'
           AND a.created_xid < $1::xid8)
       AND NOT EXISTS (
         SELECT 1 FROM audit_events a WHERE a.subject_kind = 'break' AND a.subject_id = b.id::text AND a.action = 'break.resolved'
           AND a.created_xid < $1::xid8)
     GROUP BY 1 ORDER BY 1`,
    [boundaryXid],
  );
  return rows;
}

/** How many more breaks of each class were opened in a stretch than resolved; none where there were neither. */
export async function sumBreakChanges(
  db: Queryable,
  stretch: Stretch,
): Promise<{ class: string; breaks: string }[]> {
  const { rows } = await db.query<{ class: string; breaks: string }>(
    `SELECT b.class, (count(DISTINCT b.id) FILTER (WHERE a.action = 'break.opened')
       - count(DISTINCT b.id) FILTER (WHERE a.action = 'break.resolved'))::text AS breaks
     FROM audit_events a JOIN breaks b ON b.id::text = a.subject_id
     WHERE a.created_xid >= $1::xid8 AND a.created_xid < $2::xid8
       AND a.subject_kind = 'break' AND a.action IN ('break.opened', 'break.resolved')
     GROUP BY 1 ORDER BY 1`,
    [stretch.fromXid, stretch.boundaryXid],
  );
  return rows;
}

/** The last link of a chain as of a cut; undefined if there is none. */
export async function readHeadAtCut(
  db: Queryable,
  stream: "journal" | "audit",
  boundaryXid: string,
): Promise<{ position: string; chainHash: Buffer } | undefined> {
  const { rows } = await db.query<{ position: string; chainHash: Buffer }>(
    `SELECT position::text AS position, chain_hash AS "chainHash" FROM chain_links
     WHERE stream = $1 AND item_xid < $2::xid8 ORDER BY item_xid DESC, position DESC LIMIT 1`,
    [stream, boundaryXid],
  );
  return rows[0];
}
