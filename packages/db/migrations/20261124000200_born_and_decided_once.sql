-- Three things that happen once: a transaction begins at the beginning, an answer is given once, an approval is decided once.

ALTER TABLE transaction_statuses ADD COLUMN initial boolean NOT NULL DEFAULT false;
UPDATE transaction_statuses SET initial = true
WHERE (kind, status) IN (
  ('deposit', 'created'), ('withdrawal', 'awaiting_approval'), ('withdrawal', 'queued'),
  -- Booked after the fact: what they record has happened at the provider, or was approved.
  ('refund', 'completed'), ('chargeback', 'completed'), ('adjustment', 'completed'));
ALTER TABLE transaction_statuses ALTER COLUMN initial DROP DEFAULT;

CREATE FUNCTION enforce_initial_status() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM transaction_statuses s WHERE s.kind = NEW.kind AND s.status = NEW.status AND s.initial) THEN
    RAISE EXCEPTION 'a % cannot begin as %', NEW.kind, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER transactions_initial_status BEFORE INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION enforce_initial_status();

CREATE FUNCTION refuse_second_answer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the answer under an idempotency key is for ever' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER idempotency_keys_answered_once BEFORE UPDATE ON idempotency_keys FOR EACH ROW
  WHEN (OLD.response IS NOT NULL) EXECUTE FUNCTION refuse_second_answer();

CREATE FUNCTION refuse_second_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'approval % is decided', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
  WHEN (OLD.state <> 'requested') EXECUTE FUNCTION refuse_second_decision();
