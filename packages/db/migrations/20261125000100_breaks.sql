-- Breaks: what does not agree, and how it was put right. And the switch that stops money from leaving.

CREATE TABLE breaks (
  id             uuid PRIMARY KEY,
  class          text NOT NULL CHECK (class IN (
    'missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'currency_mismatch', 'duplicate_in_ledger', 'duplicate_at_provider',
    'status_mismatch', 'fee_mismatch', 'batch_total', 'uncleared', 'float_drift', 'balance_drift', 'reserve_drift', 'history_broken',
    'hash_chain_broken', 'certificate_broken', 'payout_in_doubt', 'unknown_object')),
  severity       text NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
  -- What it is about, as '<noun>:<id>': the same difference seen again is the same break.
  subject        text NOT NULL CHECK (subject ~ '^[a-z_]+:.'),
  transaction_id uuid REFERENCES transactions (id),
  -- What is at stake, without a sign; null where it cannot be told.
  amount_minor   bigint CHECK (amount_minor >= 0),
  currency       text REFERENCES currencies (code),
  -- What was expected and what was found: ids, amounts, statuses; never personal data.
  evidence       jsonb NOT NULL,
  opened_by      text NOT NULL CHECK (opened_by IN ('provider_event', 'reconciliation', 'checker')),
  opened_at      timestamptz NOT NULL,
  last_seen_at   timestamptz NOT NULL,
  owner_id       uuid REFERENCES operators (id),
  state          text NOT NULL CHECK (state IN ('open', 'resolved')),
  -- provider_evidence: Revio said more, through the normal path. match: it agrees again. adjustment, decision: two operators.
  resolution     text CHECK (resolution IN ('provider_evidence', 'match', 'adjustment', 'decision')),
  resolved_at    timestamptz,
  approval_id    uuid REFERENCES approvals (id),
  journal_entry_id uuid REFERENCES journal_entries (id),
  CHECK ((amount_minor IS NULL) = (currency IS NULL)),
  CHECK ((state = 'resolved') = (resolution IS NOT NULL)),
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK ((resolution IN ('adjustment', 'decision')) IS NOT TRUE OR approval_id IS NOT NULL),
  CHECK ((resolution = 'adjustment') IS NOT TRUE OR journal_entry_id IS NOT NULL)
);
-- One open break per difference, however often it is seen.
CREATE UNIQUE INDEX breaks_open_idx ON breaks (class, subject) WHERE state = 'open';
-- The queue, oldest first.
CREATE INDEX breaks_queue_idx ON breaks (opened_at) WHERE state = 'open';
-- The breaks of one transaction.
CREATE INDEX breaks_transaction_idx ON breaks (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE TRIGGER breaks_no_delete BEFORE DELETE ON breaks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER breaks_no_truncate BEFORE TRUNCATE ON breaks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'break % is resolved', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER breaks_resolved_once BEFORE UPDATE ON breaks FOR EACH ROW
  WHEN (OLD.state = 'resolved') EXECUTE FUNCTION refuse_reopening();

CREATE TABLE break_notes (
  id          uuid PRIMARY KEY,
  break_id    uuid NOT NULL REFERENCES breaks (id),
  operator_id uuid NOT NULL REFERENCES operators (id),
  note        text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
  created_at  timestamptz NOT NULL
);
-- The notes of one break, in order.
CREATE INDEX break_notes_break_idx ON break_notes (break_id, created_at);
CREATE TRIGGER break_notes_append_only BEFORE UPDATE OR DELETE ON break_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER break_notes_no_truncate BEFORE TRUNCATE ON break_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Stopped: no withdrawal is taken and no payout is executed, for anybody. One row.
CREATE TABLE outgoing_switch (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  stopped_at timestamptz,
  reason     text,
  CHECK ((stopped_at IS NULL) = (reason IS NULL))
);
INSERT INTO outgoing_switch DEFAULT VALUES;
CREATE TRIGGER outgoing_switch_no_delete BEFORE DELETE ON outgoing_switch FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON breaks, break_notes TO wallet_app;
GRANT UPDATE (severity, transaction_id, amount_minor, currency, evidence, last_seen_at, owner_id, state, resolution, resolved_at, approval_id, journal_entry_id)
  ON breaks TO wallet_app;
GRANT SELECT, UPDATE (stopped_at, reason) ON outgoing_switch TO wallet_app;
GRANT SELECT ON breaks, break_notes, outgoing_switch TO wallet_reader;
