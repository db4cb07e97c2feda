-- What migrations/*.sql make. Written by `pnpm --filter @revio-wallet/db schema:dump`.

CREATE TYPE public.ledger_line AS (
	journal_entry_id uuid,
	posted_at timestamp with time zone,
	account_id bigint,
	account_code text,
	user_id uuid,
	currency text,
	direction text,
	amount_minor bigint,
	delta_minor bigint,
	balance_after_minor bigint
);

CREATE FUNCTION public.accept_operator_invite(p_token_hash bytea, p_operator_id uuid, p_password_hash text, p_at timestamp with time zone) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  v_invite operator_invites;
BEGIN
  SELECT * INTO v_invite FROM operator_invites i WHERE i.token_hash = p_token_hash FOR UPDATE;
  IF NOT FOUND OR v_invite.accepted_at IS NOT NULL OR v_invite.revoked_at IS NOT NULL OR v_invite.expires_at <= p_at THEN
    RETURN NULL;
  END IF;
  INSERT INTO operators (id, email, display_name, role, status, password_hash, password_changed_at, created_at)
  VALUES (p_operator_id, v_invite.email, v_invite.display_name, v_invite.role, 'active', p_password_hash, p_at, p_at);
  UPDATE operator_invites SET accepted_at = p_at, operator_id = p_operator_id WHERE id = v_invite.id;
  RETURN v_invite.id;
END $$;

CREATE FUNCTION public.account_balance(p_code text, p_as_of timestamp with time zone) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.account_lock_key(p_account_id bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((1)::bigint << 56) | p_account_id);

CREATE FUNCTION public.apply_approved_change(p_approval_id uuid, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  v_approval approvals;
  v_target text;
  v_now jsonb;
  v_new jsonb;
  v_administrators integer;
BEGIN
  SELECT * INTO v_approval FROM approvals a WHERE a.id = p_approval_id AND a.state = 'approved' AND a.kind IN ('operator_change', 'setting_change');
  v_target := v_approval.proposal ->> 'target';
  -- An invitation is sent, not applied: the invitation itself names its approval.
  IF v_target IS NULL OR v_target LIKE 'invitation:%'
    OR (split_part(v_target, ':', 1) = 'operator') <> (v_approval.kind = 'operator_change') THEN
    RAISE EXCEPTION 'approval % changes nothing', p_approval_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- One change at a time: the next reads what this one has written.
  PERFORM pg_advisory_xact_lock((6::bigint << 56) | 5);
  v_now := read_change_target(v_target);
  IF (v_now @> (v_approval.proposal -> 'from')) IS NOT TRUE THEN
    RAISE EXCEPTION '% is not what the approval % saw', v_target, p_approval_id USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_changes_since';
  END IF;
  v_new := v_now || (v_approval.proposal -> 'to');
  CASE split_part(v_target, ':', 1)
    WHEN 'operator' THEN
      v_administrators := count_administrators();
      UPDATE operators SET role = v_new ->> 'role', status = v_new ->> 'status', person_id = (v_new ->> 'personId')::uuid
        WHERE id = split_part(v_target, ':', 2)::uuid;
      -- With one alone nothing could be changed any more.
      IF count_administrators() < least(v_administrators, 2) THEN
        RAISE EXCEPTION 'two administrators are needed' USING ERRCODE = 'check_violation', CONSTRAINT = 'operators_two_administrators';
      END IF;
    WHEN 'limits' THEN
      UPDATE transaction_limits SET min_amount_minor = (v_new ->> 'minAmountMinor')::bigint, max_amount_minor = (v_new ->> 'maxAmountMinor')::bigint,
        max_per_day_minor = (v_new ->> 'maxPerDayMinor')::bigint, max_count_per_day = (v_new ->> 'maxCountPerDay')::integer,
        approval_above_minor = (v_new ->> 'approvalAboveMinor')::bigint, fee_minor = (v_new ->> 'feeMinor')::bigint
        WHERE kind = split_part(v_target, ':', 2) AND currency = split_part(v_target, ':', 3);
    WHEN 'approval_right' THEN
      UPDATE approval_rights SET max_amount_minor = (v_new ->> 'maxAmountMinor')::bigint
        WHERE kind = split_part(v_target, ':', 2) AND role = split_part(v_target, ':', 3);
  END CASE;
  INSERT INTO approved_changes (approval_id, target, version, before, after, changed_at)
    SELECT p_approval_id, v_target, 1 + coalesce(max(c.version), 0), v_approval.proposal -> 'from', v_approval.proposal -> 'to', p_at
    FROM approved_changes c WHERE c.target = v_target;
END $$;

CREATE FUNCTION public.audit_event_hash(p_sequence bigint) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
  SELECT sha256(convert_to(
    netstring('audit_event/1') || netstring(a.sequence::text) || netstring(epoch_micros(a.occurred_at)) || netstring(a.actor_kind)
    || netstring(a.actor_id) || netstring(a.action) || netstring(a.subject_kind) || netstring(a.subject_id) || netstring(a.details::text)
    || netstring(a.request_id) || netstring(a.created_xid::text), 'UTF8'))
  FROM audit_events a WHERE a.sequence = p_sequence
$$;

CREATE FUNCTION public.check_approval_decision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE v_amount bigint;
BEGIN
  IF (NEW.id, NEW.kind, NEW.transaction_id, NEW.break_id, NEW.proposal, NEW.amount_minor, NEW.currency, NEW.expires_at, NEW.requested_by,
      NEW.requested_at, NEW.request_reason)
     IS DISTINCT FROM
     (OLD.id, OLD.kind, OLD.transaction_id, OLD.break_id, OLD.proposal, OLD.amount_minor, OLD.currency, OLD.expires_at, OLD.requested_by,
      OLD.requested_at, OLD.request_reason) THEN
    RAISE EXCEPTION 'what approval % is about cannot change', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  NEW.requested_person := NULL;
  NEW.decided_person := NULL;
  IF NEW.state NOT IN ('approved', 'rejected') THEN
    RETURN NEW;
  END IF;
  -- Who changes operators takes this lock first, and alone: they lock each other's rows.
  IF NEW.kind = 'operator_change' THEN
    PERFORM pg_advisory_xact_lock((6::bigint << 56) | 5);
  END IF;
  -- Whoever says that these two are one person waits for this decision, or it for them.
  PERFORM 1 FROM operators WHERE id IN (NEW.requested_by, NEW.decided_by) ORDER BY id FOR SHARE;
  -- A withdrawal is asked for by a user, who is no operator.
  NEW.requested_person := coalesce((SELECT person_id FROM operators WHERE id = NEW.requested_by), NEW.requested_by);
  NEW.decided_person := (SELECT person_id FROM operators WHERE id = NEW.decided_by);
  -- A withdrawal's amount stands in the withdrawal.
  v_amount := coalesce(NEW.amount_minor, (SELECT t.amount_minor FROM transactions t WHERE t.id = NEW.transaction_id));
  PERFORM 1 FROM operators o JOIN approval_rights r ON r.role = o.role
    WHERE o.id = NEW.decided_by AND o.status = 'active' AND r.kind = NEW.kind AND r.may_decide
      AND (NEW.state = 'rejected' OR r.max_amount_minor IS NULL OR v_amount <= r.max_amount_minor OR v_amount IS NULL);
  IF NOT FOUND THEN
    RAISE EXCEPTION '% may not decide on this %', NEW.decided_by, NEW.kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Nobody decides about themselves, with none of their accounts.
  IF NEW.kind = 'operator_change' AND EXISTS (
    SELECT FROM operators o WHERE 'operator:' || o.id = NEW.proposal ->> 'target' AND o.person_id = NEW.decided_person) THEN
    RAISE EXCEPTION '% may not decide about themselves', NEW.decided_by USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.check_approval_request() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF NEW.state <> 'requested' THEN
    RAISE EXCEPTION 'an approval begins as a request' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind NOT IN ('adjustment', 'payout_resolution', 'operator_change', 'setting_change') THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM operators o JOIN approval_rights r ON r.role = o.role
    WHERE o.id = NEW.requested_by AND o.status = 'active' AND r.kind = NEW.kind AND r.may_request FOR SHARE OF o;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% may not request a %', NEW.requested_by, NEW.kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.check_approved_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM approved_changes c WHERE c.approval_id = NEW.id) THEN
    RAISE EXCEPTION 'approval % was not applied', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.check_break_match() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE v_id uuid := CASE TG_TABLE_NAME WHEN 'breaks' THEN to_jsonb(NEW) ->> 'match_id' ELSE to_jsonb(NEW) ->> 'id' END;
BEGIN
  IF NOT EXISTS (
    SELECT FROM break_matches m CROSS JOIN LATERAL (
      SELECT sum(b.amount_minor) FILTER (WHERE b.class = 'missing_in_ledger') AS theirs,
        sum(b.amount_minor) FILTER (WHERE b.class = 'missing_at_provider') AS ours,
        count(*) FILTER (WHERE b.class NOT IN ('missing_in_ledger', 'missing_at_provider') OR b.currency <> m.currency) AS others
      FROM breaks b WHERE b.match_id = m.id
    ) s
    WHERE m.id = v_id AND s.theirs = m.amount_minor AND s.ours = m.amount_minor AND s.others = 0
  ) THEN
    RAISE EXCEPTION 'link % does not come out even', v_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.check_break_resolution() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM approvals a WHERE a.id = NEW.approval_id AND a.state = 'approved'
      AND (a.break_id = NEW.id OR a.transaction_id = NEW.transaction_id)
      AND a.kind = CASE NEW.resolution WHEN 'adjustment' THEN 'adjustment' ELSE 'payout_resolution' END
  ) THEN
    RAISE EXCEPTION 'break % has no approval for this resolution', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.check_day_close() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE v_last day_closes;
BEGIN
  SELECT * INTO v_last FROM day_closes ORDER BY business_on DESC LIMIT 1;
  IF FOUND THEN
    IF NEW.business_on <> v_last.business_on + 1 OR NEW.previous_sha256 IS DISTINCT FROM v_last.sha256
      OR NEW.boundary_xid < v_last.boundary_xid OR NEW.chain_position < v_last.chain_position THEN
      RAISE EXCEPTION 'the day after % is closed next, from where that one ended', v_last.business_on USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.previous_sha256 IS NOT NULL THEN
    RAISE EXCEPTION 'the first day has none before it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.check_journal_entry() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  -- That they sum to zero, check_postings() asserted when they came in; here it remains that they did come in.
  IF NOT EXISTS (SELECT 1 FROM postings p WHERE p.journal_entry_id = NEW.id) THEN
    RAISE EXCEPTION 'journal entry % needs at least two postings that sum to zero', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.check_operator_invite() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE v_person uuid;
BEGIN
  IF NEW.invited_by IS NULL THEN
    IF EXISTS (SELECT 1 FROM operators) THEN
      RAISE EXCEPTION 'only an administrator invites operators' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  -- Locked, so that they are not suspended meanwhile.
  SELECT o.person_id INTO v_person FROM operators o WHERE o.id = NEW.invited_by AND o.status = 'active' AND o.role = 'administrator' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only an administrator invites operators' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.approval_id IS NOT NULL THEN
    IF NOT EXISTS (
      SELECT FROM approvals a WHERE a.id = NEW.approval_id AND a.kind = 'operator_change' AND a.state = 'approved' AND a.requested_by = NEW.invited_by
        AND a.proposal ->> 'target' = 'invitation:' || NEW.email AND a.decided_at > NEW.invited_at - interval '1 day'
        AND a.proposal -> 'to' = jsonb_build_object('email', NEW.email, 'displayName', NEW.display_name, 'role', NEW.role)) THEN
      RAISE EXCEPTION 'approval % is not for this invitation', NEW.approval_id USING ERRCODE = 'check_violation', CONSTRAINT = 'operator_invites_approved';
    END IF;
  ELSIF EXISTS (SELECT FROM approval_rights r WHERE r.role = NEW.role AND r.may_decide)
    AND EXISTS (SELECT FROM operators o WHERE o.role = 'administrator' AND o.status = 'active' AND o.person_id <> v_person) THEN
    RAISE EXCEPTION 'an invitation to be % needs an approval', NEW.role USING ERRCODE = 'check_violation', CONSTRAINT = 'operator_invites_approved';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.check_postings() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  -- Each entry is balanced after this statement, not only at commit. What stood before summed to zero for the same reason, so only
  -- the new rows count. An entry of an earlier database transaction is sealed.
  PERFORM 1 FROM new_postings n
  GROUP BY n.journal_entry_id, n.currency
  HAVING sum(CASE n.direction WHEN 'debit' THEN n.amount_minor ELSE -n.amount_minor END) <> 0
    OR (SELECT e.created_xid FROM journal_entries e WHERE e.id = n.journal_entry_id) IS DISTINCT FROM pg_current_xact_id()
    OR bool_or((
      SELECT n.direction IN ('debit', 'credit') AND CASE WHEN a.user_id IS NULL
        THEN num_nonnulls(n.balance_before_minor, n.balance_after_minor) = 0
        ELSE n.balance_before_minor >= 0
          AND n.balance_after_minor - n.balance_before_minor = CASE n.direction WHEN a.normal_side THEN n.amount_minor ELSE -n.amount_minor END
      END
      FROM ledger_accounts a WHERE a.id = n.ledger_account_id AND a.currency = n.currency
    ) IS NOT TRUE);
  IF FOUND THEN
    RAISE EXCEPTION 'postings must sum to zero per currency, belong to an entry of this database transaction, and fit their accounts'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.check_suspense_adjustment() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (
    SELECT FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE p.journal_entry_id = NEW.id AND a.user_id IS NULL AND a.name = 'suspense' AND NOT EXISTS (
      SELECT FROM suspense_payments s JOIN approvals v ON v.id = s.released_by
      WHERE NEW.entry_key = 'adjustment.approved:' || s.released_by
        AND v.state = 'approved' AND v.proposal ->> 'suspensePurchaseId' = s.purchase_id::text
        AND p.direction = 'debit' AND p.currency = s.currency AND p.amount_minor = s.amount_minor - s.refunded_minor AND NOT s.charged_back)
  ) THEN
    RAISE EXCEPTION 'adjustment % takes out of suspense what it does not release', NEW.entry_key USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.check_suspense_release() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE e.entry_key = 'adjustment.approved:' || NEW.released_by AND e.created_xid = pg_current_xact_id()
      AND a.user_id IS NULL AND a.name = 'suspense'
  ) THEN
    RAISE EXCEPTION 'payment % is released by no entry', NEW.purchase_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.count_administrators() RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  SELECT count(DISTINCT person_id)::integer FROM operators WHERE role = 'administrator' AND status = 'active';
$$;

CREATE FUNCTION public.count_break_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  NEW.version := OLD.version + CASE WHEN
    (NEW.severity, NEW.transaction_id, NEW.amount_minor, NEW.currency, NEW.evidence, NEW.owner_id, NEW.state)
    IS DISTINCT FROM (OLD.severity, OLD.transaction_id, OLD.amount_minor, OLD.currency, OLD.evidence, OLD.owner_id, OLD.state)
    THEN 1 ELSE 0 END;
  RETURN NEW;
END $$;

CREATE FUNCTION public.default_person() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  NEW.person_id := coalesce(NEW.person_id, NEW.id);
  RETURN NEW;
END $$;

CREATE FUNCTION public.enforce_initial_status() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM transaction_statuses s WHERE s.kind = NEW.kind AND s.status = NEW.status AND s.initial) THEN
    RAISE EXCEPTION 'a % cannot begin as %', NEW.kind, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.enforce_transaction_status() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.kind, NEW.amount_minor, NEW.fee_minor, NEW.currency, NEW.reference,
      NEW.related_transaction_id, NEW.bank_account_id, NEW.return_url, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.kind, OLD.amount_minor, OLD.fee_minor, OLD.currency, OLD.reference,
      OLD.related_transaction_id, OLD.bank_account_id, OLD.return_url, OLD.created_at) THEN
    RAISE EXCEPTION 'transaction % is immutable but for its status', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status <> OLD.status AND NOT EXISTS (
    SELECT 1 FROM transaction_status_changes c
    WHERE c.kind = OLD.kind AND c.from_status = OLD.status AND c.to_status = NEW.status
  ) THEN
    RAISE EXCEPTION '% cannot go from % to %', OLD.kind, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.entry_fingerprint(p_event text, p_transaction_id uuid, p_postings jsonb) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(convert_to((jsonb_build_array(p_event, p_transaction_id, p_postings))::text, 'UTF8'::name));

CREATE FUNCTION public.epoch_micros(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (((EXTRACT(epoch FROM p_at) * (1000000)::numeric))::bigint)::text;

CREATE FUNCTION public.extend_hash_chain(p_stream text, p_limit integer, p_at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  v_boundary xid8;
  v_head chain_links;
  v_item record;
  v_added integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock((6::bigint << 56) | CASE p_stream WHEN 'journal' THEN 1 ELSE 2 END) THEN
    RETURN 0;
  END IF;
  SELECT * INTO v_head FROM chain_links WHERE stream = p_stream ORDER BY position DESC LIMIT 1;
  IF NOT FOUND THEN
    v_head.position := 0;
    v_head.item_sequence := 0;
    v_head.item_xid := '0';
    v_head.chain_hash := decode(repeat('00', 32), 'hex');
  END IF;
  -- Below this every database transaction is over: nothing can still appear there, so the order is final.
  v_boundary := pg_snapshot_xmin(pg_current_snapshot());
  FOR v_item IN
    (SELECT e.created_xid AS xid, e.sequence, journal_entry_hash(e.sequence) AS hash FROM journal_entries e
     WHERE p_stream = 'journal' AND (e.created_xid, e.sequence) > (v_head.item_xid, v_head.item_sequence) AND e.created_xid < v_boundary
     ORDER BY e.created_xid, e.sequence LIMIT p_limit)
    UNION ALL
    (SELECT a.created_xid, a.sequence, audit_event_hash(a.sequence) FROM audit_events a
     WHERE p_stream = 'audit' AND (a.created_xid, a.sequence) > (v_head.item_xid, v_head.item_sequence) AND a.created_xid < v_boundary
     ORDER BY a.created_xid, a.sequence LIMIT p_limit)
    ORDER BY 1, 2
  LOOP
    v_head.position := v_head.position + 1;
    v_head.chain_hash := sha256(v_head.chain_hash || v_item.hash);
    INSERT INTO chain_links (stream, position, item_sequence, item_xid, item_hash, chain_hash, chained_at)
    VALUES (p_stream, v_head.position, v_item.sequence, v_item.xid, v_item.hash, v_head.chain_hash, p_at);
    v_added := v_added + 1;
  END LOOP;
  RETURN v_added;
END $$;

CREATE FUNCTION public.fold_balance_checkpoints(p_min_postings bigint, p_at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.invite_first_operator(p_id uuid, p_email text, p_display_name text, p_token_hash bytea, p_at timestamp with time zone, p_expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  LOCK TABLE operator_invites IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT 1 FROM operators) THEN
    RETURN false;
  END IF;
  UPDATE operator_invites SET revoked_at = p_at WHERE accepted_at IS NULL AND revoked_at IS NULL;
  INSERT INTO operator_invites (id, email, display_name, role, token_hash, invited_by, invited_at, expires_at)
  VALUES (p_id, p_email, p_display_name, 'administrator', p_token_hash, NULL, p_at, p_expires_at);
  RETURN true;
END $$;

CREATE FUNCTION public.journal_entry_hash(p_sequence bigint) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
  SELECT sha256(convert_to(
    netstring('journal_entry/1') || netstring(e.id::text) || netstring(e.sequence::text) || netstring(e.entry_key) || netstring(e.event)
    || netstring(e.transaction_id::text) || netstring(encode(e.fingerprint, 'hex')) || netstring(epoch_micros(e.occurred_at))
    || netstring(epoch_micros(e.posted_at)) || netstring(e.created_xid::text)
    || coalesce((
      SELECT string_agg(
        netstring(p.id::text) || netstring(a.code) || netstring(a.type) || netstring(a.normal_side) || netstring(p.currency)
        || netstring(p.direction) || netstring(p.amount_minor::text) || netstring(p.balance_before_minor::text)
        || netstring(p.balance_after_minor::text) || netstring(epoch_micros(p.posted_at)) || netstring(p.created_xid::text), '' ORDER BY p.id)
      FROM postings p LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE p.journal_entry_id = e.id
    ), ''), 'UTF8'))
  FROM journal_entries e WHERE e.sequence = p_sequence
$$;

CREATE FUNCTION public.lock_accounts(p_codes text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE v_account_id bigint;
BEGIN
  FOR v_account_id IN SELECT a.id FROM ledger_accounts a WHERE a.code = ANY (p_codes) AND a.user_id IS NOT NULL ORDER BY a.id LOOP
    PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));
  END LOOP;
END $$;

CREATE FUNCTION public.netstring(p_value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_value IS NULL) THEN '~,'::text ELSE (((octet_length(p_value) || ':'::text) || p_value) || ','::text) END;

CREATE FUNCTION public.notify_transaction_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_notify('transaction_events', NEW.user_id::text);
  RETURN NULL;
END $$;

CREATE FUNCTION public.open_house_accounts(p_currency text, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  INSERT INTO ledger_accounts (code, type, normal_side, currency, name, created_at)
  SELECT 'house:' || h.name || ':' || p_currency, h.type, CASE WHEN h.type IN ('asset', 'expense') THEN 'debit' ELSE 'credit' END,
         p_currency, h.name, p_at
  FROM (VALUES
    ('revio_float', 'asset'),          -- our money at Revio, both their balances
    ('suspense', 'liability'),         -- money received that belongs to nobody we can name yet
    ('payout_returns', 'liability'),   -- payouts that came back from the bank, before they are credited
    ('provider_fees', 'expense'),      -- what Revio charges us
    ('fee_income', 'income'),          -- what we charge users
    ('chargeback_losses', 'expense'),  -- chargeback fees and written-off receivables
    ('adjustments', 'expense')         -- the other side of approved corrections
  ) AS h (name, type)
  ON CONFLICT (code) DO NOTHING
$$;

CREATE FUNCTION public.open_user_accounts(p_user_id uuid, p_currency text, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  WITH opened AS (
    INSERT INTO ledger_accounts (code, type, normal_side, currency, user_id, name, created_at)
    SELECT 'user:' || p_user_id || ':' || u.name || ':' || p_currency, u.type,
           CASE u.type WHEN 'asset' THEN 'debit' ELSE 'credit' END, p_currency, p_user_id, u.name, p_at
    FROM (VALUES
      ('available', 'liability'),  -- what the user may spend
      ('pending', 'liability'),    -- reserved for withdrawals on their way out
      ('receivable', 'asset')      -- what the user owes us after a chargeback of money already gone
    ) AS u (name, type)
    ON CONFLICT (code) DO NOTHING
    RETURNING id, user_id, currency
  )
  INSERT INTO balances (ledger_account_id, user_id, currency, amount_minor, version, updated_at)
  SELECT id, user_id, currency, 0, 0, p_at FROM opened
$$;

CREATE FUNCTION public.post_journal_entries(p_entries jsonb) RETURNS TABLE(entry_no integer, outcome text, journal_entry_id uuid, reason text)
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

CREATE FUNCTION public.read_change_target(p_target text) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  SELECT CASE split_part(p_target, ':', 1)
    WHEN 'operator' THEN (
      SELECT jsonb_build_object('role', o.role, 'status', o.status, 'personId', o.person_id) FROM operators o WHERE 'operator:' || o.id = p_target)
    WHEN 'limits' THEN (
      SELECT jsonb_build_object('minAmountMinor', l.min_amount_minor::text, 'maxAmountMinor', l.max_amount_minor::text,
        'maxPerDayMinor', l.max_per_day_minor::text, 'maxCountPerDay', l.max_count_per_day::text,
        'approvalAboveMinor', l.approval_above_minor::text, 'feeMinor', l.fee_minor::text)
      FROM transaction_limits l WHERE 'limits:' || l.kind || ':' || l.currency = p_target)
    WHEN 'approval_right' THEN (
      SELECT jsonb_build_object('maxAmountMinor', r.max_amount_minor::text) FROM approval_rights r
      WHERE 'approval_right:' || r.kind || ':' || r.role = p_target AND r.may_decide AND r.kind NOT IN ('operator_change', 'setting_change'))
  END;
$$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.refuse_reconciling_again() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'reconciliation run % is completed', OLD.id USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.refuse_reopening() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'break % is resolved', OLD.id USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.refuse_second_answer() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'the answer under an idempotency key is for ever' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.refuse_second_decision() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'approval % is decided', OLD.id USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.refuse_second_execution() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'payout % was executed before', OLD.payout_id USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.refuse_second_release() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF (NEW.refunded_minor, NEW.charged_back, NEW.changes, NEW.released_at, NEW.released_by)
     IS DISTINCT FROM (OLD.refunded_minor, OLD.charged_back, OLD.changes, OLD.released_at, OLD.released_by) THEN
    RAISE EXCEPTION 'payment % is not in suspense any more', OLD.purchase_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_while_stopped() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  -- Who stops takes this lock alone (20261125000600): what is read after it holds until we commit.
  PERFORM pg_advisory_xact_lock_shared((6::bigint << 56) | 3);
  IF EXISTS (SELECT 1 FROM outgoing_switch WHERE stopped_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payout % may not be executed: no money may leave', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TABLE public.approval_rights (
    kind text NOT NULL,
    role text NOT NULL,
    may_request boolean NOT NULL,
    may_decide boolean NOT NULL,
    max_amount_minor bigint,
    CONSTRAINT approval_rights_max_amount_minor_check CHECK ((max_amount_minor > 0))
);

CREATE TABLE public.approvals (
    id uuid NOT NULL,
    kind text NOT NULL,
    transaction_id uuid,
    state text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    reason text,
    break_id uuid,
    proposal jsonb DEFAULT '{}'::jsonb NOT NULL,
    amount_minor bigint,
    currency text,
    expires_at timestamp with time zone,
    request_reason text,
    requested_person uuid,
    decided_person uuid,
    CONSTRAINT approvals_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT approvals_check CHECK ((decided_by IS DISTINCT FROM requested_by)),
    CONSTRAINT approvals_check1 CHECK (((state = ANY (ARRAY['approved'::text, 'rejected'::text])) = (decided_by IS NOT NULL))),
    CONSTRAINT approvals_check2 CHECK (((state = 'requested'::text) = (decided_at IS NULL))),
    CONSTRAINT approvals_in_time_check CHECK (((state <> 'approved'::text) OR (expires_at IS NULL) OR (decided_at < expires_at))),
    CONSTRAINT approvals_kind_check CHECK ((kind = ANY (ARRAY['withdrawal'::text, 'adjustment'::text, 'payout_resolution'::text, 'operator_change'::text, 'setting_change'::text]))),
    CONSTRAINT approvals_proposal_check CHECK (
CASE kind
    WHEN 'withdrawal'::text THEN true
    WHEN 'operator_change'::text THEN (((proposal ->> 'target'::text) IS NOT NULL) AND (expires_at IS NOT NULL) AND (request_reason IS NOT NULL))
    WHEN 'setting_change'::text THEN (((proposal ->> 'target'::text) IS NOT NULL) AND (expires_at IS NOT NULL) AND (request_reason IS NOT NULL))
    ELSE ((amount_minor IS NOT NULL) AND (currency IS NOT NULL) AND (expires_at IS NOT NULL) AND (request_reason IS NOT NULL))
END),
    CONSTRAINT approvals_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000))),
    CONSTRAINT approvals_request_reason_check CHECK (((length(request_reason) >= 1) AND (length(request_reason) <= 1000))),
    CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text]))),
    CONSTRAINT approvals_two_persons_check CHECK ((decided_person <> requested_person)),
    CONSTRAINT approvals_withdrawal_check CHECK (((kind <> ALL (ARRAY['withdrawal'::text, 'payout_resolution'::text])) OR (transaction_id IS NOT NULL)))
);

CREATE TABLE public.approved_changes (
    approval_id uuid NOT NULL,
    target text NOT NULL,
    version integer NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT approved_changes_version_check CHECK ((version > 0))
);

CREATE TABLE public.audit_events (
    sequence bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    details jsonb NOT NULL,
    request_id text,
    created_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT audit_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'operator'::text, 'system'::text, 'provider'::text])))
);

ALTER TABLE public.audit_events ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_events_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.balance_checkpoints (
    id bigint NOT NULL,
    ledger_account_id bigint NOT NULL,
    boundary_xid xid8 NOT NULL,
    amount_minor numeric(38,0) NOT NULL,
    postings_count bigint NOT NULL,
    last_posted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    first_posted_at timestamp with time zone
);

ALTER TABLE public.balance_checkpoints ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.balance_checkpoints_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.balances (
    ledger_account_id bigint NOT NULL,
    user_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    version bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT balances_amount_minor_check CHECK ((amount_minor >= 0))
)
WITH (fillfactor='70');

CREATE TABLE public.bank_accounts (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text NOT NULL,
    bank_name text NOT NULL,
    branch_code text NOT NULL,
    account_type text NOT NULL,
    account_number_ciphertext bytea NOT NULL,
    account_holder_ciphertext bytea NOT NULL,
    account_lookup bytea NOT NULL,
    last_four text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT bank_accounts_account_lookup_check CHECK ((octet_length(account_lookup) = 32)),
    CONSTRAINT bank_accounts_account_type_check CHECK ((account_type = ANY (ARRAY['current'::text, 'savings'::text, 'transmission'::text]))),
    CONSTRAINT bank_accounts_branch_code_check CHECK ((branch_code ~ '^[0-9]{6}$'::text)),
    CONSTRAINT bank_accounts_check CHECK (((status = 'removed'::text) = (removed_at IS NOT NULL))),
    CONSTRAINT bank_accounts_last_four_check CHECK ((last_four ~ '^[0-9]{4}$'::text)),
    CONSTRAINT bank_accounts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'removed'::text])))
);

CREATE TABLE public.break_matches (
    id uuid NOT NULL,
    matched_by uuid NOT NULL,
    reason text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    matched_at timestamp with time zone NOT NULL,
    CONSTRAINT break_matches_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT break_matches_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);

CREATE TABLE public.break_notes (
    id uuid NOT NULL,
    break_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT break_notes_note_check CHECK (((length(note) >= 1) AND (length(note) <= 2000)))
);

CREATE TABLE public.breaks (
    id uuid NOT NULL,
    class text NOT NULL,
    severity text NOT NULL,
    subject text NOT NULL,
    transaction_id uuid,
    amount_minor bigint,
    currency text,
    evidence jsonb NOT NULL,
    opened_by text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    owner_id uuid,
    state text NOT NULL,
    resolution text,
    resolved_at timestamp with time zone,
    approval_id uuid,
    journal_entry_id uuid,
    version integer DEFAULT 1 NOT NULL,
    match_id uuid,
    CONSTRAINT breaks_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT breaks_check CHECK (((amount_minor IS NULL) = (currency IS NULL))),
    CONSTRAINT breaks_check1 CHECK (((state = 'resolved'::text) = (resolution IS NOT NULL))),
    CONSTRAINT breaks_check2 CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT breaks_check3 CHECK ((((resolution = ANY (ARRAY['adjustment'::text, 'decision'::text])) IS NOT TRUE) OR (approval_id IS NOT NULL))),
    CONSTRAINT breaks_check4 CHECK ((((resolution = 'adjustment'::text) IS NOT TRUE) OR (journal_entry_id IS NOT NULL))),
    CONSTRAINT breaks_class_check CHECK ((class = ANY (ARRAY['missing_in_ledger'::text, 'missing_at_provider'::text, 'amount_mismatch'::text, 'currency_mismatch'::text, 'duplicate_in_ledger'::text, 'duplicate_at_provider'::text, 'status_mismatch'::text, 'fee_mismatch'::text, 'batch_total'::text, 'uncleared'::text, 'float_drift'::text, 'balance_drift'::text, 'reserve_drift'::text, 'history_broken'::text, 'hash_chain_broken'::text, 'certificate_broken'::text, 'payout_in_doubt'::text, 'unknown_object'::text]))),
    CONSTRAINT breaks_match_check CHECK (((NOT (resolution IS DISTINCT FROM 'linked'::text)) = (match_id IS NOT NULL))),
    CONSTRAINT breaks_opened_by_check CHECK ((opened_by = ANY (ARRAY['provider_event'::text, 'reconciliation'::text, 'checker'::text]))),
    CONSTRAINT breaks_resolution_check CHECK ((resolution = ANY (ARRAY['provider_evidence'::text, 'match'::text, 'adjustment'::text, 'decision'::text, 'linked'::text]))),
    CONSTRAINT breaks_severity_check CHECK ((severity = ANY (ARRAY['notice'::text, 'warning'::text, 'critical'::text]))),
    CONSTRAINT breaks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text]))),
    CONSTRAINT breaks_subject_check CHECK ((subject ~ '^[a-z_]+:.'::text))
);

CREATE TABLE public.chain_links (
    stream text NOT NULL,
    "position" bigint NOT NULL,
    item_sequence bigint NOT NULL,
    item_xid xid8 NOT NULL,
    item_hash bytea NOT NULL,
    chain_hash bytea NOT NULL,
    chained_at timestamp with time zone NOT NULL,
    CONSTRAINT chain_links_chain_hash_check CHECK ((octet_length(chain_hash) = 32)),
    CONSTRAINT chain_links_item_hash_check CHECK ((octet_length(item_hash) = 32)),
    CONSTRAINT chain_links_position_check CHECK (("position" > 0)),
    CONSTRAINT chain_links_stream_check CHECK ((stream = ANY (ARRAY['journal'::text, 'audit'::text])))
);

CREATE TABLE public.currencies (
    code text NOT NULL,
    exponent smallint NOT NULL,
    CONSTRAINT currencies_code_check CHECK ((code ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT currencies_exponent_check CHECK (((exponent >= 0) AND (exponent <= 4)))
);

CREATE TABLE public.data_keys (
    id uuid NOT NULL,
    purpose text NOT NULL,
    wrapped_key bytea NOT NULL,
    key_encryption_key_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    rewrapped_at timestamp with time zone,
    CONSTRAINT data_keys_purpose_check CHECK ((purpose = ANY (ARRAY['user'::text, 'provider'::text, 'operator'::text])))
);

COMMENT ON TABLE public.data_keys IS 'Envelope encryption: one wrapped AES-256 key per user (erasing it erases the person), and one per period for provider payloads.';

CREATE TABLE public.day_closes (
    business_on date NOT NULL,
    boundary_xid xid8 NOT NULL,
    chain_position bigint NOT NULL,
    certificate jsonb NOT NULL,
    sha256 bytea NOT NULL,
    previous_sha256 bytea,
    signature bytea NOT NULL,
    key_id text NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    CONSTRAINT day_closes_chain_position_check CHECK ((chain_position >= 0)),
    CONSTRAINT day_closes_previous_sha256_check CHECK ((octet_length(previous_sha256) = 32)),
    CONSTRAINT day_closes_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT day_closes_signature_check CHECK ((octet_length(signature) = 64))
);

CREATE TABLE public.idempotency_keys (
    actor_id uuid NOT NULL,
    operation text NOT NULL,
    key uuid NOT NULL,
    fingerprint bytea NOT NULL,
    transaction_id uuid,
    response jsonb,
    leased_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT idempotency_keys_check CHECK (((response IS NULL) = (completed_at IS NULL))),
    CONSTRAINT idempotency_keys_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
);

COMMENT ON TABLE public.idempotency_keys IS 'Never expires: a money request repeated after a year gets the first answer.';

CREATE TABLE public.integrity_checks (
    name text NOT NULL,
    cursor jsonb,
    round bigint DEFAULT 1 NOT NULL,
    round_started_at timestamp with time zone,
    round_findings integer DEFAULT 0 NOT NULL,
    round_complete boolean DEFAULT true NOT NULL,
    last_step_at timestamp with time zone,
    last_pass_started_at timestamp with time zone,
    last_full_pass_at timestamp with time zone,
    last_pass_findings integer,
    high_position bigint,
    high_hash bytea,
    CONSTRAINT integrity_checks_check CHECK (((high_position IS NULL) = (high_hash IS NULL))),
    CONSTRAINT integrity_checks_round_check CHECK ((round > 0)),
    CONSTRAINT integrity_checks_round_findings_check CHECK ((round_findings >= 0))
);

CREATE TABLE public.journal_entries (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    entry_key text NOT NULL,
    event text NOT NULL,
    transaction_id uuid,
    fingerprint bytea NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    created_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT journal_entries_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
);

ALTER TABLE public.journal_entries ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.journal_entries_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_accounts (
    id bigint NOT NULL,
    code text NOT NULL,
    type text NOT NULL,
    normal_side text NOT NULL,
    currency text NOT NULL,
    user_id uuid,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_accounts_check CHECK ((normal_side =
CASE
    WHEN (type = ANY (ARRAY['asset'::text, 'expense'::text])) THEN 'debit'::text
    ELSE 'credit'::text
END)),
    CONSTRAINT ledger_accounts_check1 CHECK ((code = (((
CASE
    WHEN (user_id IS NULL) THEN 'house:'::text
    ELSE (('user:'::text || user_id) || ':'::text)
END || name) || ':'::text) || currency))),
    CONSTRAINT ledger_accounts_normal_side_check CHECK ((normal_side = ANY (ARRAY['debit'::text, 'credit'::text]))),
    CONSTRAINT ledger_accounts_type_check CHECK ((type = ANY (ARRAY['asset'::text, 'liability'::text, 'income'::text, 'expense'::text])))
);

ALTER TABLE public.ledger_accounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ledger_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.operator_challenges (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    purpose text NOT NULL,
    challenge bytea NOT NULL,
    bound_to bytea,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT operator_challenges_bound_to_check CHECK ((octet_length(bound_to) = 32)),
    CONSTRAINT operator_challenges_challenge_check CHECK ((octet_length(challenge) = 32)),
    CONSTRAINT operator_challenges_check CHECK (((purpose = 'step_up'::text) = (bound_to IS NOT NULL))),
    CONSTRAINT operator_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['register_passkey'::text, 'sign_in'::text, 'step_up'::text])))
);

CREATE TABLE public.operator_invites (
    id uuid NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid,
    invited_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    operator_id uuid,
    revoked_at timestamp with time zone,
    approval_id uuid,
    CONSTRAINT operator_invites_check CHECK ((expires_at > invited_at)),
    CONSTRAINT operator_invites_check1 CHECK (((accepted_at IS NULL) = (operator_id IS NULL))),
    CONSTRAINT operator_invites_check2 CHECK (((accepted_at IS NULL) OR (revoked_at IS NULL))),
    CONSTRAINT operator_invites_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 128))),
    CONSTRAINT operator_invites_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 320)))),
    CONSTRAINT operator_invites_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'support'::text, 'operator'::text, 'reconciliation_maker'::text, 'reconciliation_checker'::text, 'administrator'::text]))),
    CONSTRAINT operator_invites_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

COMMENT ON TABLE public.operator_invites IS 'Invitations to be an operator: the only way to become one.';

CREATE TABLE public.operator_passkeys (
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports text[] NOT NULL,
    label text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT operator_passkeys_credential_id_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
    CONSTRAINT operator_passkeys_label_check CHECK (((length(label) >= 1) AND (length(label) <= 64))),
    CONSTRAINT operator_passkeys_sign_count_check CHECK ((sign_count >= 0))
);

CREATE TABLE public.operator_recovery_codes (
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT operator_recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

CREATE TABLE public.operator_sessions (
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    factor text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    user_agent text,
    ip_address text,
    CONSTRAINT operator_sessions_check CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT operator_sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed_out'::text, 'revoked'::text, 'operator_suspended'::text, 'role_changed'::text, 'password_changed'::text, 'expired'::text]))),
    CONSTRAINT operator_sessions_factor_check CHECK ((factor = ANY (ARRAY['passkey'::text, 'totp'::text, 'recovery_code'::text]))),
    CONSTRAINT operator_sessions_ip_address_check CHECK ((length(ip_address) <= 64)),
    CONSTRAINT operator_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT operator_sessions_user_agent_check CHECK ((length(user_agent) <= 200))
);

CREATE TABLE public.operator_step_ups (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    bound_to bytea NOT NULL,
    factor text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT operator_step_ups_bound_to_check CHECK ((octet_length(bound_to) = 32)),
    CONSTRAINT operator_step_ups_factor_check CHECK ((factor = ANY (ARRAY['passkey'::text, 'totp'::text])))
);

CREATE TABLE public.operator_totp_factors (
    operator_id uuid NOT NULL,
    secret_ciphertext bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_used_step bigint
);

CREATE TABLE public.operators (
    id uuid NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    password_hash text,
    password_changed_at timestamp with time zone,
    data_key_id uuid,
    person_id uuid NOT NULL,
    CONSTRAINT operators_email_check CHECK ((email = lower(email))),
    CONSTRAINT operators_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text)),
    CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'support'::text, 'operator'::text, 'reconciliation_maker'::text, 'reconciliation_checker'::text, 'administrator'::text]))),
    CONSTRAINT operators_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);

COMMENT ON TABLE public.operators IS 'Staff who sign in to the console. Without a password nobody can sign in as them.';

CREATE TABLE public.outgoing_switch (
    only_row boolean DEFAULT true NOT NULL,
    stopped_at timestamp with time zone,
    reason text,
    CONSTRAINT outgoing_switch_check CHECK (((stopped_at IS NULL) = (reason IS NULL))),
    CONSTRAINT outgoing_switch_only_row_check CHECK (only_row)
);

CREATE TABLE public.postings (
    id bigint NOT NULL,
    journal_entry_id uuid NOT NULL,
    ledger_account_id bigint NOT NULL,
    currency text NOT NULL,
    direction text NOT NULL,
    amount_minor bigint NOT NULL,
    balance_before_minor bigint,
    balance_after_minor bigint,
    posted_at timestamp with time zone NOT NULL,
    created_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT postings_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT postings_balance_after_minor_check CHECK ((balance_after_minor >= 0))
);

ALTER TABLE public.postings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.postings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.provider_calls (
    id bigint NOT NULL,
    called_at timestamp with time zone NOT NULL,
    operation text NOT NULL,
    attempt integer NOT NULL,
    object_id uuid,
    http_status integer,
    duration_ms integer NOT NULL,
    code text NOT NULL,
    detail text,
    request_id text,
    CONSTRAINT provider_calls_attempt_check CHECK ((attempt > 0)),
    CONSTRAINT provider_calls_code_check CHECK ((length(code) <= 64)),
    CONSTRAINT provider_calls_detail_check CHECK ((length(detail) <= 200)),
    CONSTRAINT provider_calls_duration_ms_check CHECK ((duration_ms >= 0)),
    CONSTRAINT provider_calls_operation_check CHECK ((length(operation) <= 64)),
    CONSTRAINT provider_calls_request_id_check CHECK ((length(request_id) <= 128))
);

COMMENT ON TABLE public.provider_calls IS 'One row per request that left for Revio. Written beside the work, never in its database transaction; may miss some, and decides nothing.';

ALTER TABLE public.provider_calls ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.provider_calls_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.provider_deliveries (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    verdict text NOT NULL,
    provider_event_id uuid,
    headers jsonb NOT NULL,
    body_bytes integer NOT NULL,
    body_sha256 bytea,
    request_id text,
    signature_reason text,
    created_xid xid8 DEFAULT pg_current_xact_id(),
    CONSTRAINT provider_deliveries_signature_reason_check CHECK ((signature_reason = ANY (ARRAY['missing_signature'::text, 'malformed_signature'::text, 'no_keys'::text, 'no_match'::text, 'bad_input'::text]))),
    CONSTRAINT provider_deliveries_verdict_check CHECK ((verdict = ANY (ARRAY['accepted'::text, 'duplicate'::text, 'invalid_signature'::text, 'unreadable'::text, 'wrong_mode'::text, 'refused'::text])))
);

COMMENT ON TABLE public.provider_deliveries IS 'Every HTTP delivery with its verdict. Those without a valid signature keep no body and are bounded in number.';

ALTER TABLE public.provider_deliveries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.provider_deliveries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.provider_event_replays (
    id uuid NOT NULL,
    provider_event_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    reason text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    state_before text NOT NULL,
    outcome_before text,
    finished_at timestamp with time zone,
    state text,
    outcome text,
    CONSTRAINT provider_event_replays_check CHECK ((((finished_at IS NULL) = (state IS NULL)) AND ((finished_at IS NULL) = (outcome IS NULL)))),
    CONSTRAINT provider_event_replays_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500))),
    CONSTRAINT provider_event_replays_state_before_check CHECK ((state_before = ANY (ARRAY['received'::text, 'applied'::text, 'ignored'::text, 'parked'::text]))),
    CONSTRAINT provider_event_replays_state_check CHECK ((state = ANY (ARRAY['applied'::text, 'ignored'::text, 'parked'::text])))
);

COMMENT ON TABLE public.provider_event_replays IS 'Provider events that an operator had processed again: who, why, and what came of it.';

CREATE TABLE public.provider_events (
    id uuid NOT NULL,
    key_id text NOT NULL,
    body_sha256 bytea NOT NULL,
    body_ciphertext bytea NOT NULL,
    data_key_id uuid NOT NULL,
    event_type text NOT NULL,
    object_type text,
    object_id uuid,
    received_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    outcome text,
    transaction_id uuid,
    settled_at timestamp with time zone,
    CONSTRAINT provider_events_body_sha256_check CHECK ((octet_length(body_sha256) = 32)),
    CONSTRAINT provider_events_check CHECK (((state = 'received'::text) = (settled_at IS NULL))),
    CONSTRAINT provider_events_state_check CHECK ((state = ANY (ARRAY['received'::text, 'applied'::text, 'ignored'::text, 'parked'::text])))
);

CREATE UNLOGGED TABLE public.rate_limits (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint
);

CREATE TABLE public.reconciliation_run_breaks (
    run_id uuid NOT NULL,
    break_id uuid NOT NULL
);

CREATE TABLE public.reconciliation_runs (
    id uuid NOT NULL,
    kind text NOT NULL,
    window_from timestamp with time zone NOT NULL,
    window_to timestamp with time zone NOT NULL,
    state text NOT NULL,
    phase text NOT NULL,
    cursor text DEFAULT ''::text NOT NULL,
    failure text,
    checked_count bigint DEFAULT 0 NOT NULL,
    break_count bigint DEFAULT 0 NOT NULL,
    line_count bigint DEFAULT 0 NOT NULL,
    statement_id uuid,
    download integer DEFAULT 0 NOT NULL,
    file_sha256 bytea,
    file_bytes bigint,
    requested_by_kind text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT reconciliation_runs_break_count_check CHECK ((break_count >= 0)),
    CONSTRAINT reconciliation_runs_check CHECK ((window_from < window_to)),
    CONSTRAINT reconciliation_runs_check1 CHECK (((state = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT reconciliation_runs_check2 CHECK (((state = 'failed'::text) = (failure IS NOT NULL))),
    CONSTRAINT reconciliation_runs_checked_count_check CHECK ((checked_count >= 0)),
    CONSTRAINT reconciliation_runs_download_check CHECK ((download >= 0)),
    CONSTRAINT reconciliation_runs_file_bytes_check CHECK ((file_bytes >= 0)),
    CONSTRAINT reconciliation_runs_file_sha256_check CHECK ((octet_length(file_sha256) = 32)),
    CONSTRAINT reconciliation_runs_kind_check CHECK ((kind = ANY (ARRAY['objects'::text, 'statement'::text, 'float'::text]))),
    CONSTRAINT reconciliation_runs_line_count_check CHECK ((line_count >= 0)),
    CONSTRAINT reconciliation_runs_requested_by_kind_check CHECK ((requested_by_kind = ANY (ARRAY['operator'::text, 'system'::text]))),
    CONSTRAINT reconciliation_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text])))
);

CREATE TABLE public.recovery_codes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

CREATE TABLE public.refresh_tokens (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT refresh_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE public.revio_payouts (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    attempt integer NOT NULL,
    state text NOT NULL,
    payout_id uuid,
    execution_url_ciphertext bytea,
    data_key_id uuid,
    provider_status text,
    status_history_length integer DEFAULT 0 NOT NULL,
    error_code text,
    create_sent_at timestamp with time zone NOT NULL,
    execute_sent_at timestamp with time zone,
    last_read_at timestamp with time zone,
    CONSTRAINT revio_payouts_attempt_check CHECK ((attempt > 0)),
    CONSTRAINT revio_payouts_check CHECK (((state = ANY (ARRAY['create_sent'::text, 'create_unknown'::text, 'create_rejected'::text, 'not_sent'::text])) OR (payout_id IS NOT NULL))),
    CONSTRAINT revio_payouts_check1 CHECK (((execute_sent_at IS NOT NULL) = (state = ANY (ARRAY['execute_sent'::text, 'execute_unknown'::text, 'execute_rejected'::text, 'executing'::text, 'success'::text, 'error'::text])))),
    CONSTRAINT revio_payouts_state_check CHECK ((state = ANY (ARRAY['create_sent'::text, 'create_unknown'::text, 'create_rejected'::text, 'not_sent'::text, 'created'::text, 'execute_sent'::text, 'execute_unknown'::text, 'execute_rejected'::text, 'executing'::text, 'success'::text, 'error'::text])))
);

COMMENT ON TABLE public.revio_payouts IS 'One row per POST /payouts/. Creating moves no money and may be repeated; executing may not.';

CREATE TABLE public.revio_purchases (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    attempt integer NOT NULL,
    state text NOT NULL,
    purchase_id uuid,
    provider_status text,
    status_history_length integer DEFAULT 0 NOT NULL,
    create_sent_at timestamp with time zone NOT NULL,
    last_read_at timestamp with time zone,
    credited_at timestamp with time zone,
    next_look_at timestamp with time zone,
    CONSTRAINT revio_purchases_attempt_check CHECK ((attempt > 0)),
    CONSTRAINT revio_purchases_check CHECK (((state <> 'created'::text) OR (purchase_id IS NOT NULL))),
    CONSTRAINT revio_purchases_state_check CHECK ((state = ANY (ARRAY['create_sent'::text, 'create_unknown'::text, 'create_rejected'::text, 'not_sent'::text, 'created'::text])))
);

COMMENT ON TABLE public.revio_purchases IS 'One row per POST /purchases/: Revio has no idempotency, so a repeated POST is another purchase of the same deposit.';

CREATE TABLE public.saved_views (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    list text NOT NULL,
    name text NOT NULL,
    description text,
    is_shared boolean NOT NULL,
    filters jsonb NOT NULL,
    filters_sha256 bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT saved_views_description_check CHECK (((length(description) >= 1) AND (length(description) <= 500))),
    CONSTRAINT saved_views_filters_sha256_check CHECK ((octet_length(filters_sha256) = 32)),
    CONSTRAINT saved_views_list_check CHECK ((list ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    user_agent text,
    CONSTRAINT sessions_check CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed_out'::text, 'reuse_detected'::text, 'user_suspended'::text, 'password_changed'::text, 'revoked'::text, 'expired'::text]))),
    CONSTRAINT sessions_user_agent_check CHECK ((length(user_agent) <= 200))
);

COMMENT ON TABLE public.sessions IS 'A sign-in and all refresh tokens that descend from it (the token family).';

CREATE TABLE public.statement_chunks (
    run_id uuid NOT NULL,
    download integer NOT NULL,
    chunk_no integer NOT NULL,
    bytes_ciphertext bytea NOT NULL,
    data_key_id uuid NOT NULL,
    CONSTRAINT statement_chunks_bytes_ciphertext_check CHECK ((octet_length(bytes_ciphertext) <= 2097152)),
    CONSTRAINT statement_chunks_chunk_no_check CHECK ((chunk_no >= 0)),
    CONSTRAINT statement_chunks_download_check CHECK ((download > 0))
);

CREATE TABLE public.statement_lines (
    run_id uuid NOT NULL,
    line_no bigint NOT NULL,
    product text NOT NULL,
    object_id text NOT NULL,
    related_to text NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    currency text NOT NULL,
    is_outgoing boolean NOT NULL,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    match_method text,
    match_score smallint,
    transaction_id uuid,
    verdict text,
    CONSTRAINT statement_lines_check CHECK (((match_method IS NULL) = (match_score IS NULL))),
    CONSTRAINT statement_lines_check1 CHECK ((((match_method = ANY (ARRAY['id'::text, 'reference'::text, 'amount_and_time'::text])) IS TRUE) = (transaction_id IS NOT NULL))),
    CONSTRAINT statement_lines_line_no_check CHECK ((line_no > 0)),
    CONSTRAINT statement_lines_match_method_check CHECK ((match_method = ANY (ARRAY['id'::text, 'reference'::text, 'amount_and_time'::text, 'ambiguous'::text, 'none'::text]))),
    CONSTRAINT statement_lines_match_score_check CHECK (((match_score >= 0) AND (match_score <= 100))),
    CONSTRAINT statement_lines_verdict_check CHECK ((verdict = ANY (ARRAY['matched'::text, 'break'::text, 'ignored'::text])))
);

CREATE TABLE public.suspense_payments (
    purchase_id uuid NOT NULL,
    transaction_id uuid,
    reason text NOT NULL,
    amount_minor bigint NOT NULL,
    provider_fee_minor bigint NOT NULL,
    currency text NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    charged_back boolean DEFAULT false NOT NULL,
    status_history_length integer DEFAULT 0 NOT NULL,
    changes integer DEFAULT 0 NOT NULL,
    held_at timestamp with time zone NOT NULL,
    released_at timestamp with time zone,
    next_look_at timestamp with time zone,
    released_by uuid,
    CONSTRAINT suspense_payments_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT suspense_payments_changes_check CHECK ((changes >= 0)),
    CONSTRAINT suspense_payments_check CHECK ((provider_fee_minor <= amount_minor)),
    CONSTRAINT suspense_payments_check1 CHECK (((refunded_minor >= 0) AND (refunded_minor <= amount_minor))),
    CONSTRAINT suspense_payments_check2 CHECK (((reason = 'unknown_purchase'::text) = (transaction_id IS NULL))),
    CONSTRAINT suspense_payments_provider_fee_minor_check CHECK ((provider_fee_minor >= 0)),
    CONSTRAINT suspense_payments_reason_check CHECK ((reason = ANY (ARRAY['amount_mismatch'::text, 'second_purchase'::text, 'unknown_purchase'::text]))),
    CONSTRAINT suspense_payments_released_check CHECK (((released_by IS NULL) OR (released_at IS NOT NULL)))
);

CREATE TABLE public.sweeps (
    subject_id uuid NOT NULL,
    swept_at timestamp with time zone NOT NULL
);

CREATE TABLE public.totp_factors (
    user_id uuid NOT NULL,
    secret_ciphertext bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_used_step bigint
);

CREATE TABLE public.transaction_events (
    sequence bigint NOT NULL,
    transaction_id uuid NOT NULL,
    user_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL,
    cause text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    occurred_at timestamp with time zone NOT NULL,
    created_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT transaction_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'operator'::text, 'system'::text, 'provider'::text])))
);

ALTER TABLE public.transaction_events ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.transaction_events_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transaction_limits (
    kind text NOT NULL,
    currency text NOT NULL,
    min_amount_minor bigint NOT NULL,
    max_amount_minor bigint NOT NULL,
    max_per_day_minor bigint NOT NULL,
    max_count_per_day integer NOT NULL,
    approval_above_minor bigint,
    fee_minor bigint NOT NULL,
    CONSTRAINT transaction_limits_approval_above_minor_check CHECK ((approval_above_minor >= 0)),
    CONSTRAINT transaction_limits_check CHECK ((max_amount_minor >= min_amount_minor)),
    CONSTRAINT transaction_limits_check1 CHECK ((max_per_day_minor >= max_amount_minor)),
    CONSTRAINT transaction_limits_fee_minor_check CHECK ((fee_minor >= 0)),
    CONSTRAINT transaction_limits_kind_check CHECK ((kind = ANY (ARRAY['deposit'::text, 'withdrawal'::text]))),
    CONSTRAINT transaction_limits_max_count_per_day_check CHECK ((max_count_per_day > 0)),
    CONSTRAINT transaction_limits_min_amount_minor_check CHECK ((min_amount_minor > 0))
);

CREATE TABLE public.transaction_notes (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    note text NOT NULL,
    request_key uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT transaction_notes_note_check CHECK (((length(note) >= 1) AND (length(note) <= 2000)))
);

CREATE TABLE public.transaction_status_changes (
    kind text NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL
);

CREATE TABLE public.transaction_statuses (
    kind text NOT NULL,
    status text NOT NULL,
    terminal boolean NOT NULL,
    initial boolean NOT NULL
);

CREATE TABLE public.transactions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL,
    related_transaction_id uuid,
    bank_account_id uuid,
    checkout_url text,
    return_url text,
    expires_at timestamp with time zone,
    failure_code text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT transactions_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT transactions_check CHECK (((kind = 'withdrawal'::text) = (bank_account_id IS NOT NULL))),
    CONSTRAINT transactions_check1 CHECK (((kind <> ALL (ARRAY['refund'::text, 'chargeback'::text])) OR (related_transaction_id IS NOT NULL))),
    CONSTRAINT transactions_check2 CHECK ((fee_minor < amount_minor)),
    CONSTRAINT transactions_fee_minor_check CHECK ((fee_minor >= 0))
);

COMMENT ON TABLE public.transactions IS 'One customer-visible money movement each; the money itself is in journal_entries and postings.';

CREATE TABLE public.users (
    id uuid NOT NULL,
    status text NOT NULL,
    email_lookup bytea NOT NULL,
    email_ciphertext bytea NOT NULL,
    full_name_ciphertext bytea NOT NULL,
    phone_ciphertext bytea,
    data_key_id uuid NOT NULL,
    password_hash text NOT NULL,
    password_changed_at timestamp with time zone NOT NULL,
    outgoing_frozen_at timestamp with time zone,
    outgoing_frozen_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT users_check CHECK (((outgoing_frozen_at IS NULL) = (outgoing_frozen_reason IS NULL))),
    CONSTRAINT users_email_lookup_check CHECK ((octet_length(email_lookup) = 32)),
    CONSTRAINT users_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text)),
    CONSTRAINT users_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])))
);

COMMENT ON TABLE public.users IS 'Customers of the partner, who hold money.';

ALTER TABLE ONLY public.approval_rights
    ADD CONSTRAINT approval_rights_pkey PRIMARY KEY (kind, role);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approved_changes
    ADD CONSTRAINT approved_changes_pkey PRIMARY KEY (approval_id);

ALTER TABLE ONLY public.approved_changes
    ADD CONSTRAINT approved_changes_target_version_key UNIQUE (target, version);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.balance_checkpoints
    ADD CONSTRAINT balance_checkpoints_ledger_account_id_boundary_xid_key UNIQUE (ledger_account_id, boundary_xid);

ALTER TABLE ONLY public.balance_checkpoints
    ADD CONSTRAINT balance_checkpoints_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT balances_pkey PRIMARY KEY (ledger_account_id);

ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.break_matches
    ADD CONSTRAINT break_matches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.break_notes
    ADD CONSTRAINT break_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chain_links
    ADD CONSTRAINT chain_links_pkey PRIMARY KEY (stream, "position");

ALTER TABLE ONLY public.chain_links
    ADD CONSTRAINT chain_links_stream_item_sequence_key UNIQUE (stream, item_sequence);

ALTER TABLE ONLY public.currencies
    ADD CONSTRAINT currencies_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.data_keys
    ADD CONSTRAINT data_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.day_closes
    ADD CONSTRAINT day_closes_pkey PRIMARY KEY (business_on);

ALTER TABLE ONLY public.day_closes
    ADD CONSTRAINT day_closes_previous_sha256_key UNIQUE (previous_sha256);

ALTER TABLE ONLY public.day_closes
    ADD CONSTRAINT day_closes_sha256_key UNIQUE (sha256);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor_id, operation, key);

ALTER TABLE ONLY public.integrity_checks
    ADD CONSTRAINT integrity_checks_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_entry_key_key UNIQUE (entry_key);

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_sequence_key UNIQUE (sequence);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_code_key UNIQUE (code);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_challenges
    ADD CONSTRAINT operator_challenges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_approval_id_key UNIQUE (approval_id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_operator_id_key UNIQUE (operator_id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.operator_passkeys
    ADD CONSTRAINT operator_passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY public.operator_passkeys
    ADD CONSTRAINT operator_passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_recovery_codes
    ADD CONSTRAINT operator_recovery_codes_operator_id_code_hash_key UNIQUE (operator_id, code_hash);

ALTER TABLE ONLY public.operator_recovery_codes
    ADD CONSTRAINT operator_recovery_codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.operator_step_ups
    ADD CONSTRAINT operator_step_ups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.operator_totp_factors
    ADD CONSTRAINT operator_totp_factors_pkey PRIMARY KEY (operator_id);

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_data_key_id_key UNIQUE (data_key_id);

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_email_key UNIQUE (email);

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outgoing_switch
    ADD CONSTRAINT outgoing_switch_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_journal_entry_id_ledger_account_id_key UNIQUE (journal_entry_id, ledger_account_id);

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.provider_calls
    ADD CONSTRAINT provider_calls_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.provider_deliveries
    ADD CONSTRAINT provider_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.provider_event_replays
    ADD CONSTRAINT provider_event_replays_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.provider_events
    ADD CONSTRAINT provider_events_key_id_body_sha256_key UNIQUE (key_id, body_sha256);

ALTER TABLE ONLY public.provider_events
    ADD CONSTRAINT provider_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.reconciliation_run_breaks
    ADD CONSTRAINT reconciliation_run_breaks_pkey PRIMARY KEY (run_id, break_id);

ALTER TABLE ONLY public.reconciliation_runs
    ADD CONSTRAINT reconciliation_runs_kind_window_from_window_to_key UNIQUE (kind, window_from, window_to);

ALTER TABLE ONLY public.reconciliation_runs
    ADD CONSTRAINT reconciliation_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_code_hash_key UNIQUE (user_id, code_hash);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.revio_payouts
    ADD CONSTRAINT revio_payouts_payout_id_key UNIQUE (payout_id);

ALTER TABLE ONLY public.revio_payouts
    ADD CONSTRAINT revio_payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revio_payouts
    ADD CONSTRAINT revio_payouts_transaction_id_attempt_key UNIQUE (transaction_id, attempt);

ALTER TABLE ONLY public.revio_purchases
    ADD CONSTRAINT revio_purchases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revio_purchases
    ADD CONSTRAINT revio_purchases_purchase_id_key UNIQUE (purchase_id);

ALTER TABLE ONLY public.revio_purchases
    ADD CONSTRAINT revio_purchases_transaction_id_attempt_key UNIQUE (transaction_id, attempt);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_own_filters_key UNIQUE (owner_id, list, filters_sha256);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_own_name_key UNIQUE (owner_id, list, name);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.statement_chunks
    ADD CONSTRAINT statement_chunks_pkey PRIMARY KEY (run_id, download, chunk_no);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT statement_lines_pkey PRIMARY KEY (run_id, line_no);

ALTER TABLE ONLY public.suspense_payments
    ADD CONSTRAINT suspense_payments_pkey PRIMARY KEY (purchase_id);

ALTER TABLE ONLY public.suspense_payments
    ADD CONSTRAINT suspense_payments_released_by_key UNIQUE (released_by);

ALTER TABLE ONLY public.sweeps
    ADD CONSTRAINT sweeps_pkey PRIMARY KEY (subject_id);

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.transaction_events
    ADD CONSTRAINT transaction_events_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.transaction_limits
    ADD CONSTRAINT transaction_limits_pkey PRIMARY KEY (kind, currency);

ALTER TABLE ONLY public.transaction_notes
    ADD CONSTRAINT transaction_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transaction_notes
    ADD CONSTRAINT transaction_notes_transaction_id_operator_id_request_key_key UNIQUE (transaction_id, operator_id, request_key);

ALTER TABLE ONLY public.transaction_status_changes
    ADD CONSTRAINT transaction_status_changes_pkey PRIMARY KEY (kind, from_status, to_status);

ALTER TABLE ONLY public.transaction_statuses
    ADD CONSTRAINT transaction_statuses_pkey PRIMARY KEY (kind, status);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_data_key_id_key UNIQUE (data_key_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_lookup_key UNIQUE (email_lookup);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX approvals_break_idx ON public.approvals USING btree (break_id) WHERE (break_id IS NOT NULL);

CREATE INDEX approvals_corrected_transaction_idx ON public.approvals USING btree (((proposal ->> 'transactionId'::text))) WHERE (kind = 'adjustment'::text);

CREATE INDEX approvals_kind_idx ON public.approvals USING btree (kind, state, requested_at, id);

CREATE UNIQUE INDEX approvals_one_open_per_break_idx ON public.approvals USING btree (break_id) WHERE (state = 'requested'::text);

CREATE UNIQUE INDEX approvals_one_open_per_target_idx ON public.approvals USING btree (((proposal ->> 'target'::text))) WHERE ((state = 'requested'::text) AND (kind = ANY (ARRAY['operator_change'::text, 'setting_change'::text])));

CREATE UNIQUE INDEX approvals_one_open_per_transaction_idx ON public.approvals USING btree (kind, transaction_id) WHERE ((state = 'requested'::text) AND (kind <> 'withdrawal'::text));

CREATE UNIQUE INDEX approvals_one_per_withdrawal_idx ON public.approvals USING btree (transaction_id) WHERE (kind = 'withdrawal'::text);

CREATE INDEX approvals_open_idx ON public.approvals USING btree (requested_at) WHERE (state = 'requested'::text);

CREATE INDEX approvals_requested_by_idx ON public.approvals USING btree (requested_by, requested_at, id);

CREATE INDEX approvals_requested_idx ON public.approvals USING btree (requested_at, id);

CREATE INDEX approvals_state_idx ON public.approvals USING btree (state, requested_at, id);

CREATE INDEX approvals_transaction_idx ON public.approvals USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX audit_events_action_idx ON public.audit_events USING btree (action, sequence);

CREATE INDEX audit_events_actor_idx ON public.audit_events USING btree (actor_kind, actor_id, sequence);

CREATE INDEX audit_events_occurred_idx ON public.audit_events USING btree (occurred_at, sequence);

CREATE INDEX audit_events_operators_idx ON public.audit_events USING btree (sequence) WHERE (actor_kind = 'operator'::text);

CREATE INDEX audit_events_request_idx ON public.audit_events USING btree (request_id) WHERE (request_id IS NOT NULL);

CREATE INDEX audit_events_subject_idx ON public.audit_events USING btree (subject_kind, subject_id, sequence);

CREATE INDEX audit_events_xid_idx ON public.audit_events USING btree (created_xid, sequence);

CREATE INDEX balances_user_id_idx ON public.balances USING btree (user_id);

CREATE UNIQUE INDEX bank_accounts_active_once_idx ON public.bank_accounts USING btree (user_id, account_lookup) WHERE (status = 'active'::text);

CREATE INDEX bank_accounts_user_id_idx ON public.bank_accounts USING btree (user_id, created_at);

CREATE INDEX break_notes_break_idx ON public.break_notes USING btree (break_id, created_at);

CREATE INDEX breaks_journal_entry_idx ON public.breaks USING btree (journal_entry_id) WHERE (journal_entry_id IS NOT NULL);

CREATE INDEX breaks_match_idx ON public.breaks USING btree (match_id) WHERE (match_id IS NOT NULL);

CREATE INDEX breaks_open_amount_idx ON public.breaks USING btree (class, currency, amount_minor, opened_at) WHERE (state = 'open'::text);

CREATE INDEX breaks_open_class_idx ON public.breaks USING btree (class, opened_at, id) WHERE (state = 'open'::text);

CREATE UNIQUE INDEX breaks_open_idx ON public.breaks USING btree (class, subject) WHERE (state = 'open'::text);

CREATE INDEX breaks_open_owner_idx ON public.breaks USING btree (owner_id, opened_at, id) WHERE (state = 'open'::text);

CREATE INDEX breaks_open_page_idx ON public.breaks USING btree (opened_at, id) WHERE (state = 'open'::text);

CREATE INDEX breaks_open_severity_idx ON public.breaks USING btree (severity, opened_at, id) WHERE (state = 'open'::text);

CREATE INDEX breaks_resolved_class_idx ON public.breaks USING btree (class, opened_at, id) WHERE (state = 'resolved'::text);

CREATE INDEX breaks_resolved_page_idx ON public.breaks USING btree (opened_at, id) WHERE (state = 'resolved'::text);

CREATE INDEX breaks_subject_idx ON public.breaks USING btree (subject);

CREATE INDEX breaks_transaction_idx ON public.breaks USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX chain_links_xid_idx ON public.chain_links USING btree (stream, item_xid, "position");

CREATE INDEX data_keys_key_encryption_key_id_idx ON public.data_keys USING btree (key_encryption_key_id);

CREATE INDEX idempotency_keys_key_idx ON public.idempotency_keys USING btree (key);

CREATE INDEX journal_entries_event_idx ON public.journal_entries USING btree (event, posted_at, id);

CREATE INDEX journal_entries_posted_at_idx ON public.journal_entries USING btree (posted_at);

CREATE INDEX journal_entries_transaction_idx ON public.journal_entries USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX journal_entries_xid_idx ON public.journal_entries USING btree (created_xid, sequence);

CREATE INDEX ledger_accounts_house_idx ON public.ledger_accounts USING btree (code) WHERE (user_id IS NULL);

CREATE INDEX ledger_accounts_user_id_idx ON public.ledger_accounts USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX operator_challenges_expires_at_idx ON public.operator_challenges USING btree (expires_at);

CREATE UNIQUE INDEX operator_invites_open_email_idx ON public.operator_invites USING btree (email) WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));

CREATE INDEX operator_passkeys_operator_id_idx ON public.operator_passkeys USING btree (operator_id);

CREATE INDEX operator_sessions_open_idx ON public.operator_sessions USING btree (operator_id) WHERE (ended_at IS NULL);

CREATE INDEX operator_step_ups_expires_at_idx ON public.operator_step_ups USING btree (expires_at);

CREATE INDEX operators_person_idx ON public.operators USING btree (person_id);

CREATE INDEX postings_account_idx ON public.postings USING btree (ledger_account_id, created_xid);

CREATE INDEX postings_statement_idx ON public.postings USING btree (ledger_account_id, posted_at, id);

CREATE INDEX provider_calls_called_idx ON public.provider_calls USING btree (called_at, id);

CREATE INDEX provider_calls_code_idx ON public.provider_calls USING btree (code, called_at, id) WHERE (code <> 'ok'::text);

CREATE INDEX provider_calls_object_idx ON public.provider_calls USING btree (object_id, called_at, id) WHERE (object_id IS NOT NULL);

CREATE INDEX provider_calls_operation_idx ON public.provider_calls USING btree (operation, called_at, id);

CREATE INDEX provider_calls_request_idx ON public.provider_calls USING btree (request_id);

CREATE INDEX provider_deliveries_event_idx ON public.provider_deliveries USING btree (provider_event_id) WHERE (provider_event_id IS NOT NULL);

CREATE INDEX provider_deliveries_received_idx ON public.provider_deliveries USING btree (received_at, id);

CREATE INDEX provider_deliveries_verdict_idx ON public.provider_deliveries USING btree (verdict, received_at);

CREATE INDEX provider_deliveries_xid_idx ON public.provider_deliveries USING btree (created_xid, id);

CREATE INDEX provider_event_replays_event_idx ON public.provider_event_replays USING btree (provider_event_id, requested_at);

CREATE UNIQUE INDEX provider_event_replays_open_idx ON public.provider_event_replays USING btree (provider_event_id) WHERE (finished_at IS NULL);

CREATE INDEX provider_event_replays_waiting_idx ON public.provider_event_replays USING btree (requested_at) WHERE (finished_at IS NULL);

CREATE INDEX provider_events_object_idx ON public.provider_events USING btree (object_id, received_at);

CREATE INDEX provider_events_outcome_idx ON public.provider_events USING btree (outcome, received_at, id) WHERE (outcome IS NOT NULL);

CREATE INDEX provider_events_parked_idx ON public.provider_events USING btree (received_at) WHERE (state = 'parked'::text);

CREATE INDEX provider_events_received_idx ON public.provider_events USING btree (received_at, id);

CREATE INDEX provider_events_state_idx ON public.provider_events USING btree (state, received_at, id);

CREATE INDEX provider_events_transaction_idx ON public.provider_events USING btree (transaction_id, received_at, id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX provider_events_type_idx ON public.provider_events USING btree (event_type, received_at, id);

CREATE INDEX provider_events_waiting_idx ON public.provider_events USING btree (received_at) WHERE (state = 'received'::text);

CREATE INDEX rate_limits_expire_idx ON public.rate_limits USING btree (expire);

CREATE INDEX reconciliation_run_breaks_break_idx ON public.reconciliation_run_breaks USING btree (break_id);

CREATE INDEX reconciliation_runs_requested_idx ON public.reconciliation_runs USING btree (requested_at, id);

CREATE INDEX reconciliation_runs_running_idx ON public.reconciliation_runs USING btree (updated_at) WHERE (state = 'running'::text);

CREATE INDEX refresh_tokens_session_id_idx ON public.refresh_tokens USING btree (session_id);

CREATE UNIQUE INDEX revio_payouts_one_execution_idx ON public.revio_payouts USING btree (transaction_id) WHERE (state = ANY (ARRAY['execute_sent'::text, 'execute_unknown'::text, 'executing'::text, 'success'::text, 'error'::text]));

CREATE INDEX revio_purchases_next_look_idx ON public.revio_purchases USING btree (next_look_at) WHERE (next_look_at IS NOT NULL);

CREATE UNIQUE INDEX revio_purchases_one_credit_idx ON public.revio_purchases USING btree (transaction_id) WHERE (credited_at IS NOT NULL);

CREATE UNIQUE INDEX saved_views_shared_filters_idx ON public.saved_views USING btree (list, filters_sha256) WHERE is_shared;

CREATE INDEX sessions_by_user_idx ON public.sessions USING btree (user_id, created_at, id);

CREATE INDEX sessions_open_by_user_idx ON public.sessions USING btree (user_id) WHERE (ended_at IS NULL);

CREATE INDEX statement_lines_object_idx ON public.statement_lines USING btree (run_id, object_id);

CREATE INDEX statement_lines_related_idx ON public.statement_lines USING btree (run_id, related_to) WHERE (related_to <> ''::text);

CREATE INDEX statement_lines_transaction_idx ON public.statement_lines USING btree (run_id, transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX statement_lines_verdict_idx ON public.statement_lines USING btree (run_id, verdict, line_no) WHERE (verdict <> 'matched'::text);

CREATE INDEX suspense_payments_held_idx ON public.suspense_payments USING btree (held_at, purchase_id) WHERE (released_at IS NULL);

CREATE INDEX suspense_payments_next_look_idx ON public.suspense_payments USING btree (next_look_at) WHERE (next_look_at IS NOT NULL);

CREATE INDEX suspense_payments_released_idx ON public.suspense_payments USING btree (held_at, purchase_id) WHERE (released_at IS NOT NULL);

CREATE INDEX suspense_payments_transaction_idx ON public.suspense_payments USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX sweeps_swept_at_idx ON public.sweeps USING btree (swept_at);

CREATE INDEX transaction_events_occurred_idx ON public.transaction_events USING btree (occurred_at, sequence);

CREATE INDEX transaction_events_stream_idx ON public.transaction_events USING btree (user_id, created_xid, sequence);

CREATE INDEX transaction_events_transaction_idx ON public.transaction_events USING btree (transaction_id, sequence);

CREATE INDEX transaction_events_xid_idx ON public.transaction_events USING btree (created_xid);

CREATE INDEX transaction_notes_transaction_idx ON public.transaction_notes USING btree (transaction_id, created_at);

CREATE INDEX transactions_amount_idx ON public.transactions USING btree (amount_minor, created_at, id);

CREATE INDEX transactions_by_user_idx ON public.transactions USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX transactions_created_idx ON public.transactions USING btree (created_at, id);

CREATE INDEX transactions_failure_idx ON public.transactions USING btree (failure_code, created_at, id) WHERE (failure_code IS NOT NULL);

CREATE INDEX transactions_open_idx ON public.transactions USING btree (kind, status, updated_at) WHERE (status = ANY (ARRAY['created'::text, 'awaiting_payment'::text, 'awaiting_approval'::text, 'queued'::text, 'processing'::text, 'in_doubt'::text, 'in_review'::text]));

CREATE INDEX transactions_reference_prefix_idx ON public.transactions USING btree (reference text_pattern_ops);

CREATE INDEX transactions_related_idx ON public.transactions USING btree (related_transaction_id) WHERE (related_transaction_id IS NOT NULL);

CREATE INDEX transactions_status_idx ON public.transactions USING btree (kind, status, created_at, id);

CREATE INDEX users_created_idx ON public.users USING btree (created_at, id);

CREATE INDEX users_frozen_idx ON public.users USING btree (created_at, id) WHERE (outgoing_frozen_at IS NOT NULL);

CREATE INDEX users_status_idx ON public.users USING btree (status, created_at, id);

CREATE CONSTRAINT TRIGGER approvals_applied AFTER UPDATE ON public.approvals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.state = 'approved'::text) AND (new.kind = ANY (ARRAY['operator_change'::text, 'setting_change'::text])) AND ((new.proposal ->> 'target'::text) !~~ 'invitation:%'::text))) EXECUTE FUNCTION public.check_approved_change();

CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON public.approvals FOR EACH ROW WHEN ((old.state <> 'requested'::text)) EXECUTE FUNCTION public.refuse_second_decision();

CREATE TRIGGER approvals_decision BEFORE UPDATE ON public.approvals FOR EACH ROW WHEN ((old.state = 'requested'::text)) EXECUTE FUNCTION public.check_approval_decision();

CREATE TRIGGER approvals_request BEFORE INSERT ON public.approvals FOR EACH ROW EXECUTE FUNCTION public.check_approval_request();

CREATE TRIGGER approved_changes_append_only BEFORE DELETE OR UPDATE ON public.approved_changes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER approved_changes_no_truncate BEFORE TRUNCATE ON public.approved_changes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER balance_checkpoints_append_only BEFORE DELETE OR UPDATE ON public.balance_checkpoints FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER balance_checkpoints_no_truncate BEFORE TRUNCATE ON public.balance_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER balances_no_delete BEFORE DELETE ON public.balances FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER balances_no_truncate BEFORE TRUNCATE ON public.balances FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER break_matches_append_only BEFORE DELETE OR UPDATE ON public.break_matches FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER break_matches_even AFTER INSERT ON public.break_matches DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.check_break_match();

CREATE TRIGGER break_matches_no_truncate BEFORE TRUNCATE ON public.break_matches FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER break_notes_append_only BEFORE DELETE OR UPDATE ON public.break_notes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER break_notes_no_truncate BEFORE TRUNCATE ON public.break_notes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER breaks_match_even AFTER INSERT OR UPDATE OF match_id ON public.breaks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.match_id IS NOT NULL)) EXECUTE FUNCTION public.check_break_match();

CREATE TRIGGER breaks_no_delete BEFORE DELETE ON public.breaks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER breaks_no_truncate BEFORE TRUNCATE ON public.breaks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER breaks_resolution BEFORE UPDATE ON public.breaks FOR EACH ROW WHEN ((new.resolution = ANY (ARRAY['adjustment'::text, 'decision'::text]))) EXECUTE FUNCTION public.check_break_resolution();

CREATE TRIGGER breaks_resolved_once BEFORE UPDATE ON public.breaks FOR EACH ROW WHEN ((old.state = 'resolved'::text)) EXECUTE FUNCTION public.refuse_reopening();

CREATE TRIGGER breaks_version BEFORE UPDATE ON public.breaks FOR EACH ROW EXECUTE FUNCTION public.count_break_version();

CREATE TRIGGER chain_links_append_only BEFORE DELETE OR UPDATE ON public.chain_links FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER chain_links_no_truncate BEFORE TRUNCATE ON public.chain_links FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER day_closes_append_only BEFORE DELETE OR UPDATE ON public.day_closes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER day_closes_in_order BEFORE INSERT ON public.day_closes FOR EACH ROW EXECUTE FUNCTION public.check_day_close();

CREATE TRIGGER day_closes_no_truncate BEFORE TRUNCATE ON public.day_closes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER idempotency_keys_answered_once BEFORE UPDATE ON public.idempotency_keys FOR EACH ROW WHEN ((old.response IS NOT NULL)) EXECUTE FUNCTION public.refuse_second_answer();

CREATE TRIGGER journal_entries_append_only BEFORE DELETE OR UPDATE ON public.journal_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER journal_entries_balanced AFTER INSERT ON public.journal_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.check_journal_entry();

CREATE TRIGGER journal_entries_no_truncate BEFORE TRUNCATE ON public.journal_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER journal_entries_suspense AFTER INSERT ON public.journal_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.event = 'adjustment.approved'::text)) EXECUTE FUNCTION public.check_suspense_adjustment();

CREATE TRIGGER ledger_accounts_append_only BEFORE DELETE OR UPDATE ON public.ledger_accounts FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_accounts_no_truncate BEFORE TRUNCATE ON public.ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER operator_invites_by_administrator BEFORE INSERT ON public.operator_invites FOR EACH ROW EXECUTE FUNCTION public.check_operator_invite();

CREATE TRIGGER operators_person BEFORE INSERT ON public.operators FOR EACH ROW EXECUTE FUNCTION public.default_person();

CREATE TRIGGER outgoing_switch_no_delete BEFORE DELETE ON public.outgoing_switch FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER postings_append_only BEFORE DELETE OR UPDATE ON public.postings FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER postings_check AFTER INSERT ON public.postings REFERENCING NEW TABLE AS new_postings FOR EACH STATEMENT EXECUTE FUNCTION public.check_postings();

CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON public.postings FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER provider_event_replays_finished_once BEFORE UPDATE ON public.provider_event_replays FOR EACH ROW WHEN ((old.finished_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER provider_event_replays_no_delete BEFORE DELETE ON public.provider_event_replays FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER provider_event_replays_no_truncate BEFORE TRUNCATE ON public.provider_event_replays FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reconciliation_run_breaks_append_only BEFORE DELETE OR UPDATE ON public.reconciliation_run_breaks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reconciliation_run_breaks_no_truncate BEFORE TRUNCATE ON public.reconciliation_run_breaks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reconciliation_runs_completed_once BEFORE UPDATE ON public.reconciliation_runs FOR EACH ROW WHEN ((old.state = 'completed'::text)) EXECUTE FUNCTION public.refuse_reconciling_again();

CREATE TRIGGER reconciliation_runs_no_delete BEFORE DELETE ON public.reconciliation_runs FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reconciliation_runs_no_truncate BEFORE TRUNCATE ON public.reconciliation_runs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER revio_payouts_no_delete BEFORE DELETE ON public.revio_payouts FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER revio_payouts_no_way_back BEFORE UPDATE ON public.revio_payouts FOR EACH ROW WHEN (((old.execute_sent_at IS NOT NULL) AND (old.state <> 'execute_sent'::text) AND (new.state = 'execute_sent'::text))) EXECUTE FUNCTION public.refuse_second_execution();

CREATE TRIGGER revio_payouts_single_execution BEFORE UPDATE OF execute_sent_at ON public.revio_payouts FOR EACH ROW WHEN ((old.execute_sent_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_second_execution();

CREATE TRIGGER revio_payouts_stopped BEFORE UPDATE ON public.revio_payouts FOR EACH ROW WHEN (((old.execute_sent_at IS NULL) AND (new.execute_sent_at IS NOT NULL) AND (new.state = 'execute_sent'::text))) EXECUTE FUNCTION public.refuse_while_stopped();

CREATE TRIGGER revio_purchases_no_delete BEFORE DELETE ON public.revio_purchases FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER statement_chunks_append_only BEFORE DELETE OR UPDATE ON public.statement_chunks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER statement_chunks_no_truncate BEFORE TRUNCATE ON public.statement_chunks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER statement_lines_no_delete BEFORE DELETE ON public.statement_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER statement_lines_no_truncate BEFORE TRUNCATE ON public.statement_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER suspense_payments_no_delete BEFORE DELETE ON public.suspense_payments FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER suspense_payments_no_truncate BEFORE TRUNCATE ON public.suspense_payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER suspense_payments_release AFTER INSERT OR UPDATE OF released_by ON public.suspense_payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.released_by IS NOT NULL)) EXECUTE FUNCTION public.check_suspense_release();

CREATE TRIGGER suspense_payments_released_once BEFORE UPDATE ON public.suspense_payments FOR EACH ROW WHEN ((old.released_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_second_release();

CREATE TRIGGER transaction_events_append_only BEFORE DELETE OR UPDATE ON public.transaction_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transaction_events_no_truncate BEFORE TRUNCATE ON public.transaction_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transaction_events_notify AFTER INSERT ON public.transaction_events FOR EACH ROW EXECUTE FUNCTION public.notify_transaction_event();

CREATE TRIGGER transaction_notes_append_only BEFORE DELETE OR UPDATE ON public.transaction_notes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transaction_notes_no_truncate BEFORE TRUNCATE ON public.transaction_notes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_initial_status BEFORE INSERT ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.enforce_initial_status();

CREATE TRIGGER transactions_no_delete BEFORE DELETE ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_no_truncate BEFORE TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER transactions_status BEFORE UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.enforce_transaction_status();

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_break_id_fkey FOREIGN KEY (break_id) REFERENCES public.breaks(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.operators(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.approved_changes
    ADD CONSTRAINT approved_changes_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.balance_checkpoints
    ADD CONSTRAINT balance_checkpoints_ledger_account_id_fkey FOREIGN KEY (ledger_account_id) REFERENCES public.ledger_accounts(id);

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT balances_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT balances_ledger_account_id_fkey FOREIGN KEY (ledger_account_id) REFERENCES public.ledger_accounts(id);

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT balances_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.break_matches
    ADD CONSTRAINT break_matches_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.break_matches
    ADD CONSTRAINT break_matches_matched_by_fkey FOREIGN KEY (matched_by) REFERENCES public.operators(id);

ALTER TABLE ONLY public.break_notes
    ADD CONSTRAINT break_notes_break_id_fkey FOREIGN KEY (break_id) REFERENCES public.breaks(id);

ALTER TABLE ONLY public.break_notes
    ADD CONSTRAINT break_notes_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_journal_entry_id_fkey FOREIGN KEY (journal_entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_match_id_fkey FOREIGN KEY (match_id) REFERENCES public.break_matches(id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.breaks
    ADD CONSTRAINT breaks_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.operator_challenges
    ADD CONSTRAINT operator_challenges_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.operator_sessions(id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operator_invites
    ADD CONSTRAINT operator_invites_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operator_passkeys
    ADD CONSTRAINT operator_passkeys_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operator_recovery_codes
    ADD CONSTRAINT operator_recovery_codes_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operator_step_ups
    ADD CONSTRAINT operator_step_ups_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.operator_sessions(id);

ALTER TABLE ONLY public.operator_totp_factors
    ADD CONSTRAINT operator_totp_factors_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES public.data_keys(id);

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.provider_deliveries
    ADD CONSTRAINT provider_deliveries_provider_event_id_fkey FOREIGN KEY (provider_event_id) REFERENCES public.provider_events(id);

ALTER TABLE ONLY public.provider_event_replays
    ADD CONSTRAINT provider_event_replays_provider_event_id_fkey FOREIGN KEY (provider_event_id) REFERENCES public.provider_events(id);

ALTER TABLE ONLY public.provider_event_replays
    ADD CONSTRAINT provider_event_replays_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.operators(id);

ALTER TABLE ONLY public.provider_events
    ADD CONSTRAINT provider_events_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES public.data_keys(id);

ALTER TABLE ONLY public.provider_events
    ADD CONSTRAINT provider_events_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.reconciliation_run_breaks
    ADD CONSTRAINT reconciliation_run_breaks_break_id_fkey FOREIGN KEY (break_id) REFERENCES public.breaks(id);

ALTER TABLE ONLY public.reconciliation_run_breaks
    ADD CONSTRAINT reconciliation_run_breaks_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id);

ALTER TABLE ONLY public.revio_payouts
    ADD CONSTRAINT revio_payouts_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES public.data_keys(id);

ALTER TABLE ONLY public.revio_payouts
    ADD CONSTRAINT revio_payouts_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.revio_purchases
    ADD CONSTRAINT revio_purchases_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statement_chunks
    ADD CONSTRAINT statement_chunks_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES public.data_keys(id);

ALTER TABLE ONLY public.statement_chunks
    ADD CONSTRAINT statement_chunks_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT statement_lines_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT statement_lines_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.suspense_payments
    ADD CONSTRAINT suspense_payments_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.suspense_payments
    ADD CONSTRAINT suspense_payments_released_by_fkey FOREIGN KEY (released_by) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.suspense_payments
    ADD CONSTRAINT suspense_payments_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.transaction_events
    ADD CONSTRAINT transaction_events_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.transaction_limits
    ADD CONSTRAINT transaction_limits_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.transaction_notes
    ADD CONSTRAINT transaction_notes_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);

ALTER TABLE ONLY public.transaction_notes
    ADD CONSTRAINT transaction_notes_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.transaction_status_changes
    ADD CONSTRAINT transaction_status_changes_kind_from_status_fkey FOREIGN KEY (kind, from_status) REFERENCES public.transaction_statuses(kind, status);

ALTER TABLE ONLY public.transaction_status_changes
    ADD CONSTRAINT transaction_status_changes_kind_to_status_fkey FOREIGN KEY (kind, to_status) REFERENCES public.transaction_statuses(kind, status);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_bank_account_id_fkey FOREIGN KEY (bank_account_id) REFERENCES public.bank_accounts(id);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_kind_status_fkey FOREIGN KEY (kind, status) REFERENCES public.transaction_statuses(kind, status);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_related_transaction_id_fkey FOREIGN KEY (related_transaction_id) REFERENCES public.transactions(id);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES public.data_keys(id);

REVOKE ALL ON FUNCTION public.accept_operator_invite(p_token_hash bytea, p_operator_id uuid, p_password_hash text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.accept_operator_invite(p_token_hash bytea, p_operator_id uuid, p_password_hash text, p_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.apply_approved_change(p_approval_id uuid, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.apply_approved_change(p_approval_id uuid, p_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.extend_hash_chain(p_stream text, p_limit integer, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.extend_hash_chain(p_stream text, p_limit integer, p_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.fold_balance_checkpoints(p_min_postings bigint, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fold_balance_checkpoints(p_min_postings bigint, p_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.invite_first_operator(p_id uuid, p_email text, p_display_name text, p_token_hash bytea, p_at timestamp with time zone, p_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invite_first_operator(p_id uuid, p_email text, p_display_name text, p_token_hash bytea, p_at timestamp with time zone, p_expires_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.open_house_accounts(p_currency text, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.open_user_accounts(p_user_id uuid, p_currency text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_user_accounts(p_user_id uuid, p_currency text, p_at timestamp with time zone) TO wallet_app;

REVOKE ALL ON FUNCTION public.post_journal_entries(p_entries jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.post_journal_entries(p_entries jsonb) TO wallet_app;

GRANT SELECT ON TABLE public.approval_rights TO wallet_app;
GRANT SELECT ON TABLE public.approval_rights TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.approvals TO wallet_app;
GRANT SELECT ON TABLE public.approvals TO wallet_reader;

GRANT UPDATE(state) ON TABLE public.approvals TO wallet_app;

GRANT UPDATE(decided_by) ON TABLE public.approvals TO wallet_app;

GRANT UPDATE(decided_at) ON TABLE public.approvals TO wallet_app;

GRANT UPDATE(reason) ON TABLE public.approvals TO wallet_app;

GRANT SELECT ON TABLE public.approved_changes TO wallet_app;
GRANT SELECT ON TABLE public.approved_changes TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.audit_events TO wallet_app;
GRANT SELECT ON TABLE public.audit_events TO wallet_reader;

GRANT SELECT ON TABLE public.balance_checkpoints TO wallet_app;
GRANT SELECT ON TABLE public.balance_checkpoints TO wallet_reader;

GRANT SELECT ON TABLE public.balances TO wallet_app;
GRANT SELECT ON TABLE public.balances TO wallet_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_accounts TO wallet_app;
GRANT SELECT ON TABLE public.bank_accounts TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.break_matches TO wallet_app;
GRANT SELECT ON TABLE public.break_matches TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.break_notes TO wallet_app;
GRANT SELECT ON TABLE public.break_notes TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.breaks TO wallet_app;
GRANT SELECT ON TABLE public.breaks TO wallet_reader;

GRANT UPDATE(severity) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(transaction_id) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(amount_minor) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(currency) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(evidence) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(last_seen_at) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(owner_id) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(state) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(resolution) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(resolved_at) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(approval_id) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(journal_entry_id) ON TABLE public.breaks TO wallet_app;

GRANT UPDATE(match_id) ON TABLE public.breaks TO wallet_app;

GRANT SELECT ON TABLE public.chain_links TO wallet_app;
GRANT SELECT ON TABLE public.chain_links TO wallet_reader;

GRANT SELECT ON TABLE public.currencies TO wallet_app;
GRANT SELECT ON TABLE public.currencies TO wallet_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.data_keys TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.day_closes TO wallet_app;
GRANT SELECT ON TABLE public.day_closes TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.idempotency_keys TO wallet_app;

GRANT UPDATE(transaction_id) ON TABLE public.idempotency_keys TO wallet_app;

GRANT UPDATE(response) ON TABLE public.idempotency_keys TO wallet_app;

GRANT UPDATE(leased_until) ON TABLE public.idempotency_keys TO wallet_app;

GRANT UPDATE(completed_at) ON TABLE public.idempotency_keys TO wallet_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.integrity_checks TO wallet_app;
GRANT SELECT ON TABLE public.integrity_checks TO wallet_reader;

GRANT SELECT ON TABLE public.journal_entries TO wallet_app;
GRANT SELECT ON TABLE public.journal_entries TO wallet_reader;

GRANT SELECT ON TABLE public.ledger_accounts TO wallet_app;
GRANT SELECT ON TABLE public.ledger_accounts TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_challenges TO wallet_app;

GRANT UPDATE(used_at) ON TABLE public.operator_challenges TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.operator_invites TO wallet_app;

GRANT SELECT(id) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(email) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(display_name) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(role) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(invited_by) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(invited_at) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(expires_at) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(accepted_at) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(operator_id) ON TABLE public.operator_invites TO wallet_reader;

GRANT UPDATE(revoked_at) ON TABLE public.operator_invites TO wallet_app;
GRANT SELECT(revoked_at) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT(approval_id) ON TABLE public.operator_invites TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_passkeys TO wallet_app;

GRANT SELECT(id) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT SELECT(operator_id) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT UPDATE(sign_count) ON TABLE public.operator_passkeys TO wallet_app;

GRANT SELECT(transports) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT UPDATE(label) ON TABLE public.operator_passkeys TO wallet_app;
GRANT SELECT(label) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT SELECT(created_at) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT UPDATE(last_used_at) ON TABLE public.operator_passkeys TO wallet_app;
GRANT SELECT(last_used_at) ON TABLE public.operator_passkeys TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_recovery_codes TO wallet_app;

GRANT UPDATE(used_at) ON TABLE public.operator_recovery_codes TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.operator_sessions TO wallet_app;

GRANT SELECT(id) ON TABLE public.operator_sessions TO wallet_reader;

GRANT SELECT(operator_id) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(token_hash) ON TABLE public.operator_sessions TO wallet_app;

GRANT UPDATE(factor) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(factor) ON TABLE public.operator_sessions TO wallet_reader;

GRANT SELECT(created_at) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(last_used_at) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(last_used_at) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(idle_expires_at) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(idle_expires_at) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(expires_at) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(expires_at) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(ended_at) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(ended_at) ON TABLE public.operator_sessions TO wallet_reader;

GRANT UPDATE(end_reason) ON TABLE public.operator_sessions TO wallet_app;
GRANT SELECT(end_reason) ON TABLE public.operator_sessions TO wallet_reader;

GRANT SELECT(user_agent) ON TABLE public.operator_sessions TO wallet_reader;

GRANT SELECT(ip_address) ON TABLE public.operator_sessions TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_step_ups TO wallet_app;

GRANT UPDATE(used_at) ON TABLE public.operator_step_ups TO wallet_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_totp_factors TO wallet_app;

GRANT UPDATE(secret_ciphertext) ON TABLE public.operator_totp_factors TO wallet_app;

GRANT UPDATE(created_at) ON TABLE public.operator_totp_factors TO wallet_app;

GRANT UPDATE(confirmed_at) ON TABLE public.operator_totp_factors TO wallet_app;

GRANT UPDATE(last_used_step) ON TABLE public.operator_totp_factors TO wallet_app;

GRANT SELECT ON TABLE public.operators TO wallet_app;

GRANT SELECT(id) ON TABLE public.operators TO wallet_reader;

GRANT SELECT(email) ON TABLE public.operators TO wallet_reader;

GRANT SELECT(display_name) ON TABLE public.operators TO wallet_reader;

GRANT SELECT(role) ON TABLE public.operators TO wallet_reader;

GRANT SELECT(status) ON TABLE public.operators TO wallet_reader;

GRANT SELECT(created_at) ON TABLE public.operators TO wallet_reader;

GRANT UPDATE(password_hash) ON TABLE public.operators TO wallet_app;

GRANT UPDATE(password_changed_at) ON TABLE public.operators TO wallet_app;
GRANT SELECT(password_changed_at) ON TABLE public.operators TO wallet_reader;

GRANT UPDATE(data_key_id) ON TABLE public.operators TO wallet_app;

GRANT SELECT(person_id) ON TABLE public.operators TO wallet_reader;

GRANT SELECT ON TABLE public.outgoing_switch TO wallet_app;
GRANT SELECT ON TABLE public.outgoing_switch TO wallet_reader;

GRANT UPDATE(stopped_at) ON TABLE public.outgoing_switch TO wallet_app;

GRANT UPDATE(reason) ON TABLE public.outgoing_switch TO wallet_app;

GRANT SELECT ON TABLE public.postings TO wallet_app;
GRANT SELECT ON TABLE public.postings TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.provider_calls TO wallet_app;
GRANT SELECT ON TABLE public.provider_calls TO wallet_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.provider_deliveries TO wallet_app;
GRANT SELECT ON TABLE public.provider_deliveries TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.provider_event_replays TO wallet_app;
GRANT SELECT ON TABLE public.provider_event_replays TO wallet_reader;

GRANT UPDATE(finished_at) ON TABLE public.provider_event_replays TO wallet_app;

GRANT UPDATE(state) ON TABLE public.provider_event_replays TO wallet_app;

GRANT UPDATE(outcome) ON TABLE public.provider_event_replays TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.provider_events TO wallet_app;

GRANT SELECT(id) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(key_id) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(body_sha256) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(event_type) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(object_type) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(object_id) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT(received_at) ON TABLE public.provider_events TO wallet_reader;

GRANT UPDATE(state) ON TABLE public.provider_events TO wallet_app;
GRANT SELECT(state) ON TABLE public.provider_events TO wallet_reader;

GRANT UPDATE(outcome) ON TABLE public.provider_events TO wallet_app;
GRANT SELECT(outcome) ON TABLE public.provider_events TO wallet_reader;

GRANT UPDATE(transaction_id) ON TABLE public.provider_events TO wallet_app;
GRANT SELECT(transaction_id) ON TABLE public.provider_events TO wallet_reader;

GRANT UPDATE(settled_at) ON TABLE public.provider_events TO wallet_app;
GRANT SELECT(settled_at) ON TABLE public.provider_events TO wallet_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limits TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.reconciliation_run_breaks TO wallet_app;
GRANT SELECT ON TABLE public.reconciliation_run_breaks TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.reconciliation_runs TO wallet_app;
GRANT SELECT ON TABLE public.reconciliation_runs TO wallet_reader;

GRANT UPDATE(state) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(phase) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(cursor) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(failure) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(checked_count) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(break_count) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(line_count) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(statement_id) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(download) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(file_sha256) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(file_bytes) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(updated_at) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT UPDATE(completed_at) ON TABLE public.reconciliation_runs TO wallet_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO wallet_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.revio_payouts TO wallet_app;

GRANT SELECT(id) ON TABLE public.revio_payouts TO wallet_reader;

GRANT SELECT(transaction_id) ON TABLE public.revio_payouts TO wallet_reader;

GRANT SELECT(attempt) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(state) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(state) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(payout_id) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(payout_id) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(execution_url_ciphertext) ON TABLE public.revio_payouts TO wallet_app;

GRANT UPDATE(data_key_id) ON TABLE public.revio_payouts TO wallet_app;

GRANT UPDATE(provider_status) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(provider_status) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(status_history_length) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(status_history_length) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(error_code) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(error_code) ON TABLE public.revio_payouts TO wallet_reader;

GRANT SELECT(create_sent_at) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(execute_sent_at) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(execute_sent_at) ON TABLE public.revio_payouts TO wallet_reader;

GRANT UPDATE(last_read_at) ON TABLE public.revio_payouts TO wallet_app;
GRANT SELECT(last_read_at) ON TABLE public.revio_payouts TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.revio_purchases TO wallet_app;
GRANT SELECT ON TABLE public.revio_purchases TO wallet_reader;

GRANT UPDATE(state) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(purchase_id) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(provider_status) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(status_history_length) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(last_read_at) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(credited_at) ON TABLE public.revio_purchases TO wallet_app;

GRANT UPDATE(next_look_at) ON TABLE public.revio_purchases TO wallet_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.saved_views TO wallet_app;
GRANT SELECT ON TABLE public.saved_views TO wallet_reader;

GRANT UPDATE(name) ON TABLE public.saved_views TO wallet_app;

GRANT UPDATE(description) ON TABLE public.saved_views TO wallet_app;

GRANT UPDATE(is_shared) ON TABLE public.saved_views TO wallet_app;

GRANT UPDATE(filters) ON TABLE public.saved_views TO wallet_app;

GRANT UPDATE(filters_sha256) ON TABLE public.saved_views TO wallet_app;

GRANT UPDATE(updated_at) ON TABLE public.saved_views TO wallet_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sessions TO wallet_app;
GRANT SELECT ON TABLE public.sessions TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.statement_chunks TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.statement_lines TO wallet_app;
GRANT SELECT ON TABLE public.statement_lines TO wallet_reader;

GRANT UPDATE(match_method) ON TABLE public.statement_lines TO wallet_app;

GRANT UPDATE(match_score) ON TABLE public.statement_lines TO wallet_app;

GRANT UPDATE(transaction_id) ON TABLE public.statement_lines TO wallet_app;

GRANT UPDATE(verdict) ON TABLE public.statement_lines TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.suspense_payments TO wallet_app;
GRANT SELECT ON TABLE public.suspense_payments TO wallet_reader;

GRANT UPDATE(refunded_minor) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(charged_back) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(status_history_length) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(changes) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(released_at) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(next_look_at) ON TABLE public.suspense_payments TO wallet_app;

GRANT UPDATE(released_by) ON TABLE public.suspense_payments TO wallet_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sweeps TO wallet_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.totp_factors TO wallet_app;

GRANT SELECT,INSERT ON TABLE public.transaction_events TO wallet_app;
GRANT SELECT ON TABLE public.transaction_events TO wallet_reader;

GRANT SELECT ON TABLE public.transaction_limits TO wallet_app;
GRANT SELECT ON TABLE public.transaction_limits TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.transaction_notes TO wallet_app;
GRANT SELECT ON TABLE public.transaction_notes TO wallet_reader;

GRANT SELECT ON TABLE public.transaction_status_changes TO wallet_app;

GRANT SELECT ON TABLE public.transaction_statuses TO wallet_app;
GRANT SELECT ON TABLE public.transaction_statuses TO wallet_reader;

GRANT SELECT,INSERT ON TABLE public.transactions TO wallet_app;
GRANT SELECT ON TABLE public.transactions TO wallet_reader;

GRANT UPDATE(status) ON TABLE public.transactions TO wallet_app;

GRANT UPDATE(checkout_url) ON TABLE public.transactions TO wallet_app;

GRANT UPDATE(expires_at) ON TABLE public.transactions TO wallet_app;

GRANT UPDATE(failure_code) ON TABLE public.transactions TO wallet_app;

GRANT UPDATE(updated_at) ON TABLE public.transactions TO wallet_app;

GRANT UPDATE(completed_at) ON TABLE public.transactions TO wallet_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO wallet_app;

GRANT SELECT(id) ON TABLE public.users TO wallet_reader;

GRANT SELECT(status) ON TABLE public.users TO wallet_reader;

GRANT SELECT(email_lookup) ON TABLE public.users TO wallet_reader;

GRANT SELECT(email_ciphertext) ON TABLE public.users TO wallet_reader;

GRANT SELECT(full_name_ciphertext) ON TABLE public.users TO wallet_reader;

GRANT SELECT(phone_ciphertext) ON TABLE public.users TO wallet_reader;

GRANT SELECT(data_key_id) ON TABLE public.users TO wallet_reader;

GRANT SELECT(password_changed_at) ON TABLE public.users TO wallet_reader;

GRANT SELECT(outgoing_frozen_at) ON TABLE public.users TO wallet_reader;

GRANT SELECT(outgoing_frozen_reason) ON TABLE public.users TO wallet_reader;

GRANT SELECT(created_at) ON TABLE public.users TO wallet_reader;

GRANT SELECT(updated_at) ON TABLE public.users TO wallet_reader;
