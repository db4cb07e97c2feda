import type { Queryable } from "../pool.ts";

export interface SeedOptions {
  /** How many to make; rounded up to a whole number per user. */
  transactions: number;
  /** How many each user has, 2 or more. */
  perUser?: number;
  /** Made from `from` on, before `to`. */
  from: Date;
  to: Date;
  /** Users to give them to, with accounts in rand; else new ones, whose names and addresses nobody can decrypt. */
  users?: readonly { userId: string; bankAccountId: string }[];
}

/** Amounts of withdrawals, in cents, are below this; a user's first deposit is so large that all of them are covered. */
const maxWithdrawalMinor = 50_000;
const feeMinor = 250;

/**
 * Fills the ledger with transactions in rand as a busy wallet has them: deposits, withdrawals and refunds, ended and under way, with
 * their histories, audit events, journal entries, postings and balances, objects at Revio, provider events and idempotency
 * keys. Every check of the ledger holds on them. The same options make
 * the same course of things; ids differ with the users.
 *
 * For tests and demonstrations of size: it goes round the triggers, which takes a superuser, and it is one database
 * transaction, half a minute for each 100 000. Until it is over, whatever reads only what is settled (streams of updates, chains,
 * checkpoints) stands still on the whole server: tests of those wait with `olderAreOver`.
 */
export async function seedTransactions(superuser: Queryable, options: SeedOptions): Promise<void> {
  const perUser = options.perUser ?? 100;
  const userCount = options.users?.length ?? Math.ceil(options.transactions / perUser);
  await superuser.query("BEGIN");
  try {
    await superuser.query(
      "SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '128MB'",
    );
    await superuser.query("SELECT open_house_accounts('ZAR', $1)", [options.from]);
    await seedUsers(superuser, userCount, options);
    await superuser.query(seedRows, [Math.max(perUser, 2), options.from, options.to]);
    for (const statement of derived) await superuser.query(statement);
    await superuser.query("COMMIT");
  } catch (error) {
    await superuser.query("ROLLBACK");
    throw error;
  }
  await superuser.query("ANALYZE");
}

async function seedUsers(db: Queryable, count: number, options: SeedOptions): Promise<void> {
  await db.query(
    `CREATE TEMPORARY TABLE seed_users ON COMMIT DROP AS
     SELECT u, gen_random_uuid() AS user_id, gen_random_uuid() AS bank_account_id, gen_random_uuid() AS data_key_id
     FROM generate_series(1, ${Math.trunc(count)}) u`,
  );
  if (options.users === undefined) {
    await db.query(
      `INSERT INTO data_keys (id, purpose, wrapped_key, key_encryption_key_id, created_at)
       SELECT data_key_id, 'user', sha256(data_key_id::text::bytea), 'seed', $1 FROM seed_users`,
      [options.from],
    );
    await db.query(
      `INSERT INTO users (id, status, email_lookup, email_ciphertext, full_name_ciphertext, data_key_id, password_hash, password_changed_at,
         created_at, updated_at)
       SELECT user_id, 'active', sha256(user_id::text::bytea), '\\x00', '\\x00', data_key_id, '$argon2id$seed', $1, $1, $1 FROM seed_users`,
      [options.from],
    );
    await db.query(
      `INSERT INTO bank_accounts (id, user_id, status, bank_name, branch_code, account_type, account_number_ciphertext,
         account_holder_ciphertext, account_lookup, last_four, created_at)
       SELECT bank_account_id, user_id, 'active', 'Standard Bank', '051001', 'current', '\\x00', '\\x00',
         sha256(bank_account_id::text::bytea), lpad((u % 10000)::text, 4, '0'), $1 FROM seed_users`,
      [options.from],
    );
    await db.query("SELECT open_user_accounts(user_id, 'ZAR', $1) FROM seed_users", [options.from]);
  } else {
    await db.query(
      `UPDATE seed_users s SET user_id = given.user_id, bank_account_id = given.bank_account_id
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS given (user_id, bank_account_id, u) WHERE given.u = s.u`,
      [
        options.users.map(({ userId }) => userId),
        options.users.map(({ bankAccountId }) => bankAccountId),
      ],
    );
  }
  await db.query("ANALYZE seed_users");
}

/** As `transactionReference` makes it: the last 60 bits of the id in Crockford's base 32. */
const digits = Array.from(
  { length: 12 },
  (_, place) =>
    `substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((bits >> ${5 * (11 - place)}) & 31)::int + 1, 1)`,
);
const reference = [0, 4, 8]
  .map((start) => digits.slice(start, start + 4).join(" || "))
  .join(" || '-' || ");

/** Each user's nth: odd ones are deposits, even ones withdrawals, each fiftieth a refund of the deposit before it. */
const seedRows = `
  CREATE TEMPORARY TABLE seed_rows ON COMMIT DROP AS
  WITH drawn AS (
    SELECT s.u, s.user_id, s.bank_account_id, n, md5(s.user_id || ' ' || n || $2) AS hash, $1::int AS k,
           ('x' || substr(shape, 1, 6))::bit(24)::int % 100 AS draw, ('x' || substr(shape, 7, 6))::bit(24)::int AS size,
           ($3::timestamptz - $2::timestamptz) / $1::int AS slot
    FROM seed_users s CROSS JOIN generate_series(1, $1::int) n CROSS JOIN LATERAL (SELECT md5(s.u || ' ' || n) AS shape) h
  ), kinds AS (
    SELECT *, CASE WHEN n % 50 = 0 THEN 'refund' WHEN n % 2 = 1 THEN 'deposit' ELSE 'withdrawal' END AS kind,
           date_trunc('milliseconds', $2::timestamptz + slot * (n - 1) + slot / 2 * (size % 1000) / 1000.0) AS created_at,
           date_trunc('milliseconds', least(slot / 4, interval '1 second' * (5 + size % 3000))) AS takes
    FROM drawn
  ), statuses AS (
    SELECT *, CASE
      WHEN kind = 'refund' OR n = 1 OR n % 50 = 49 THEN 'completed'
      WHEN kind = 'deposit' AND n >= k - 3 AND draw < 30 THEN CASE draw % 3 WHEN 0 THEN 'awaiting_payment' WHEN 1 THEN 'in_review' ELSE 'created' END
      WHEN kind = 'deposit' THEN CASE WHEN draw < 84 THEN 'completed' WHEN draw < 90 THEN 'expired' WHEN draw < 96 THEN 'failed' ELSE 'cancelled' END
      WHEN n >= k - 3 AND draw < 40 THEN (ARRAY['awaiting_approval', 'queued', 'processing', 'in_doubt'])[1 + draw % 4]
      ELSE CASE WHEN draw < 92 THEN 'completed' WHEN draw < 96 THEN 'failed' WHEN draw < 98 THEN 'cancelled' ELSE 'rejected' END END AS status
    FROM kinds
  ), ids AS (
    SELECT *, (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid AS id,
           ('x' || substr(hash, 4, 15))::bit(60)::bigint AS bits,
           md5(hash || 'key')::uuid AS request_key, md5(hash || 'attempt')::uuid AS attempt_id, md5(hash || 'object')::uuid AS object_id,
           CASE WHEN n = 1 THEN ${maxWithdrawalMinor}::bigint * k + 500000 WHEN kind = 'withdrawal' THEN 1000 + size % ${maxWithdrawalMinor - 2000}
             ELSE 1000 + size % 400000 END AS amount
    FROM statuses
  )
  SELECT i.*, CASE i.kind WHEN 'deposit' THEN 'DEP' WHEN 'withdrawal' THEN 'WDR' ELSE 'RFD' END || '-' || ${reference} AS reference,
         CASE WHEN i.kind = 'withdrawal' THEN ${feeMinor} ELSE 0 END AS fee,
         CASE WHEN i.kind = 'refund' THEN lag(i.id) OVER later END AS related_id,
         CASE WHEN i.kind = 'refund' THEN lag(i.amount) OVER later ELSE i.amount END AS amount_minor,
         i.created_at + CASE WHEN i.status IN ('created', 'awaiting_approval', 'queued') OR i.kind = 'refund' THEN interval '0' ELSE i.takes END AS updated_at,
         CASE WHEN i.status = 'failed' THEN CASE i.kind WHEN 'deposit' THEN 'payment_failed' ELSE 'payout_failed' END
           WHEN i.status = 'rejected' THEN 'rejected' WHEN i.status = 'in_review' THEN 'amount_mismatch' END AS failure_code
  FROM ids i WINDOW later AS (PARTITION BY i.u ORDER BY i.n)`;

/** What follows from the rows. */
const derived = [
  "CREATE INDEX ON seed_rows (id); ANALYZE seed_rows",
  `INSERT INTO transactions (id, user_id, kind, status, amount_minor, fee_minor, currency, reference, related_transaction_id, bank_account_id,
     failure_code, created_at, updated_at, completed_at)
   SELECT id, user_id, kind, status, amount_minor, fee, 'ZAR', reference, related_id, CASE WHEN kind = 'withdrawal' THEN bank_account_id END,
     failure_code, created_at, updated_at, CASE WHEN status = 'completed' THEN updated_at END
   FROM seed_rows ORDER BY created_at, id`,

  // The way to each status: the steps in order, the last at the moment of the last change.
  `CREATE TEMPORARY TABLE seed_steps ON COMMIT DROP AS
   SELECT r.id, r.user_id, r.kind, r.amount_minor, s.place, lag(s.status) OVER steps AS from_status, s.status AS to_status,
     CASE
       WHEN r.kind = 'refund' THEN 'deposit.refunded'
       WHEN s.place = 1 THEN r.kind || '.created'
       WHEN s.status = 'awaiting_payment' THEN 'deposit.checkout_opened'
       WHEN s.status = 'processing' THEN 'withdrawal.executing'
       WHEN s.status = 'in_doubt' THEN 'withdrawal.execute_unknown'
       WHEN s.status = 'in_review' THEN 'deposit.amount_mismatch'
       ELSE r.kind || '.' || s.status END AS cause,
     CASE WHEN s.place = 1 AND r.kind <> 'refund' THEN 'user' ELSE 'system' END AS actor_kind,
     CASE WHEN s.place = 1 AND r.kind <> 'refund' THEN r.user_id::text ELSE 'seed' END AS actor_id,
     r.created_at + (r.updated_at - r.created_at) * (s.place - 1) / greatest(cardinality(w.way) - 1, 1) AS at
   FROM seed_rows r
   CROSS JOIN LATERAL (SELECT CASE
     WHEN r.kind = 'refund' OR r.status IN ('created', 'awaiting_approval', 'queued') THEN ARRAY[r.status]
     WHEN r.kind = 'deposit' AND r.status = 'awaiting_payment' THEN ARRAY['created', 'awaiting_payment']
     WHEN r.kind = 'deposit' THEN ARRAY['created', 'awaiting_payment', r.status]
     WHEN r.status = 'cancelled' THEN ARRAY['queued', 'cancelled']
     WHEN r.status = 'rejected' THEN ARRAY['awaiting_approval', 'rejected']
     WHEN r.status = 'processing' THEN ARRAY['queued', 'processing']
     ELSE ARRAY['queued', 'processing', r.status] END AS way) w
   CROSS JOIN LATERAL unnest(w.way) WITH ORDINALITY AS s (status, place)
   WINDOW steps AS (PARTITION BY r.id ORDER BY s.place)`,
  `INSERT INTO transaction_events (transaction_id, user_id, from_status, to_status, cause, actor_kind, actor_id, occurred_at)
   SELECT id, user_id, from_status, to_status, cause, actor_kind, actor_id, at FROM seed_steps ORDER BY at, id, place`,
  `INSERT INTO audit_events (occurred_at, actor_kind, actor_id, action, subject_kind, subject_id, details, request_id)
   SELECT at, actor_kind, actor_id, cause, 'transaction', id::text,
     jsonb_build_object('kind', kind, 'from', from_status, 'to', to_status, 'amountMinor', amount_minor::text, 'currency', 'ZAR'),
     'seed-' || substr(md5(id::text || place), 1, 12)
   FROM seed_steps ORDER BY at, id, place`,

  `CREATE TEMPORARY TABLE seed_entries ON COMMIT DROP AS
   SELECT r.*, md5(r.hash || e.event)::uuid AS entry_id, e.place, e.event, e.at
   FROM seed_rows r
   CROSS JOIN LATERAL (
     SELECT 1 AS place, 'withdrawal.reserved' AS event, r.created_at AS at WHERE r.kind = 'withdrawal'
     UNION ALL SELECT 2, 'withdrawal.completed', r.updated_at WHERE r.kind = 'withdrawal' AND r.status = 'completed'
     UNION ALL SELECT 2, 'withdrawal.released', r.updated_at WHERE r.kind = 'withdrawal' AND r.status IN ('failed', 'cancelled', 'rejected')
     UNION ALL SELECT 1, 'deposit.completed', r.updated_at WHERE r.kind = 'deposit' AND r.status = 'completed'
     UNION ALL SELECT 1, 'deposit.refunded', r.updated_at WHERE r.kind = 'refund'
   ) e`,
  `CREATE TEMPORARY TABLE seed_lines ON COMMIT DROP AS
   SELECT e.entry_id, e.at, e.id AS transaction_id, e.place, l.place AS line, a.id AS account_id, l.account, l.direction, l.amount AS amount_minor,
     CASE WHEN a.user_id IS NOT NULL THEN CASE l.direction WHEN a.normal_side THEN l.amount ELSE -l.amount END END AS delta
   FROM seed_entries e
   CROSS JOIN LATERAL (VALUES
     ('deposit.completed', 1, 'house:revio_float:ZAR', 'debit', e.amount_minor - e.amount_minor / 40),
     ('deposit.completed', 2, 'house:provider_fees:ZAR', 'debit', e.amount_minor / 40),
     ('deposit.completed', 3, 'user:' || e.user_id || ':available:ZAR', 'credit', e.amount_minor),
     ('withdrawal.reserved', 1, 'user:' || e.user_id || ':available:ZAR', 'debit', e.amount_minor + e.fee),
     ('withdrawal.reserved', 2, 'user:' || e.user_id || ':pending:ZAR', 'credit', e.amount_minor + e.fee),
     ('withdrawal.completed', 1, 'user:' || e.user_id || ':pending:ZAR', 'debit', e.amount_minor + e.fee),
     ('withdrawal.completed', 2, 'house:revio_float:ZAR', 'credit', e.amount_minor),
     ('withdrawal.completed', 3, 'house:fee_income:ZAR', 'credit', e.fee),
     ('withdrawal.released', 1, 'user:' || e.user_id || ':pending:ZAR', 'debit', e.amount_minor + e.fee),
     ('withdrawal.released', 2, 'user:' || e.user_id || ':available:ZAR', 'credit', e.amount_minor + e.fee),
     ('deposit.refunded', 1, 'user:' || e.user_id || ':available:ZAR', 'debit', e.amount_minor),
     ('deposit.refunded', 2, 'house:revio_float:ZAR', 'credit', e.amount_minor)
   ) AS l (event, place, account, direction, amount)
   JOIN ledger_accounts a ON a.code = l.account
   WHERE l.event = e.event`,
  `INSERT INTO journal_entries (id, entry_key, event, transaction_id, fingerprint, occurred_at, posted_at)
   SELECT e.entry_id, e.event || ':' || e.id, e.event, e.id, entry_fingerprint(e.event, e.id, l.postings), e.at, e.at
   FROM seed_entries e JOIN (
     SELECT entry_id, jsonb_agg(jsonb_build_object('account', account, 'direction', direction, 'amountMinor', amount_minor::text) ORDER BY line) AS postings
     FROM seed_lines GROUP BY entry_id
   ) l USING (entry_id) ORDER BY e.at, e.id, e.place`,
  `INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, balance_before_minor, balance_after_minor, posted_at)
   SELECT entry_id, account_id, 'ZAR', direction, amount_minor, after - delta, after, at
   FROM (
     SELECT l.*, CASE WHEN l.delta IS NOT NULL THEN b.amount_minor + sum(l.delta) OVER running END AS after
     FROM seed_lines l LEFT JOIN balances b ON b.ledger_account_id = l.account_id
     WINDOW running AS (PARTITION BY l.account_id ORDER BY l.at, l.transaction_id, l.place, l.line)
   ) r ORDER BY at, transaction_id, place, line`,
  `UPDATE balances b SET amount_minor = b.amount_minor + s.amount, version = b.version + s.postings, updated_at = s.at
   FROM (SELECT account_id, sum(delta) AS amount, count(*) AS postings, max(at) AS at FROM seed_lines WHERE delta IS NOT NULL GROUP BY account_id) s
   WHERE s.account_id = b.ledger_account_id`,

  `INSERT INTO idempotency_keys (actor_id, operation, key, fingerprint, transaction_id, response, created_at, completed_at)
   SELECT user_id, kind || '.create', request_key, sha256(hash::bytea), id,
     jsonb_build_object('output', jsonb_build_object('json', jsonb_build_object('id', id, 'reference', reference,
       'amountMinor', amount_minor::text, 'feeMinor', fee::text, 'currency', 'ZAR'))), created_at, created_at
   FROM seed_rows WHERE kind <> 'refund'`,
  `INSERT INTO revio_purchases (id, transaction_id, attempt, state, purchase_id, provider_status, status_history_length, create_sent_at, last_read_at, credited_at)
   SELECT attempt_id, id, 1, 'created', object_id, CASE status WHEN 'completed' THEN 'paid' WHEN 'expired' THEN 'expired' ELSE 'created' END, 1,
     created_at, updated_at, CASE WHEN status = 'completed' THEN updated_at END
   FROM seed_rows WHERE kind = 'deposit' AND status <> 'created'`,
  `INSERT INTO revio_payouts (id, transaction_id, attempt, state, payout_id, provider_status, status_history_length, create_sent_at, execute_sent_at, last_read_at)
   SELECT attempt_id, id, 1, CASE status WHEN 'completed' THEN 'success' WHEN 'failed' THEN 'error' WHEN 'in_doubt' THEN 'execute_unknown' ELSE 'executing' END,
     object_id, CASE status WHEN 'completed' THEN 'success' WHEN 'failed' THEN 'error' ELSE 'initialized' END, 1, created_at, created_at, updated_at
   FROM seed_rows WHERE kind = 'withdrawal' AND status IN ('completed', 'failed', 'in_doubt', 'processing')`,
  `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at)
   SELECT md5(hash || 'approval')::uuid, 'withdrawal', id, 'requested', user_id, created_at
   FROM seed_rows WHERE kind = 'withdrawal' AND status = 'awaiting_approval'`,

  `CREATE TEMPORARY TABLE seed_provider_key ON COMMIT DROP AS SELECT gen_random_uuid() AS id`,
  `INSERT INTO data_keys (id, purpose, wrapped_key, key_encryption_key_id, created_at)
   SELECT id, 'provider', sha256(id::text::bytea), 'seed', now() FROM seed_provider_key`,
  `INSERT INTO provider_events (id, key_id, body_sha256, body_ciphertext, data_key_id, event_type, object_type, object_id, received_at, state, outcome,
     transaction_id, settled_at)
   SELECT md5(r.hash || 'event')::uuid, 'seed', sha256(r.hash::bytea), '\\x00', k.id, CASE r.kind WHEN 'deposit' THEN 'purchase.' ELSE 'payout.' END
       || CASE WHEN r.kind = 'deposit' AND r.status = 'completed' THEN 'paid' WHEN r.kind = 'deposit' THEN 'payment_failure'
          WHEN r.status = 'completed' THEN 'success' ELSE 'failed' END,
     CASE r.kind WHEN 'deposit' THEN 'purchase' ELSE 'payout' END, r.object_id, r.updated_at, 'applied', r.kind || '.' || r.status, r.id, r.updated_at
   FROM seed_rows r CROSS JOIN seed_provider_key k
   WHERE r.kind IN ('deposit', 'withdrawal') AND r.status IN ('completed', 'failed') ORDER BY r.updated_at`,
  `INSERT INTO provider_deliveries (received_at, verdict, provider_event_id, headers, body_bytes, body_sha256, request_id)
   SELECT e.received_at, 'accepted', e.id, '{}', 500, e.body_sha256, 'seed' FROM provider_events e WHERE e.key_id = 'seed' ORDER BY e.received_at`,
];
