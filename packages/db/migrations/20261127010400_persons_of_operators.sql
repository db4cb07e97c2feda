-- Two accounts of one person are one pair of eyes: nobody approves with one account what they asked for with another. Which accounts belong to one
-- person is said by an approved change, and by nothing else.

ALTER TABLE operators ADD COLUMN person_id uuid REFERENCES operators (id);
UPDATE operators SET person_id = id;
ALTER TABLE operators ALTER COLUMN person_id SET NOT NULL;
-- All accounts of one person.
CREATE INDEX operators_person_idx ON operators (person_id);

CREATE FUNCTION default_person() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.person_id := coalesce(NEW.person_id, NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER operators_person BEFORE INSERT ON operators FOR EACH ROW EXECUTE FUNCTION default_person();

ALTER TABLE approvals
  -- Who asked and who decided, as persons, at the time of the decision; a trigger writes them. Null: decided before this was kept, or nobody has.
  ADD COLUMN requested_person uuid,
  ADD COLUMN decided_person uuid,
  ADD CONSTRAINT approvals_two_persons_check CHECK (decided_person <> requested_person);

CREATE OR REPLACE FUNCTION check_approval_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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

GRANT SELECT (person_id) ON operators TO wallet_reader;
