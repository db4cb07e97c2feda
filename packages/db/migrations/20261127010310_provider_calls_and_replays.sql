-- What was sent to Revio, for people to look at; and events that an operator had processed again.

CREATE TABLE provider_calls (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  called_at   timestamptz NOT NULL,
  -- 'payouts.execute'
  operation   text NOT NULL CHECK (length(operation) <= 64),
  -- Of one call: repeats of a read, at the most.
  attempt     integer NOT NULL CHECK (attempt > 0),
  -- Revio's id of the purchase or payout, where the call named one or the answer did.
  object_id   uuid,
  http_status integer,
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  -- 'ok', or the stable code of the error: revio_rejected, revio_outcome_unknown, …
  code        text NOT NULL CHECK (length(code) <= 64),
  -- Why, in Revio's or the client's short words: 'timeout', 'amount: too_low'. No response text.
  detail      text CHECK (length(detail) <= 200),
  request_id  text CHECK (length(request_id) <= 128)
);
-- Lists, newest first; clean-up by age.
CREATE INDEX provider_calls_called_idx ON provider_calls (called_at, id);
-- What went wrong.
CREATE INDEX provider_calls_code_idx ON provider_calls (code, called_at, id) WHERE code <> 'ok';
CREATE INDEX provider_calls_operation_idx ON provider_calls (operation, called_at, id);
CREATE INDEX provider_calls_object_idx ON provider_calls (object_id, called_at, id) WHERE object_id IS NOT NULL;
CREATE INDEX provider_calls_request_idx ON provider_calls (request_id);
COMMENT ON TABLE provider_calls IS 'One row per request that left for Revio. Written beside the work, never in its database transaction; may miss some, and decides nothing.';

CREATE TABLE provider_event_replays (
  id                uuid PRIMARY KEY,
  provider_event_id uuid NOT NULL REFERENCES provider_events (id),
  requested_by      uuid NOT NULL REFERENCES operators (id),
  reason            text NOT NULL CHECK (length(reason) BETWEEN 3 AND 500),
  requested_at      timestamptz NOT NULL,
  -- The event as it stood.
  state_before      text NOT NULL CHECK (state_before IN ('received', 'applied', 'ignored', 'parked')),
  outcome_before    text,
  -- What acting on what Revio says now came to.
  finished_at       timestamptz,
  state             text CHECK (state IN ('applied', 'ignored', 'parked')),
  outcome           text,
  CHECK ((finished_at IS NULL) = (state IS NULL) AND (finished_at IS NULL) = (outcome IS NULL))
);
-- One at a time of an event.
CREATE UNIQUE INDEX provider_event_replays_open_idx ON provider_event_replays (provider_event_id) WHERE finished_at IS NULL;
-- All of one event, in order.
CREATE INDEX provider_event_replays_event_idx ON provider_event_replays (provider_event_id, requested_at);
-- The sweeper finds those whose job was lost.
CREATE INDEX provider_event_replays_waiting_idx ON provider_event_replays (requested_at) WHERE finished_at IS NULL;
CREATE TRIGGER provider_event_replays_no_delete BEFORE DELETE ON provider_event_replays FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER provider_event_replays_finished_once BEFORE UPDATE ON provider_event_replays FOR EACH ROW
  WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER provider_event_replays_no_truncate BEFORE TRUNCATE ON provider_event_replays FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
COMMENT ON TABLE provider_event_replays IS 'Provider events that an operator had processed again: who, why, and what came of it.';

GRANT SELECT, INSERT, DELETE ON provider_calls TO wallet_app;
GRANT SELECT, INSERT ON provider_event_replays TO wallet_app;
GRANT UPDATE (finished_at, state, outcome) ON provider_event_replays TO wallet_app;
GRANT SELECT ON provider_calls, provider_event_replays TO wallet_reader;
