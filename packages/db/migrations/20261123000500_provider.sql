-- What we asked of Revio, and what Revio told us.

CREATE TABLE revio_purchases (
  id                    uuid PRIMARY KEY,
  transaction_id        uuid NOT NULL REFERENCES transactions (id),
  attempt               integer NOT NULL CHECK (attempt > 0),
  -- create_sent is committed before the request leaves: after a crash we know that one may exist.
  state                 text NOT NULL CHECK (state IN ('create_sent', 'create_unknown', 'create_rejected', 'not_sent', 'created')),
  purchase_id           uuid UNIQUE,
  provider_status       text,
  -- Number of entries in Revio's status_history: a snapshot with fewer is older than what we know.
  status_history_length integer NOT NULL DEFAULT 0,
  create_sent_at        timestamptz NOT NULL,
  last_read_at          timestamptz,
  UNIQUE (transaction_id, attempt),
  CHECK (state <> 'created' OR purchase_id IS NOT NULL)
);
COMMENT ON TABLE revio_purchases IS 'One row per POST /purchases/: Revio has no idempotency, so a repeated POST is another purchase of the same deposit.';

CREATE TABLE revio_payouts (
  id                       uuid PRIMARY KEY,
  transaction_id           uuid NOT NULL REFERENCES transactions (id),
  attempt                  integer NOT NULL CHECK (attempt > 0),
  state                    text NOT NULL CHECK (state IN (
    'create_sent', 'create_unknown', 'create_rejected', 'not_sent', 'created',
    'execute_sent', 'execute_unknown', 'execute_rejected', 'executing', 'success', 'error')),
  payout_id                uuid UNIQUE,
  -- The URL alone moves money: ciphertext, readable only by the job that executes.
  execution_url_ciphertext bytea,
  data_key_id              uuid REFERENCES data_keys (id),
  provider_status          text,
  status_history_length    integer NOT NULL DEFAULT 0,
  error_code               text,
  create_sent_at           timestamptz NOT NULL,
  execute_sent_at          timestamptz,
  last_read_at             timestamptz,
  UNIQUE (transaction_id, attempt),
  CHECK (state IN ('create_sent', 'create_unknown', 'create_rejected', 'not_sent') OR payout_id IS NOT NULL),
  CHECK ((execute_sent_at IS NOT NULL) = (state IN ('execute_sent', 'execute_unknown', 'execute_rejected', 'executing', 'success', 'error')))
);
-- At most one payout of a withdrawal is ever under way or done: the second execute fails here, in whatever process.
-- A refused execute (4xx, and Revio still shows the payout unexecuted) frees the place for another payout.
CREATE UNIQUE INDEX revio_payouts_one_execution_idx ON revio_payouts (transaction_id)
  WHERE state IN ('execute_sent', 'execute_unknown', 'executing', 'success', 'error');
COMMENT ON TABLE revio_payouts IS 'One row per POST /payouts/. Creating moves no money and may be repeated; executing may not.';

-- A payout is executed once: after execute_sent_at is set, a statement that sets it again is refused, even to the same time (two
-- processes may hold the same clock), and no later state leads back. Reading the payout meanwhile stays possible.
CREATE FUNCTION refuse_second_execution() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'payout % was executed before', OLD.payout_id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER revio_payouts_single_execution BEFORE UPDATE OF execute_sent_at ON revio_payouts FOR EACH ROW
  WHEN (OLD.execute_sent_at IS NOT NULL) EXECUTE FUNCTION refuse_second_execution();
CREATE TRIGGER revio_payouts_no_way_back BEFORE UPDATE ON revio_payouts FOR EACH ROW
  WHEN (OLD.execute_sent_at IS NOT NULL AND OLD.state <> 'execute_sent' AND NEW.state = 'execute_sent')
  EXECUTE FUNCTION refuse_second_execution();
CREATE TRIGGER revio_payouts_no_delete BEFORE DELETE ON revio_payouts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revio_purchases_no_delete BEFORE DELETE ON revio_purchases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE provider_events (
  id              uuid PRIMARY KEY,
  -- SHA-256 of the public key that verified it.
  key_id          text NOT NULL,
  body_sha256     bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
  -- The raw bytes, encrypted: they hold personal data and, for payouts, the execution URL.
  body_ciphertext bytea NOT NULL,
  data_key_id     uuid NOT NULL REFERENCES data_keys (id),
  event_type      text NOT NULL,
  object_type     text,
  object_id       uuid,
  received_at     timestamptz NOT NULL,
  state           text NOT NULL CHECK (state IN ('received', 'applied', 'ignored', 'parked')),
  -- What applying it did, in one stable word ('deposit.completed', 'unknown_purchase', …).
  outcome         text,
  transaction_id  uuid REFERENCES transactions (id),
  settled_at      timestamptz,
  -- Revio's webhooks have no id: the same bytes under the same key are the same event, for ever.
  UNIQUE (key_id, body_sha256),
  CHECK ((state = 'received') = (settled_at IS NULL))
);
-- All events of one Revio object, for the timeline and for parked ones.
CREATE INDEX provider_events_object_idx ON provider_events (object_id, received_at);
-- The sweeper finds events whose job was lost.
CREATE INDEX provider_events_waiting_idx ON provider_events (received_at) WHERE state = 'received';
-- Operators look through what was parked.
CREATE INDEX provider_events_parked_idx ON provider_events (received_at) WHERE state = 'parked';

CREATE TABLE provider_deliveries (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at       timestamptz NOT NULL,
  verdict           text NOT NULL CHECK (verdict IN ('accepted', 'duplicate', 'invalid_signature', 'unreadable', 'wrong_mode', 'refused')),
  provider_event_id uuid REFERENCES provider_events (id),
  headers           jsonb NOT NULL,
  body_bytes        integer NOT NULL,
  body_sha256       bytea,
  request_id        text
);
-- All deliveries of one event.
CREATE INDEX provider_deliveries_event_idx ON provider_deliveries (provider_event_id) WHERE provider_event_id IS NOT NULL;
-- The inspector reads by time; the forged ones are counted and cut by time.
CREATE INDEX provider_deliveries_verdict_idx ON provider_deliveries (verdict, received_at);
COMMENT ON TABLE provider_deliveries IS 'Every HTTP delivery with its verdict. Those without a valid signature keep no body and are bounded in number.';

GRANT SELECT, INSERT ON revio_purchases, revio_payouts, provider_events, provider_deliveries TO wallet_app;
GRANT UPDATE (state, purchase_id, provider_status, status_history_length, last_read_at) ON revio_purchases TO wallet_app;
GRANT UPDATE (state, payout_id, execution_url_ciphertext, data_key_id, provider_status, status_history_length, error_code, execute_sent_at, last_read_at) ON revio_payouts TO wallet_app;
GRANT UPDATE (state, outcome, transaction_id, settled_at) ON provider_events TO wallet_app;
GRANT DELETE ON provider_deliveries TO wallet_app;
GRANT SELECT ON revio_purchases, provider_deliveries TO wallet_reader;
GRANT SELECT (id, transaction_id, attempt, state, payout_id, provider_status, status_history_length, error_code, create_sent_at, execute_sent_at, last_read_at) ON revio_payouts TO wallet_reader;
GRANT SELECT (id, key_id, body_sha256, event_type, object_type, object_id, received_at, state, outcome, transaction_id, settled_at) ON provider_events TO wallet_reader;
