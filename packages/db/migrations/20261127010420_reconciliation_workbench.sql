-- What operators need to work on breaks together: versions, so that the second of two is told of the first; links between what only Revio has and what
-- only the ledger has; which run has seen a break; and what became of each line of a statement.

-- Links without an entry: what is on the one side equals what is on the other, to the cent.
CREATE TABLE break_matches (
  id           uuid PRIMARY KEY,
  matched_by   uuid NOT NULL REFERENCES operators (id),
  reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  -- The sum of either side.
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency     text NOT NULL REFERENCES currencies (code),
  matched_at   timestamptz NOT NULL
);
CREATE TRIGGER break_matches_append_only BEFORE UPDATE OR DELETE ON break_matches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER break_matches_no_truncate BEFORE TRUNCATE ON break_matches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE breaks
  -- Counts changes of what is known and who looks after it; seen again and unchanged is no change.
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN match_id uuid REFERENCES break_matches (id),
  DROP CONSTRAINT breaks_resolution_check,
  -- linked: an operator has joined what only Revio has to what only the ledger has.
  ADD CONSTRAINT breaks_resolution_check CHECK (resolution IN ('provider_evidence', 'match', 'adjustment', 'decision', 'linked')),
  ADD CONSTRAINT breaks_match_check CHECK ((resolution IS NOT DISTINCT FROM 'linked') = (match_id IS NOT NULL));
-- Pages of the queue by what it is filtered by, oldest first; the first one does what breaks_queue_idx did.
DROP INDEX breaks_queue_idx;
CREATE INDEX breaks_open_page_idx ON breaks (opened_at, id) WHERE state = 'open';
CREATE INDEX breaks_open_class_idx ON breaks (class, opened_at, id) WHERE state = 'open';
CREATE INDEX breaks_open_severity_idx ON breaks (severity, opened_at, id) WHERE state = 'open';
CREATE INDEX breaks_open_owner_idx ON breaks (owner_id, opened_at, id) WHERE state = 'open';
-- What has the same amount on the other side.
CREATE INDEX breaks_open_amount_idx ON breaks (class, currency, amount_minor, opened_at) WHERE state = 'open';
-- Resolved ones, by the same.
CREATE INDEX breaks_resolved_page_idx ON breaks (opened_at, id) WHERE state = 'resolved';
CREATE INDEX breaks_resolved_class_idx ON breaks (class, opened_at, id) WHERE state = 'resolved';
-- The members of a link.
CREATE INDEX breaks_match_idx ON breaks (match_id) WHERE match_id IS NOT NULL;

CREATE FUNCTION count_break_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.version := OLD.version + CASE WHEN
    (NEW.severity, NEW.transaction_id, NEW.amount_minor, NEW.currency, NEW.evidence, NEW.owner_id, NEW.state)
    IS DISTINCT FROM (OLD.severity, OLD.transaction_id, OLD.amount_minor, OLD.currency, OLD.evidence, OLD.owner_id, OLD.state)
    THEN 1 ELSE 0 END;
  RETURN NEW;
END $$;
CREATE TRIGGER breaks_version BEFORE UPDATE ON breaks FOR EACH ROW EXECUTE FUNCTION count_break_version();

CREATE FUNCTION check_break_match() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER break_matches_even AFTER INSERT ON break_matches DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION check_break_match();
CREATE CONSTRAINT TRIGGER breaks_match_even AFTER INSERT OR UPDATE OF match_id ON breaks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.match_id IS NOT NULL) EXECUTE FUNCTION check_break_match();

-- Which run has seen which break, first or again.
CREATE TABLE reconciliation_run_breaks (
  run_id   uuid NOT NULL REFERENCES reconciliation_runs (id),
  break_id uuid NOT NULL REFERENCES breaks (id),
  PRIMARY KEY (run_id, break_id)
);
-- The runs that have seen a break.
CREATE INDEX reconciliation_run_breaks_break_idx ON reconciliation_run_breaks (break_id);
CREATE TRIGGER reconciliation_run_breaks_append_only BEFORE UPDATE OR DELETE ON reconciliation_run_breaks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_run_breaks_no_truncate BEFORE TRUNCATE ON reconciliation_run_breaks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE statement_lines
  -- matched: agrees with the ledger. ignored: a total, or around the window, so that another run judges it. Null: not judged, or before this was kept.
  ADD COLUMN verdict text CHECK (verdict IN ('matched', 'break', 'ignored'));
-- The lines that are not matched: few.
CREATE INDEX statement_lines_verdict_idx ON statement_lines (run_id, verdict, line_no) WHERE verdict <> 'matched';

-- What is held, the longest first; and what was.
CREATE INDEX suspense_payments_held_idx ON suspense_payments (held_at, purchase_id) WHERE released_at IS NULL;
CREATE INDEX suspense_payments_released_idx ON suspense_payments (held_at, purchase_id) WHERE released_at IS NOT NULL;

GRANT SELECT, INSERT ON break_matches, reconciliation_run_breaks TO wallet_app;
GRANT UPDATE (match_id) ON breaks TO wallet_app;
GRANT UPDATE (verdict) ON statement_lines TO wallet_app;
GRANT SELECT ON break_matches, reconciliation_run_breaks TO wallet_reader;
