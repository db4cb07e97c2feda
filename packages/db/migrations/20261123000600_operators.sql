-- Staff, their decisions, and the record of who did what.

CREATE TABLE operators (
  id           uuid PRIMARY KEY,
  email        text NOT NULL UNIQUE CHECK (email = lower(email)),
  display_name text NOT NULL,
  role         text NOT NULL CHECK (role IN ('viewer', 'support', 'operator', 'reconciliation_maker', 'reconciliation_checker', 'administrator')),
  status       text NOT NULL CHECK (status IN ('active', 'suspended')),
  created_at   timestamptz NOT NULL
);

CREATE TABLE approvals (
  id             uuid PRIMARY KEY,
  kind           text NOT NULL CHECK (kind IN ('withdrawal')),
  transaction_id uuid NOT NULL REFERENCES transactions (id),
  state          text NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn')),
  -- The maker: the user who asked for the withdrawal.
  requested_by   uuid NOT NULL,
  requested_at   timestamptz NOT NULL,
  decided_by     uuid REFERENCES operators (id),
  decided_at     timestamptz,
  reason         text CHECK (length(reason) BETWEEN 1 AND 1000),
  UNIQUE (kind, transaction_id),
  -- Nobody decides on their own request.
  CHECK (decided_by IS DISTINCT FROM requested_by),
  CHECK ((state IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
  CHECK ((state = 'requested') = (decided_at IS NULL))
);
-- The approvals queue, oldest first.
CREATE INDEX approvals_open_idx ON approvals (requested_at) WHERE state = 'requested';

CREATE TABLE audit_events (
  sequence     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at  timestamptz NOT NULL,
  actor_kind   text NOT NULL CHECK (actor_kind IN ('user', 'operator', 'system', 'provider')),
  actor_id     text,
  -- 'noun.past'
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  -- Ids, amounts, statuses and masked values only; never personal data or secrets.
  details      jsonb NOT NULL,
  request_id   text,
  created_xid  xid8 NOT NULL DEFAULT pg_current_xact_id()
);
-- "What happened to this?"
CREATE INDEX audit_events_subject_idx ON audit_events (subject_kind, subject_id, sequence);
-- "What did this person do?"
CREATE INDEX audit_events_actor_idx ON audit_events (actor_kind, actor_id, sequence);
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON operators TO wallet_app;
GRANT SELECT, INSERT ON approvals, audit_events TO wallet_app;
GRANT UPDATE (state, decided_by, decided_at, reason) ON approvals TO wallet_app;
GRANT SELECT ON operators, approvals, audit_events TO wallet_reader;
