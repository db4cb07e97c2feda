-- Balances as of any instant, and statements in order of time, at the cost of what they show and not of the whole history.

-- Earliest posted_at of the postings between the checkpoint before and this one. Null in older rows: not known, so it is read.
ALTER TABLE balance_checkpoints ADD COLUMN first_posted_at timestamptz;

-- Statements: an account's postings by time, page by page.
CREATE INDEX postings_statement_idx ON postings (ledger_account_id, posted_at, id);

-- As in 20261123000400, and it notes when the stretch that it folds begins.
CREATE OR REPLACE FUNCTION fold_balance_checkpoints(p_min_postings bigint, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  -- Below this every database transaction is over: no posting can still appear there.
  v_boundary xid8 := pg_snapshot_xmin(pg_current_snapshot());
  v_folded integer;
BEGIN
  INSERT INTO balance_checkpoints (ledger_account_id, boundary_xid, amount_minor, postings_count, first_posted_at, last_posted_at, created_at)
  SELECT a.id, v_boundary, coalesce(c.amount_minor, 0) + t.amount_minor, coalesce(c.postings_count, 0) + t.postings_count,
         t.first_posted_at, greatest(c.last_posted_at, t.last_posted_at), p_at
  FROM ledger_accounts a
  LEFT JOIN LATERAL (
    SELECT * FROM balance_checkpoints c WHERE c.ledger_account_id = a.id ORDER BY c.boundary_xid DESC LIMIT 1
  ) c ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS amount_minor,
           count(*) AS postings_count, min(p.posted_at) AS first_posted_at, max(p.posted_at) AS last_posted_at
    FROM postings p
    WHERE p.ledger_account_id = a.id AND p.created_xid < v_boundary AND p.created_xid >= coalesce(c.boundary_xid, '0'::xid8)
  ) t
  WHERE a.user_id IS NULL AND t.postings_count >= p_min_postings
  ON CONFLICT (ledger_account_id, boundary_xid) DO NOTHING;
  GET DIAGNOSTICS v_folded = ROW_COUNT;
  RETURN v_folded;
END $$;

-- Balance of any account in its normal side, now (p_as_of null) or counting what was posted up to and including p_as_of.
-- Of a house account it reads: the newest checkpoint that holds nothing later; the stretches behind it up to the last one that holds
-- anything so early (time and commit order differ by seconds, so these are few); and what no checkpoint holds yet.
CREATE OR REPLACE FUNCTION account_balance(p_code text, p_as_of timestamptz) RETURNS numeric
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT coalesce(c.amount_minor, 0) + coalesce((
    SELECT sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)
    FROM postings p
    WHERE p.ledger_account_id = a.id AND p.created_xid >= coalesce(c.boundary_xid, '0'::xid8) AND p.created_xid < u.boundary_xid
      AND p.posted_at <= p_as_of
  ), 0) + coalesce((
    SELECT sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)
    FROM postings p
    WHERE p.ledger_account_id = a.id AND p.created_xid >= coalesce(n.boundary_xid, '0'::xid8)
      AND (p_as_of IS NULL OR p.posted_at <= p_as_of)
  ), 0)
  FROM ledger_accounts a
  LEFT JOIN LATERAL (
    SELECT n.boundary_xid FROM balance_checkpoints n WHERE n.ledger_account_id = a.id ORDER BY n.boundary_xid DESC LIMIT 1
  ) n ON true
  LEFT JOIN LATERAL (
    SELECT c.boundary_xid, c.amount_minor FROM balance_checkpoints c
    WHERE c.ledger_account_id = a.id AND (p_as_of IS NULL OR c.last_posted_at <= p_as_of)
    ORDER BY c.boundary_xid DESC LIMIT 1
  ) c ON true
  LEFT JOIN LATERAL (
    SELECT u.boundary_xid FROM balance_checkpoints u
    WHERE u.ledger_account_id = a.id AND u.boundary_xid > coalesce(c.boundary_xid, '0'::xid8)
      AND coalesce(u.first_posted_at, '-infinity') <= p_as_of
    ORDER BY u.boundary_xid DESC LIMIT 1
  ) u ON true
  WHERE a.code = p_code
$$;
