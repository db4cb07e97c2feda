-- A single entry costs a query less: whether some of a batch were posted before is asked of batches alone. Nothing else differs
-- from the form of 20261123000400, which says what goes in and what comes out.
CREATE OR REPLACE FUNCTION post_journal_entries(p_entries jsonb) RETURNS TABLE(entry_no integer, outcome text, journal_entry_id uuid, reason text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  v_count integer := jsonb_array_length(p_entries);
  v_entry jsonb;
  v_postings jsonb;
  v_lines ledger_line[];
  v_line ledger_line;
  v_normal_side text;
  -- User accounts that move, with what they have after the lines so far and how many of these were theirs.
  v_account_ids bigint[] := '{}';
  v_account_id bigint;
  v_balances bigint[];
  v_moves integer[];
  v_place integer;
  v_posted_at timestamptz;
  v_short text;
  v_written integer := 0;
BEGIN
  IF v_count NOT BETWEEN 1 AND 100 THEN
    RAISE EXCEPTION 'post 1 to 100 journal entries at a time' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  FOR v_number IN 0 .. v_count - 1 LOOP
    v_entry := p_entries -> v_number;
    v_postings := v_entry -> 'postings';
    v_line.journal_entry_id := v_entry ->> 'id';
    v_line.posted_at := v_entry ->> 'postedAt';
    FOR v_place IN 0 .. coalesce(jsonb_array_length(v_postings), 0) - 1 LOOP
      v_line.account_code := v_postings -> v_place ->> 'account';
      v_line.direction := v_postings -> v_place ->> 'direction';
      v_line.amount_minor := v_postings -> v_place ->> 'amountMinor';
      SELECT a.id, a.user_id, a.currency, a.normal_side INTO v_line.account_id, v_line.user_id, v_line.currency, v_normal_side
      FROM ledger_accounts a WHERE a.code = v_line.account_code;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown ledger account %', v_line.account_code USING ERRCODE = 'foreign_key_violation';
      ELSIF v_line.amount_minor <= 0 THEN
        RAISE EXCEPTION 'the amount of a posting must be above zero' USING ERRCODE = 'check_violation';
      END IF;
      v_line.delta_minor := CASE v_line.direction WHEN v_normal_side THEN v_line.amount_minor ELSE -v_line.amount_minor END;
      v_lines := v_lines || v_line;
      IF v_line.user_id IS NOT NULL AND array_position(v_account_ids, v_line.account_id) IS NULL THEN
        v_account_ids := v_account_ids || v_line.account_id;
      END IF;
    END LOOP;
  END LOOP;

  -- Locks first, each waiting for the one before it, in one order for everybody; what follows reads with a fresh snapshot.
  -- House accounts are not locked: they have no balance row, their postings only add up.
  IF cardinality(v_account_ids) > 1 THEN
    v_account_ids := ARRAY(SELECT a.id FROM unnest(v_account_ids) AS a (id) ORDER BY a.id);
  END IF;
  FOREACH v_account_id IN ARRAY v_account_ids LOOP
    PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));
  END LOOP;
  IF cardinality(v_account_ids) > 0 THEN
    SELECT array_agg(b.ledger_account_id), array_agg(b.amount_minor), array_agg(0) INTO v_account_ids, v_balances, v_moves
    FROM balances b WHERE b.ledger_account_id = ANY (v_account_ids);
  END IF;

  FOR v_number IN 1 .. coalesce(cardinality(v_lines), 0) LOOP
    v_line := v_lines[v_number];
    CONTINUE WHEN v_line.user_id IS NULL;
    v_place := array_position(v_account_ids, v_line.account_id);
    v_line.balance_after_minor := v_balances[v_place] + v_line.delta_minor;
    v_balances[v_place] := v_line.balance_after_minor;
    v_moves[v_place] := v_moves[v_place] + 1;
    v_lines[v_number] := v_line;
    v_posted_at := greatest(v_posted_at, v_line.posted_at);
    IF v_line.balance_after_minor < 0 THEN
      v_short := least(v_short, v_line.account_code);
    END IF;
  END LOOP;

  -- Two conditions, not one: with the look at the journal in it, it would be a query of its own for a single entry too.
  IF v_count > 1 THEN
    IF v_short IS NOT NULL OR (
      SELECT bool_or(k.repeats > 1 OR (SELECT e.id FROM journal_entries e WHERE e.entry_key = k.key) IS NOT NULL)
      FROM (SELECT e.entry ->> 'key' AS key, count(*) AS repeats FROM jsonb_array_elements(p_entries) AS e (entry) GROUP BY 1) k
    ) THEN
      -- Some entry does not fit, or repeats another: one by one, so that each is judged on what those before it left.
      FOR v_number IN 1 .. v_count LOOP
        RETURN QUERY SELECT v_number, r.outcome, r.journal_entry_id, r.reason
          FROM post_journal_entries(jsonb_build_array(p_entries -> (v_number - 1))) r;
      END LOOP;
      RETURN;
    END IF;
  END IF;

  IF v_short IS NULL THEN
    INSERT INTO journal_entries (id, entry_key, event, transaction_id, fingerprint, occurred_at, posted_at)
    SELECT e.id, e.key, e.event, e."transactionId", entry_fingerprint(e.event, e."transactionId", e.postings), e."occurredAt", e."postedAt"
    FROM jsonb_to_recordset(p_entries) AS e (
      id uuid, key text, event text, "transactionId" uuid, "occurredAt" timestamptz, "postedAt" timestamptz, postings jsonb
    )
    ON CONFLICT (entry_key) DO NOTHING;
    GET DIAGNOSTICS v_written = ROW_COUNT;
  END IF;
  IF v_written < v_count THEN
    IF v_count > 1 THEN
      -- Another database transaction committed one of the keys between our look and our write: start over and find it.
      RAISE EXCEPTION 'journal entry posted concurrently' USING ERRCODE = 'serialization_failure';
    END IF;
    -- One entry that was not written: because its key was posted before, or else for want of money.
    RETURN QUERY SELECT 1, CASE WHEN same THEN 'duplicate' ELSE 'conflict' END, CASE WHEN same THEN known.id END, NULL::text
      FROM jsonb_to_record(p_entries -> 0) AS e (key text, event text, "transactionId" uuid, postings jsonb)
      CROSS JOIN LATERAL (SELECT k.id, k.fingerprint FROM journal_entries k WHERE k.entry_key = e.key LIMIT 1) known
      CROSS JOIN LATERAL (SELECT known.fingerprint = entry_fingerprint(e.event, e."transactionId", e.postings)) f (same);
    IF NOT FOUND THEN
      RETURN QUERY SELECT 1, 'insufficient_funds'::text, NULL::uuid, v_short;
    END IF;
    RETURN;
  END IF;

  INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, balance_before_minor, balance_after_minor, posted_at)
  SELECT l.journal_entry_id, l.account_id, l.currency, l.direction, l.amount_minor, l.balance_after_minor - l.delta_minor, l.balance_after_minor,
         l.posted_at
  FROM unnest(v_lines) l;

  UPDATE balances b
  SET amount_minor = v_balances[array_position(v_account_ids, b.ledger_account_id)],
      version = b.version + v_moves[array_position(v_account_ids, b.ledger_account_id)],
      updated_at = v_posted_at
  WHERE b.ledger_account_id = ANY (v_account_ids);

  outcome := 'posted';
  FOR v_number IN 1 .. v_count LOOP
    entry_no := v_number;
    journal_entry_id := (p_entries -> (v_number - 1) ->> 'id')::uuid;
    RETURN NEXT;
  END LOOP;
END $$;
