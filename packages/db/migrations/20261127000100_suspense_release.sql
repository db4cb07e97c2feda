-- Two operators may take a payment out of suspense: all of it, once, by an adjustment that names it. Release and entry commit together or not
-- at all, and no adjustment touches suspense in any other way: what Revio gives back later would be taken out of suspense a second time.

ALTER TABLE suspense_payments
  -- The approval whose entry took it out; null: it is held, or turned out to be the deposit's after all.
  ADD COLUMN released_by uuid UNIQUE REFERENCES approvals (id),
  ADD CONSTRAINT suspense_payments_released_check CHECK (released_by IS NULL OR released_at IS NOT NULL);

CREATE FUNCTION refuse_second_release() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.refunded_minor, NEW.charged_back, NEW.changes, NEW.released_at, NEW.released_by)
     IS DISTINCT FROM (OLD.refunded_minor, OLD.charged_back, OLD.changes, OLD.released_at, OLD.released_by) THEN
    RAISE EXCEPTION 'payment % is not in suspense any more', OLD.purchase_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER suspense_payments_released_once BEFORE UPDATE ON suspense_payments FOR EACH ROW
  WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION refuse_second_release();

CREATE FUNCTION check_suspense_adjustment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER journal_entries_suspense AFTER INSERT ON journal_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.event = 'adjustment.approved') EXECUTE FUNCTION check_suspense_adjustment();

CREATE FUNCTION check_suspense_release() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER suspense_payments_release AFTER INSERT OR UPDATE OF released_by ON suspense_payments
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.released_by IS NOT NULL) EXECUTE FUNCTION check_suspense_release();

GRANT UPDATE (released_by) ON suspense_payments TO wallet_app;
