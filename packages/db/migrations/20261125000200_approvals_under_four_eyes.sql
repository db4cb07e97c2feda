-- Approvals for more than withdrawals: adjustments of the ledger, and what becomes of a payout in doubt. Who may ask and who may decide is
-- decided here as well, so that no code path goes round it.

-- Up to which amount a role may decide; no row: not at all, null: any amount.
CREATE TABLE approval_rights (
  kind             text NOT NULL,
  role             text NOT NULL,
  may_request      boolean NOT NULL,
  may_decide       boolean NOT NULL,
  max_amount_minor bigint CHECK (max_amount_minor > 0),
  PRIMARY KEY (kind, role)
);
INSERT INTO approval_rights (kind, role, may_request, may_decide, max_amount_minor) VALUES
  ('withdrawal', 'operator', false, true, NULL),
  ('withdrawal', 'reconciliation_checker', false, true, NULL),
  ('withdrawal', 'administrator', false, true, NULL),
  ('adjustment', 'reconciliation_maker', true, false, NULL),
  ('adjustment', 'reconciliation_checker', true, true, 1000000),
  ('adjustment', 'administrator', true, true, NULL),
  ('payout_resolution', 'operator', true, false, NULL),
  ('payout_resolution', 'reconciliation_maker', true, false, NULL),
  ('payout_resolution', 'reconciliation_checker', true, true, 2500000),
  ('payout_resolution', 'administrator', true, true, NULL);

ALTER TABLE approvals
  DROP CONSTRAINT approvals_kind_check,
  ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('withdrawal', 'adjustment', 'payout_resolution')),
  DROP CONSTRAINT approvals_state_check,
  ADD CONSTRAINT approvals_state_check CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn', 'expired')),
  DROP CONSTRAINT approvals_kind_transaction_id_key,
  ALTER COLUMN transaction_id DROP NOT NULL,
  ADD COLUMN break_id uuid REFERENCES breaks (id),
  -- What will be done if it is approved, exactly: the checker decides on this and on nothing else.
  ADD COLUMN proposal jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN amount_minor bigint CHECK (amount_minor > 0),
  ADD COLUMN currency text REFERENCES currencies (code),
  -- A proposal does not wait for ever: what it rests on changes.
  ADD COLUMN expires_at timestamptz,
  -- Why the maker asks; `reason` is the checker's.
  ADD COLUMN request_reason text CHECK (length(request_reason) BETWEEN 1 AND 1000),
  ADD CONSTRAINT approvals_proposal_check CHECK (
    kind = 'withdrawal' OR (amount_minor IS NOT NULL AND currency IS NOT NULL AND expires_at IS NOT NULL AND request_reason IS NOT NULL)),
  ADD CONSTRAINT approvals_withdrawal_check CHECK (kind = 'adjustment' OR transaction_id IS NOT NULL),
  ADD CONSTRAINT approvals_in_time_check CHECK (state <> 'approved' OR expires_at IS NULL OR decided_at < expires_at);
-- A withdrawal asks once; of other kinds one proposal at a time is open per transaction.
CREATE UNIQUE INDEX approvals_one_per_withdrawal_idx ON approvals (transaction_id) WHERE kind = 'withdrawal';
CREATE UNIQUE INDEX approvals_one_open_per_transaction_idx ON approvals (kind, transaction_id) WHERE state = 'requested' AND kind <> 'withdrawal';
-- One proposal at a time per break.
CREATE UNIQUE INDEX approvals_one_open_per_break_idx ON approvals (break_id) WHERE state = 'requested';

-- SECURITY DEFINER: the operator's row is locked against a change of role, which the application role may not do itself.
CREATE FUNCTION check_approval_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state <> 'requested' THEN
    RAISE EXCEPTION 'an approval begins as a request' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind NOT IN ('adjustment', 'payout_resolution') THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM operators o JOIN approval_rights r ON r.role = o.role
    WHERE o.id = NEW.requested_by AND o.status = 'active' AND r.kind = NEW.kind AND r.may_request FOR SHARE OF o;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% may not request a %', NEW.requested_by, NEW.kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approvals_request BEFORE INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION check_approval_request();

CREATE FUNCTION check_approval_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.transaction_id, NEW.break_id, NEW.proposal, NEW.amount_minor, NEW.currency, NEW.expires_at, NEW.requested_by,
      NEW.requested_at, NEW.request_reason)
     IS DISTINCT FROM
     (OLD.id, OLD.kind, OLD.transaction_id, OLD.break_id, OLD.proposal, OLD.amount_minor, OLD.currency, OLD.expires_at, OLD.requested_by,
      OLD.requested_at, OLD.request_reason) THEN
    RAISE EXCEPTION 'what approval % is about cannot change', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state NOT IN ('approved', 'rejected') THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM operators o JOIN approval_rights r ON r.role = o.role
    WHERE o.id = NEW.decided_by AND o.status = 'active' AND r.kind = NEW.kind AND r.may_decide
      AND (NEW.state = 'rejected' OR r.max_amount_minor IS NULL OR NEW.amount_minor <= r.max_amount_minor OR NEW.amount_minor IS NULL)
    FOR SHARE OF o;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% may not decide on this %', NEW.decided_by, NEW.kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approvals_decision BEFORE UPDATE ON approvals FOR EACH ROW
  WHEN (OLD.state = 'requested') EXECUTE FUNCTION check_approval_decision();

-- A break that two operators resolved names the approval that they gave for it.
CREATE FUNCTION check_break_resolution() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
CREATE TRIGGER breaks_resolution BEFORE UPDATE ON breaks FOR EACH ROW
  WHEN (NEW.resolution IN ('adjustment', 'decision')) EXECUTE FUNCTION check_break_resolution();

GRANT SELECT ON approval_rights TO wallet_app, wallet_reader;
