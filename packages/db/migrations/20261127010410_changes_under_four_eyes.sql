-- Roles and status of operators, invitations to roles that may let money go, limits and thresholds: changed by an approval of two persons and in no
-- other way. The application role writes none of these tables: it calls a function that demands the approval, applies just what it says, once.

ALTER TABLE approvals
  DROP CONSTRAINT approvals_kind_check,
  ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('withdrawal', 'adjustment', 'payout_resolution', 'operator_change', 'setting_change')),
  DROP CONSTRAINT approvals_proposal_check,
  ADD CONSTRAINT approvals_proposal_check CHECK (CASE kind
    WHEN 'withdrawal' THEN true
    WHEN 'operator_change' THEN proposal ->> 'target' IS NOT NULL AND expires_at IS NOT NULL AND request_reason IS NOT NULL
    WHEN 'setting_change' THEN proposal ->> 'target' IS NOT NULL AND expires_at IS NOT NULL AND request_reason IS NOT NULL
    ELSE amount_minor IS NOT NULL AND currency IS NOT NULL AND expires_at IS NOT NULL AND request_reason IS NOT NULL END),
  DROP CONSTRAINT approvals_withdrawal_check,
  ADD CONSTRAINT approvals_withdrawal_check CHECK (kind NOT IN ('withdrawal', 'payout_resolution') OR transaction_id IS NOT NULL);
-- One proposal at a time per operator, address or setting.
CREATE UNIQUE INDEX approvals_one_open_per_target_idx ON approvals ((proposal ->> 'target'))
  WHERE state = 'requested' AND kind IN ('operator_change', 'setting_change');
-- Pages of the list, by what it can be filtered by; the last for what one operator has asked for.
CREATE INDEX approvals_requested_idx ON approvals (requested_at, id);
CREATE INDEX approvals_state_idx ON approvals (state, requested_at, id);
CREATE INDEX approvals_kind_idx ON approvals (kind, state, requested_at, id);
CREATE INDEX approvals_requested_by_idx ON approvals (requested_by, requested_at, id);

INSERT INTO approval_rights (kind, role, may_request, may_decide, max_amount_minor) VALUES
  ('operator_change', 'administrator', true, true, NULL),
  ('setting_change', 'administrator', true, true, NULL);

CREATE OR REPLACE FUNCTION check_approval_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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

-- What approvals have changed, in versions per target: 'operator:<id>', 'limits:<kind>:<currency>', 'approval_right:<kind>:<role>'.
CREATE TABLE approved_changes (
  approval_id uuid PRIMARY KEY REFERENCES approvals (id),
  target      text NOT NULL,
  version     integer NOT NULL CHECK (version > 0),
  -- The fields that changed, and no others.
  before      jsonb NOT NULL,
  after       jsonb NOT NULL,
  changed_at  timestamptz NOT NULL,
  UNIQUE (target, version)
);
CREATE TRIGGER approved_changes_append_only BEFORE UPDATE OR DELETE ON approved_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approved_changes_no_truncate BEFORE TRUNCATE ON approved_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What can be changed of a target, as it is now; amounts as text. Null: there is no such target.
CREATE FUNCTION read_change_target(p_target text) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
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

CREATE FUNCTION apply_approved_change(p_approval_id uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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

-- Persons who may approve changes of operators and settings at present.
CREATE FUNCTION count_administrators() RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(DISTINCT person_id)::integer FROM operators WHERE role = 'administrator' AND status = 'active';
$$;

-- Approved and applied are one: no decision without its change stays behind to be applied later.
CREATE FUNCTION check_approved_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM approved_changes c WHERE c.approval_id = NEW.id) THEN
    RAISE EXCEPTION 'approval % was not applied', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approvals_applied AFTER UPDATE ON approvals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.state = 'approved' AND NEW.kind IN ('operator_change', 'setting_change') AND NEW.proposal ->> 'target' NOT LIKE 'invitation:%')
  EXECUTE FUNCTION check_approved_change();

ALTER TABLE operator_invites
  -- The approval of an invitation to a role that may decide on approvals; good for one invitation.
  ADD COLUMN approval_id uuid UNIQUE REFERENCES approvals (id);

-- Invitations by people: an active administrator's, whoever writes the row; to a role that may approve, with another administrator's approval. While
-- there is no other administrator, nobody can give one: the first invites the second alone.
CREATE OR REPLACE FUNCTION check_operator_invite() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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

REVOKE EXECUTE ON FUNCTION apply_approved_change FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apply_approved_change TO wallet_app;
GRANT SELECT ON approved_changes TO wallet_app, wallet_reader;
GRANT SELECT (approval_id) ON operator_invites TO wallet_reader;
