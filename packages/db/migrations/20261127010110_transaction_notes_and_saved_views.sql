-- What operators write down about a transaction, and the filters of lists that they keep.

CREATE TABLE transaction_notes (
  id             uuid PRIMARY KEY,
  transaction_id uuid NOT NULL REFERENCES transactions (id),
  operator_id    uuid NOT NULL REFERENCES operators (id),
  note           text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
  -- Made once per intent: a repeated request writes no second note.
  request_key    uuid NOT NULL,
  created_at     timestamptz NOT NULL,
  UNIQUE (transaction_id, operator_id, request_key)
);
-- The notes of one transaction, in order.
CREATE INDEX transaction_notes_transaction_idx ON transaction_notes (transaction_id, created_at);
CREATE TRIGGER transaction_notes_append_only BEFORE UPDATE OR DELETE ON transaction_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transaction_notes_no_truncate BEFORE TRUNCATE ON transaction_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE saved_views (
  id             uuid PRIMARY KEY,
  owner_id       uuid NOT NULL REFERENCES operators (id),
  -- The list that it is a view of: 'transactions'.
  list           text NOT NULL CHECK (list ~ '^[a-z][a-z_]{0,39}$'),
  name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  description    text CHECK (length(description) BETWEEN 1 AND 500),
  is_shared      boolean NOT NULL,
  -- As they stand in the address of the list, normalised.
  filters        jsonb NOT NULL,
  filters_sha256 bytea NOT NULL CHECK (octet_length(filters_sha256) = 32),
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  CONSTRAINT saved_views_own_name_key UNIQUE (owner_id, list, name),
  CONSTRAINT saved_views_own_filters_key UNIQUE (owner_id, list, filters_sha256)
);
-- What everybody sees is there once.
CREATE UNIQUE INDEX saved_views_shared_filters_idx ON saved_views (list, filters_sha256) WHERE is_shared;

GRANT SELECT, INSERT ON transaction_notes TO wallet_app;
GRANT SELECT, INSERT, DELETE, UPDATE (name, description, is_shared, filters, filters_sha256, updated_at) ON saved_views TO wallet_app;
GRANT SELECT ON transaction_notes, saved_views TO wallet_reader;
