import type { Queryable } from "../pool.ts";

/** Something that was found, and by what of it. */
export interface HitRow {
  id: string;
  /** What people call it; never personal data. */
  label: string;
  matchedBy: string;
  status: string | null;
  amountMinor: bigint | null;
  currency: string | null;
  at: Date | null;
}

/** Each look-up takes at most this many: what is shown and one more. */
interface Limited {
  limit: number;
}

const transactions = (found: string) =>
  `SELECT t.id::text AS id, t.reference AS label, f.by AS "matchedBy", t.status, t.amount_minor AS "amountMinor", t.currency, t.created_at AS at
   FROM (${found}) f (id, by) JOIN transactions t ON t.id = f.id ORDER BY t.created_at DESC, t.id DESC LIMIT $2`;

/** By its own id, by that of an object at Revio, or by an idempotency key. */
export async function searchTransactionsByUuid(
  db: Queryable,
  of: { uuid: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    transactions(
      `SELECT id, 'id' FROM transactions WHERE id = $1::uuid
       UNION ALL SELECT transaction_id, 'purchase_id' FROM revio_purchases WHERE purchase_id = $1
       UNION ALL SELECT transaction_id, 'attempt_id' FROM revio_purchases WHERE id = $1
       UNION ALL SELECT transaction_id, 'payout_id' FROM revio_payouts WHERE payout_id = $1
       UNION ALL SELECT transaction_id, 'attempt_id' FROM revio_payouts WHERE id = $1
       UNION ALL SELECT transaction_id, 'suspense_payment' FROM suspense_payments s
         WHERE purchase_id = $1 AND NOT EXISTS (SELECT 1 FROM revio_purchases p WHERE p.purchase_id = s.purchase_id)
       UNION ALL SELECT transaction_id, 'idempotency_key' FROM idempotency_keys WHERE key = $1`,
    ),
    [of.uuid, of.limit],
  );
  return rows;
}

/** By the beginning of a reference. `prefix` holds letters, digits and hyphens only. */
export async function searchTransactionsByReference(
  db: Queryable,
  of: { prefix: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    transactions(
      `SELECT id, 'reference' FROM transactions WHERE reference LIKE $1 || '%' ORDER BY reference LIMIT $2`,
    ),
    [of.prefix, of.limit],
  );
  return rows;
}

export async function searchTransactionsByAmount(
  db: Queryable,
  of: { amountMinor: bigint } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    transactions(
      `SELECT id, 'amount' FROM transactions WHERE amount_minor = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
    ),
    [of.amountMinor, of.limit],
  );
  return rows;
}

/** Ids of users, by their own, or by that of a session or bank account of theirs. */
export async function searchUserIds(
  db: Queryable,
  uuid: string,
): Promise<{ id: string; matchedBy: string }[]> {
  const { rows } = await db.query<{ id: string; matchedBy: string }>(
    `SELECT id, 'id' AS "matchedBy" FROM users WHERE id = $1
     UNION ALL SELECT user_id, 'bank_account_id' FROM bank_accounts WHERE id = $1
     UNION ALL SELECT user_id, 'session_id' FROM sessions WHERE id = $1`,
    [uuid],
  );
  return rows;
}

/** By id, or by the key that names the business event: "deposit.completed:<id>". */
export async function searchJournalEntries(
  db: Queryable,
  of: { uuid: string | undefined; key: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT e.id::text AS id, e.entry_key AS label, f.by AS "matchedBy", NULL AS status, NULL::bigint AS "amountMinor", NULL AS currency,
            e.posted_at AS at
     FROM (SELECT id, 'id' FROM journal_entries WHERE id = $1::uuid
           UNION ALL SELECT id, 'entry_key' FROM journal_entries WHERE entry_key = $2) f (id, by)
     JOIN journal_entries e ON e.id = f.id LIMIT $3`,
    [of.uuid ?? null, of.key, of.limit],
  );
  return rows;
}

/** By code; those of a user by the user's id; those of the house by a part of their name. */
export async function searchLedgerAccounts(
  db: Queryable,
  of: { code: string; userId: string | undefined; words: string | undefined } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT a.code AS id, a.code AS label, min(f.by) AS "matchedBy", a.type AS status, NULL::bigint AS "amountMinor", a.currency,
            NULL::timestamptz AS at
     FROM (SELECT id, 'code' FROM ledger_accounts WHERE code = $1
           UNION ALL SELECT id, 'user_id' FROM ledger_accounts WHERE user_id = $2::uuid
           UNION ALL SELECT id, 'name' FROM ledger_accounts WHERE user_id IS NULL AND position($3 IN name) > 0) f (id, by)
     JOIN ledger_accounts a ON a.id = f.id GROUP BY a.id ORDER BY a.code LIMIT $4`,
    [of.code, of.userId ?? null, of.words?.replaceAll(" ", "_") ?? null, of.limit],
  );
  return rows;
}

/** By id, or by the id of the object at Revio that they are about: the newest first. */
export async function searchProviderEvents(
  db: Queryable,
  of: { uuid: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT e.id::text AS id, e.event_type AS label, f.by AS "matchedBy", e.state AS status, NULL::bigint AS "amountMinor", NULL AS currency,
            e.received_at AS at
     FROM (SELECT id, 'id' FROM provider_events WHERE id = $1::uuid
           UNION ALL (SELECT id, 'object_id' FROM provider_events WHERE object_id = $1 ORDER BY received_at DESC LIMIT $2)) f (id, by)
     JOIN provider_events e ON e.id = f.id ORDER BY e.received_at DESC, e.id DESC LIMIT $2`,
    [of.uuid, of.limit],
  );
  return rows;
}

/** By id, or by that of the transaction that they are about. */
export async function searchApprovals(
  db: Queryable,
  of: { uuid: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT a.id::text AS id, a.kind AS label, f.by AS "matchedBy", a.state AS status, a.amount_minor AS "amountMinor", a.currency,
            a.requested_at AS at
     FROM (SELECT id, 'id' FROM approvals WHERE id = $1::uuid
           UNION ALL SELECT id, 'transaction_id' FROM approvals WHERE transaction_id = $1) f (id, by)
     JOIN approvals a ON a.id = f.id ORDER BY a.requested_at DESC LIMIT $2`,
    [of.uuid, of.limit],
  );
  return rows;
}

/** By id, by transaction, by subject ("purchase:<id>", or the id alone), open ones by class; the last opened first. */
export async function searchBreaks(
  db: Queryable,
  of: {
    uuid: string | undefined;
    subjects: readonly string[];
    words: string | undefined;
  } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT b.id::text AS id, b.class || ' ' || b.subject AS label, min(f.by) AS "matchedBy", b.state AS status,
            b.amount_minor AS "amountMinor", b.currency, b.opened_at AS at
     FROM (SELECT id, 'id' FROM breaks WHERE id = $1::uuid
           UNION ALL SELECT id, 'transaction_id' FROM breaks WHERE transaction_id = $1
           UNION ALL SELECT id, 'subject' FROM breaks WHERE subject = ANY ($2::text[])
           UNION ALL (SELECT id, 'class' FROM breaks WHERE state = 'open' AND class = $3 ORDER BY opened_at DESC LIMIT $4)) f (id, by)
     JOIN breaks b ON b.id = f.id GROUP BY b.id ORDER BY b.opened_at DESC, b.id DESC LIMIT $4`,
    [of.uuid ?? null, of.subjects, of.words?.replaceAll(" ", "_") ?? null, of.limit],
  );
  return rows;
}

export async function searchReconciliationRuns(
  db: Queryable,
  of: { uuid: string },
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT id::text AS id, kind AS label, 'id' AS "matchedBy", state AS status, NULL::bigint AS "amountMinor", NULL AS currency,
            requested_at AS at
     FROM reconciliation_runs WHERE id = $1`,
    [of.uuid],
  );
  return rows;
}

/** Queue by queue, for jobs are kept by queue; dead letters among them. */
export async function searchJobs(db: Queryable, of: { uuid: string } & Limited): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT j.id::text AS id, j.name AS label, 'id' AS "matchedBy", j.state::text AS status, NULL::bigint AS "amountMinor", NULL AS currency,
            j.created_on AS at
     FROM pgboss.queue q CROSS JOIN LATERAL (
       SELECT j.id, j.name, j.state, j.created_on FROM pgboss.job j WHERE j.name = q.name AND j.id = $1
     ) j ORDER BY j.created_on DESC LIMIT $2`,
    [of.uuid, of.limit],
  );
  return rows;
}

/** By id, or by a part of name or e-mail address. Operators are staff, and few. */
export async function searchOperators(
  db: Queryable,
  of: { uuid: string | undefined; words: string | undefined } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT id::text AS id, display_name AS label, CASE WHEN id = $1::uuid THEN 'id' ELSE 'name' END AS "matchedBy", role AS status,
            NULL::bigint AS "amountMinor", NULL AS currency, created_at AS at
     FROM operators
     WHERE id = $1 OR position($2 IN lower(display_name)) > 0 OR position($2 IN email) > 0
     ORDER BY display_name, id LIMIT $3`,
    [of.uuid ?? null, of.words ?? null, of.limit],
  );
  return rows;
}

/** What one request did, by its id: the first thing first. */
export async function searchAuditEvents(
  db: Queryable,
  of: { requestId: string } & Limited,
): Promise<HitRow[]> {
  const { rows } = await db.query<HitRow>(
    `SELECT sequence::text AS id, action AS label, 'request_id' AS "matchedBy", subject_kind AS status, NULL::bigint AS "amountMinor",
            NULL AS currency, occurred_at AS at
     FROM audit_events WHERE request_id = $1 ORDER BY sequence LIMIT $2`,
    [of.requestId, of.limit],
  );
  return rows;
}
