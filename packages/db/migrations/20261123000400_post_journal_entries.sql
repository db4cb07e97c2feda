-- The one way into the ledger.
--
-- p_entries: [{ id, key, event, transactionId?, occurredAt, postedAt, postings: [{ account, direction, amountMinor }] }], at most 100.
-- One result row per entry, in order:
--   posted              written now
--   duplicate           the same key with the same content was posted before; journal_entry_id is that entry
--   conflict            the key was posted before with other content; nothing written
--   insufficient_funds  a user account would fall below zero; nothing written; reason names the account
-- Malformed input (unknown account, one-sided entry, mixed currencies) is a programming error and raises.

CREATE TYPE ledger_line AS (
  entry_no integer, account_id bigint, account_code text, user_id uuid, currency text, direction text, amount_minor bigint,
  -- The amount with its sign in the account's normal side.
  delta_minor bigint,
  -- Running balance behind this line; user accounts only.
  balance_after_minor bigint
);
CREATE TYPE ledger_entry AS (
  entry_no integer, id uuid, entry_key text, event text, transaction_id uuid, fingerprint bytea, occurred_at timestamptz, posted_at timestamptz,
  outcome text, known_id uuid
);

-- Accounts, known entries and balances are looked up row by row (LATERAL … LIMIT 1), each time by index: a join would let a plan
-- made while the tables are small walk through all of them, and connections keep their plans. No JIT: the planner takes
-- each JSON array for 100 elements, and compiling would cost more than the whole call.
CREATE FUNCTION post_journal_entries(p_entries jsonb)
RETURNS TABLE (entry_no integer, outcome text, journal_entry_id uuid, reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  v_entries ledger_entry[];
  v_lines ledger_line[];
  v_count integer := jsonb_array_length(p_entries);
  v_fresh integer;
  v_keys integer;
  v_written integer;
  v_account record;
  v_account_id bigint;
  v_unknown text;
  v_least bigint;
  v_short text;
BEGIN
  IF v_count NOT BETWEEN 1 AND 100 THEN
    RAISE EXCEPTION 'post 1 to 100 journal entries at a time' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  SELECT array_agg(ROW(
      e.entry_no, a.id, p.account, a.user_id, a.currency, p.direction, p."amountMinor",
      CASE p.direction WHEN a.normal_side THEN p."amountMinor" ELSE -p."amountMinor" END, NULL
    )::ledger_line), min(p.account) FILTER (WHERE a.id IS NULL), min(p."amountMinor")
  INTO v_lines, v_unknown, v_least
  FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (entry, entry_no)
  CROSS JOIN LATERAL jsonb_to_recordset(e.entry -> 'postings') AS p (account text, direction text, "amountMinor" bigint)
  LEFT JOIN LATERAL (
    SELECT a.id, a.user_id, a.currency, a.normal_side FROM ledger_accounts a WHERE a.code = p.account LIMIT 1
  ) a ON true;

  IF v_unknown IS NOT NULL THEN
    RAISE EXCEPTION 'unknown ledger account %', v_unknown USING ERRCODE = 'foreign_key_violation';
  ELSIF v_least <= 0 THEN
    RAISE EXCEPTION 'the amount of a posting must be above zero' USING ERRCODE = 'check_violation';
  END IF;

  -- Locks first, each waiting for the one before it, in one order for everybody; what follows reads with a fresh snapshot.
  -- House accounts are not locked: they have no balance row, their postings only add up.
  FOR v_account_id IN SELECT DISTINCT l.account_id FROM unnest(v_lines) l WHERE l.user_id IS NOT NULL ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));
  END LOOP;

  SELECT array_agg(ROW(
      e.entry_no, e.id, e.key, e.event, e."transactionId", f.fingerprint, e."occurredAt", e."postedAt",
      CASE WHEN known.fingerprint = f.fingerprint THEN 'duplicate' WHEN known.id IS NOT NULL THEN 'conflict' END, known.id
    )::ledger_entry), count(*) FILTER (WHERE known.id IS NULL), count(DISTINCT e.key)
  INTO v_entries, v_fresh, v_keys
  FROM ROWS FROM (jsonb_to_recordset(p_entries) AS (
      id uuid, key text, event text, "transactionId" uuid, "occurredAt" timestamptz, "postedAt" timestamptz, postings jsonb
    )) WITH ORDINALITY AS e (id, key, event, "transactionId", "occurredAt", "postedAt", postings, entry_no)
  CROSS JOIN LATERAL (
    SELECT sha256(convert_to(jsonb_build_array(e.event, e."transactionId", e.postings)::text, 'UTF8')) AS fingerprint
  ) f
  LEFT JOIN LATERAL (SELECT k.id, k.fingerprint FROM journal_entries k WHERE k.entry_key = e.key LIMIT 1) known ON true;

  -- What is left to write, with the balance behind each line.
  SELECT array_agg(ROW(s.entry_no, s.account_id, s.account_code, s.user_id, s.currency, s.direction, s.amount_minor, s.delta_minor,
                       s.running)::ledger_line),
         min(s.account_code) FILTER (WHERE s.running < 0)
  INTO v_lines, v_short
  FROM (
    SELECT l.*, b.amount_minor + sum(l.delta_minor) OVER (PARTITION BY l.account_id ORDER BY l.entry_no) AS running
    FROM unnest(v_lines) l
    LEFT JOIN LATERAL (SELECT b.amount_minor FROM balances b WHERE b.ledger_account_id = l.account_id LIMIT 1) b ON true
    WHERE v_entries[l.entry_no].outcome IS NULL
  ) s;

  IF v_count = 1 AND v_short IS NOT NULL THEN
    RETURN QUERY SELECT 1, 'insufficient_funds'::text, NULL::uuid, v_short;
    RETURN;
  ELSIF v_count > 1 AND (v_short IS NOT NULL OR v_keys < v_count) THEN
    -- Some entry does not fit, or repeats another: one by one, so that each is judged on what those before it left.
    FOR v_number IN 1 .. v_count LOOP
      RETURN QUERY SELECT v_number, r.outcome, r.journal_entry_id, r.reason
        FROM post_journal_entries(jsonb_build_array(p_entries -> (v_number - 1))) r;
    END LOOP;
    RETURN;
  END IF;

  IF v_fresh > 0 THEN
    INSERT INTO journal_entries (id, entry_key, event, transaction_id, fingerprint, occurred_at, posted_at)
    SELECT e.id, e.entry_key, e.event, e.transaction_id, e.fingerprint, e.occurred_at, e.posted_at
    FROM unnest(v_entries) e WHERE e.outcome IS NULL
    ON CONFLICT (entry_key) DO NOTHING;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> v_fresh THEN
      -- Another database transaction committed the same key between our look and our write: start over and find it.
      RAISE EXCEPTION 'journal entry posted concurrently' USING ERRCODE = 'serialization_failure';
    END IF;

    INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, balance_before_minor, balance_after_minor, posted_at)
    SELECT v_entries[l.entry_no].id, l.account_id, l.currency, l.direction, l.amount_minor, l.balance_after_minor - l.delta_minor,
           l.balance_after_minor, v_entries[l.entry_no].posted_at
    FROM unnest(v_lines) l;

    FOR v_account IN
      SELECT l.account_id, sum(l.delta_minor) AS delta_minor, count(*) AS postings, max(v_entries[l.entry_no].posted_at) AS posted_at
      FROM unnest(v_lines) l WHERE l.user_id IS NOT NULL GROUP BY l.account_id
    LOOP
      UPDATE balances b
      SET amount_minor = b.amount_minor + v_account.delta_minor, version = b.version + v_account.postings, updated_at = v_account.posted_at
      WHERE b.ledger_account_id = v_account.account_id;
    END LOOP;
  END IF;

  RETURN QUERY SELECT e.entry_no, coalesce(e.outcome, 'posted'), CASE WHEN e.outcome IS NULL THEN e.id WHEN e.outcome = 'duplicate' THEN e.known_id END, NULL::text
    FROM unnest(v_entries) e;
END $$;
REVOKE EXECUTE ON FUNCTION post_journal_entries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_journal_entries TO wallet_app;

-- Adds a checkpoint to each house account whose tail has grown by p_min_postings. Runs beside postings without stopping them.
CREATE FUNCTION fold_balance_checkpoints(p_min_postings bigint, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  -- Below this every database transaction is over: no posting can still appear there.
  v_boundary xid8 := pg_snapshot_xmin(pg_current_snapshot());
  v_folded integer;
BEGIN
  INSERT INTO balance_checkpoints (ledger_account_id, boundary_xid, amount_minor, postings_count, last_posted_at, created_at)
  SELECT a.id, v_boundary, coalesce(c.amount_minor, 0) + t.amount_minor, coalesce(c.postings_count, 0) + t.postings_count,
         greatest(c.last_posted_at, t.last_posted_at), p_at
  FROM ledger_accounts a
  LEFT JOIN LATERAL (
    SELECT * FROM balance_checkpoints c WHERE c.ledger_account_id = a.id ORDER BY c.boundary_xid DESC LIMIT 1
  ) c ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount_minor,
           count(*) AS postings_count, max(p.posted_at) AS last_posted_at
    FROM postings p
    WHERE p.ledger_account_id = a.id AND p.created_xid < v_boundary AND p.created_xid >= coalesce(c.boundary_xid, '0'::xid8)
  ) t
  WHERE a.user_id IS NULL AND t.postings_count >= p_min_postings
  ON CONFLICT (ledger_account_id, boundary_xid) DO NOTHING;
  GET DIAGNOSTICS v_folded = ROW_COUNT;
  RETURN v_folded;
END $$;
REVOKE EXECUTE ON FUNCTION fold_balance_checkpoints FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_balance_checkpoints TO wallet_app;

-- Balance of any account in its normal side, now (p_as_of null) or counting what was posted up to and including p_as_of.
CREATE FUNCTION account_balance(p_code text, p_as_of timestamptz) RETURNS numeric
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT coalesce(c.amount_minor, 0) + coalesce((
    SELECT sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)
    FROM postings p
    WHERE p.ledger_account_id = a.id AND p.created_xid >= coalesce(c.boundary_xid, '0'::xid8)
      AND (p_as_of IS NULL OR p.posted_at <= p_as_of)
  ), 0)
  FROM ledger_accounts a
  LEFT JOIN LATERAL (
    SELECT * FROM balance_checkpoints c
    WHERE c.ledger_account_id = a.id AND (p_as_of IS NULL OR c.last_posted_at <= p_as_of)
    ORDER BY c.boundary_xid DESC LIMIT 1
  ) c ON true
  WHERE a.code = p_code
$$;
