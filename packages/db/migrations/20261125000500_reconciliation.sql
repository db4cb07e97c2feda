-- Reconciliation: one run per kind and window, and the statement files that some of them read.

CREATE TABLE reconciliation_runs (
  id            uuid PRIMARY KEY,
  -- objects: each purchase and payout read back. statement: Revio's file, both ways. float: the balance at Revio and the ledger.
  kind          text NOT NULL CHECK (kind IN ('objects', 'statement', 'float')),
  -- From inclusive, to exclusive.
  window_from   timestamptz NOT NULL,
  window_to     timestamptz NOT NULL,
  -- failed: cannot go on without a person (a file that we cannot read); asked for again, it starts anew.
  state         text NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
  -- Where it is, and how far: a job that takes over goes on from here, and two at once notice each other here.
  phase         text NOT NULL,
  cursor        text NOT NULL DEFAULT '',
  failure       text,
  -- What was looked at, and how many differences were found (found again counts again).
  checked_count bigint NOT NULL DEFAULT 0 CHECK (checked_count >= 0),
  break_count   bigint NOT NULL DEFAULT 0 CHECK (break_count >= 0),
  line_count    bigint NOT NULL DEFAULT 0 CHECK (line_count >= 0),
  -- The statement at Revio, and which download of it counts.
  statement_id  uuid,
  download      integer NOT NULL DEFAULT 0 CHECK (download >= 0),
  file_sha256   bytea CHECK (octet_length(file_sha256) = 32),
  file_bytes    bigint CHECK (file_bytes >= 0),
  requested_by_kind text NOT NULL CHECK (requested_by_kind IN ('operator', 'system')),
  requested_by  text NOT NULL,
  requested_at  timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  completed_at  timestamptz,
  -- The same window is reconciled once, however often it is asked for.
  UNIQUE (kind, window_from, window_to),
  CHECK (window_from < window_to),
  CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
  CHECK ((state = 'failed') = (failure IS NOT NULL))
);
-- The list of runs, newest first.
CREATE INDEX reconciliation_runs_requested_idx ON reconciliation_runs (requested_at, id);
-- Runs whose job was lost.
CREATE INDEX reconciliation_runs_running_idx ON reconciliation_runs (updated_at) WHERE state = 'running';
CREATE TRIGGER reconciliation_runs_no_delete BEFORE DELETE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_runs_no_truncate BEFORE TRUNCATE ON reconciliation_runs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_reconciling_again() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'reconciliation run % is completed', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER reconciliation_runs_completed_once BEFORE UPDATE ON reconciliation_runs FOR EACH ROW
  WHEN (OLD.state = 'completed') EXECUTE FUNCTION refuse_reconciling_again();

-- The file as it came: compressed, then encrypted, for it names payers. A download that broke off leaves chunks that no run points to.
CREATE TABLE statement_chunks (
  run_id           uuid NOT NULL REFERENCES reconciliation_runs (id),
  download         integer NOT NULL CHECK (download > 0),
  chunk_no         integer NOT NULL CHECK (chunk_no >= 0),
  bytes_ciphertext bytea NOT NULL CHECK (octet_length(bytes_ciphertext) <= 2097152),
  data_key_id      uuid NOT NULL REFERENCES data_keys (id),
  PRIMARY KEY (run_id, download, chunk_no)
);
CREATE TRIGGER statement_chunks_append_only BEFORE UPDATE OR DELETE ON statement_chunks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_chunks_no_truncate BEFORE TRUNCATE ON statement_chunks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a file says, line by line, without personal data.
CREATE TABLE statement_lines (
  run_id         uuid NOT NULL REFERENCES reconciliation_runs (id),
  line_no        bigint NOT NULL CHECK (line_no > 0),
  -- Revio's word: purchase, payout, refund, …; unknown ones are kept too.
  product        text NOT NULL,
  object_id      text NOT NULL,
  -- For a movement that belongs to another object: the purchase or payout.
  related_to     text NOT NULL,
  reference      text NOT NULL,
  status         text NOT NULL,
  currency       text NOT NULL,
  -- Money that left us; amounts have no sign of their own.
  is_outgoing    boolean NOT NULL,
  amount_minor   bigint NOT NULL,
  fee_minor      bigint NOT NULL,
  occurred_at    timestamptz NOT NULL,
  -- null: not looked at yet.
  match_method   text CHECK (match_method IN ('id', 'reference', 'amount_and_time', 'ambiguous', 'none')),
  -- 100: certain.
  match_score    smallint CHECK (match_score BETWEEN 0 AND 100),
  transaction_id uuid REFERENCES transactions (id),
  PRIMARY KEY (run_id, line_no),
  CHECK ((match_method IS NULL) = (match_score IS NULL)),
  CHECK ((match_method IN ('id', 'reference', 'amount_and_time')) IS TRUE = (transaction_id IS NOT NULL))
);
-- Is what we booked in the file?
CREATE INDEX statement_lines_transaction_idx ON statement_lines (run_id, transaction_id) WHERE transaction_id IS NOT NULL;
-- The same object twice in a file, and the movements of one object.
CREATE INDEX statement_lines_object_idx ON statement_lines (run_id, object_id);
-- The other movements of one purchase or payout: few.
CREATE INDEX statement_lines_related_idx ON statement_lines (run_id, related_to) WHERE related_to <> '';
CREATE TRIGGER statement_lines_no_delete BEFORE DELETE ON statement_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_lines_no_truncate BEFORE TRUNCATE ON statement_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the objects of a window are: the transactions to which something happened in it.
CREATE INDEX transaction_events_occurred_idx ON transaction_events (occurred_at, sequence);

GRANT SELECT, INSERT ON reconciliation_runs, statement_chunks, statement_lines TO wallet_app;
GRANT UPDATE (state, phase, cursor, failure, checked_count, break_count, line_count, statement_id, download, file_sha256, file_bytes,
  updated_at, completed_at) ON reconciliation_runs TO wallet_app;
GRANT UPDATE (match_method, match_score, transaction_id) ON statement_lines TO wallet_app;
GRANT SELECT ON reconciliation_runs, statement_lines TO wallet_reader;
