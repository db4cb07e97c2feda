-- The customer-visible money movements and the status machine that they follow.
-- core/src/transaction/transaction-status.ts holds the same table; a test compares the two.

CREATE TABLE currencies (
  code           text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
  -- Minor units per major unit as a power of ten (ISO 4217).
  exponent       smallint NOT NULL CHECK (exponent BETWEEN 0 AND 4)
);
INSERT INTO currencies VALUES ('ZAR', 2);

CREATE TABLE transaction_statuses (
  kind     text NOT NULL,
  status   text NOT NULL,
  -- Nothing more happens by itself; only a correction moves on from here.
  terminal boolean NOT NULL,
  PRIMARY KEY (kind, status)
);
INSERT INTO transaction_statuses (kind, status, terminal) VALUES
  ('deposit', 'created', false), ('deposit', 'awaiting_payment', false), ('deposit', 'completed', true),
  ('deposit', 'failed', true), ('deposit', 'expired', true), ('deposit', 'cancelled', true), ('deposit', 'in_review', false),
  ('withdrawal', 'awaiting_approval', false), ('withdrawal', 'queued', false), ('withdrawal', 'processing', false),
  ('withdrawal', 'in_doubt', false), ('withdrawal', 'completed', true), ('withdrawal', 'failed', true),
  ('withdrawal', 'cancelled', true), ('withdrawal', 'rejected', true), ('withdrawal', 'returned', true),
  ('refund', 'completed', true), ('chargeback', 'completed', true), ('chargeback', 'reversed', true), ('adjustment', 'completed', true);

CREATE TABLE transaction_status_changes (
  kind        text NOT NULL,
  from_status text NOT NULL,
  to_status   text NOT NULL,
  PRIMARY KEY (kind, from_status, to_status),
  FOREIGN KEY (kind, from_status) REFERENCES transaction_statuses (kind, status),
  FOREIGN KEY (kind, to_status) REFERENCES transaction_statuses (kind, status)
);
INSERT INTO transaction_status_changes (kind, from_status, to_status) VALUES
  ('deposit', 'created', 'awaiting_payment'), ('deposit', 'created', 'failed'), ('deposit', 'created', 'cancelled'),
  ('deposit', 'created', 'expired'), ('deposit', 'created', 'completed'), ('deposit', 'created', 'in_review'),
  ('deposit', 'awaiting_payment', 'completed'), ('deposit', 'awaiting_payment', 'failed'), ('deposit', 'awaiting_payment', 'expired'),
  ('deposit', 'awaiting_payment', 'cancelled'), ('deposit', 'awaiting_payment', 'in_review'),
  -- Late success: the payer's attempt was in flight when we gave up.
  ('deposit', 'failed', 'completed'), ('deposit', 'expired', 'completed'), ('deposit', 'cancelled', 'completed'),
  ('deposit', 'failed', 'in_review'), ('deposit', 'expired', 'in_review'), ('deposit', 'cancelled', 'in_review'),
  ('deposit', 'in_review', 'completed'), ('deposit', 'in_review', 'failed'),
  ('withdrawal', 'awaiting_approval', 'queued'), ('withdrawal', 'awaiting_approval', 'rejected'), ('withdrawal', 'awaiting_approval', 'cancelled'),
  ('withdrawal', 'queued', 'processing'), ('withdrawal', 'queued', 'cancelled'), ('withdrawal', 'queued', 'failed'), ('withdrawal', 'queued', 'in_doubt'),
  ('withdrawal', 'processing', 'completed'), ('withdrawal', 'processing', 'failed'), ('withdrawal', 'processing', 'in_doubt'), ('withdrawal', 'processing', 'queued'),
  ('withdrawal', 'in_doubt', 'processing'), ('withdrawal', 'in_doubt', 'completed'), ('withdrawal', 'in_doubt', 'failed'), ('withdrawal', 'in_doubt', 'queued'),
  ('withdrawal', 'completed', 'returned'),
  ('chargeback', 'completed', 'reversed');

CREATE TABLE transactions (
  id                     uuid PRIMARY KEY,
  user_id                uuid NOT NULL REFERENCES users (id),
  kind                   text NOT NULL,
  status                 text NOT NULL,
  amount_minor           bigint NOT NULL CHECK (amount_minor > 0),
  -- What the user pays us on top of (withdrawal) or out of (deposit) the amount.
  fee_minor              bigint NOT NULL CHECK (fee_minor >= 0),
  currency               text NOT NULL REFERENCES currencies (code),
  -- Ours, unique, sent to the provider, shown to the user: how people name a transaction.
  reference              text NOT NULL UNIQUE,
  -- Refund and chargeback → their deposit.
  related_transaction_id uuid REFERENCES transactions (id),
  bank_account_id        uuid REFERENCES bank_accounts (id),
  -- Deposits: where the user pays, where the browser returns, until when.
  checkout_url           text,
  return_url             text,
  expires_at             timestamptz,
  failure_code           text,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL,
  completed_at           timestamptz,
  FOREIGN KEY (kind, status) REFERENCES transaction_statuses (kind, status),
  CHECK ((kind = 'withdrawal') = (bank_account_id IS NOT NULL)),
  CHECK (kind NOT IN ('refund', 'chargeback') OR related_transaction_id IS NOT NULL),
  CHECK (fee_minor < amount_minor)
);
-- History of one user, newest first, keyset paging; ids are UUIDv7, so they follow time.
CREATE INDEX transactions_by_user_idx ON transactions (user_id, created_at DESC, id DESC);
-- Refunds and chargebacks of one deposit.
CREATE INDEX transactions_related_idx ON transactions (related_transaction_id) WHERE related_transaction_id IS NOT NULL;
-- Sweepers and operators look for what is not finished, oldest first.
CREATE INDEX transactions_open_idx ON transactions (kind, status, updated_at)
  WHERE status IN ('created', 'awaiting_payment', 'awaiting_approval', 'queued', 'processing', 'in_doubt', 'in_review');
COMMENT ON TABLE transactions IS 'One customer-visible money movement each; the money itself is in journal_entries and postings.';

CREATE TABLE transaction_events (
  sequence       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id uuid NOT NULL REFERENCES transactions (id),
  user_id        uuid NOT NULL,
  from_status    text,
  to_status      text NOT NULL,
  -- What brought it about: a verb ('deposit.completed') or a provider word; never free text from outside.
  cause          text NOT NULL,
  actor_kind     text NOT NULL CHECK (actor_kind IN ('user', 'operator', 'system', 'provider')),
  actor_id       text,
  occurred_at    timestamptz NOT NULL,
  -- Live streams read only below the oldest running database transaction, in this order: no gap, no event twice.
  created_xid    xid8 NOT NULL DEFAULT pg_current_xact_id()
);
-- Timeline of one transaction.
CREATE INDEX transaction_events_transaction_idx ON transaction_events (transaction_id, sequence);
-- A user's live stream resumes after (created_xid, sequence).
CREATE INDEX transaction_events_stream_idx ON transaction_events (user_id, created_xid, sequence);

CREATE TABLE idempotency_keys (
  actor_id       uuid NOT NULL,
  operation      text NOT NULL,
  key            uuid NOT NULL,
  -- SHA-256 of the canonical input (RFC 8785): the same key with another payload is refused.
  fingerprint    bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  transaction_id uuid REFERENCES transactions (id),
  response       jsonb,
  -- While a request is at work on the key others are told to wait; after a crash the lease runs out.
  leased_until   timestamptz,
  created_at     timestamptz NOT NULL,
  completed_at   timestamptz,
  PRIMARY KEY (actor_id, operation, key),
  CHECK ((response IS NULL) = (completed_at IS NULL))
);
COMMENT ON TABLE idempotency_keys IS 'Never expires: a money request repeated after a year gets the first answer.';

CREATE TABLE transaction_limits (
  kind                text NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
  currency            text NOT NULL REFERENCES currencies (code),
  min_amount_minor    bigint NOT NULL CHECK (min_amount_minor > 0),
  max_amount_minor    bigint NOT NULL CHECK (max_amount_minor >= min_amount_minor),
  -- Per user and business day (Africa/Johannesburg).
  max_per_day_minor   bigint NOT NULL CHECK (max_per_day_minor >= max_amount_minor),
  max_count_per_day   integer NOT NULL CHECK (max_count_per_day > 0),
  -- Withdrawals above this wait for an operator; null = never.
  approval_above_minor bigint CHECK (approval_above_minor >= 0),
  fee_minor           bigint NOT NULL CHECK (fee_minor >= 0),
  PRIMARY KEY (kind, currency)
);
INSERT INTO transaction_limits VALUES
  ('deposit', 'ZAR', 1000, 5000000, 10000000, 50, NULL, 0),
  ('withdrawal', 'ZAR', 1000, 2500000, 5000000, 20, 1000000, 0);

CREATE FUNCTION enforce_transaction_status() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.kind, NEW.amount_minor, NEW.fee_minor, NEW.currency, NEW.reference,
      NEW.related_transaction_id, NEW.bank_account_id, NEW.return_url, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.kind, OLD.amount_minor, OLD.fee_minor, OLD.currency, OLD.reference,
      OLD.related_transaction_id, OLD.bank_account_id, OLD.return_url, OLD.created_at) THEN
    RAISE EXCEPTION 'transaction % is immutable but for its status', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status <> OLD.status AND NOT EXISTS (
    SELECT 1 FROM transaction_status_changes c
    WHERE c.kind = OLD.kind AND c.from_status = OLD.status AND c.to_status = NEW.status
  ) THEN
    RAISE EXCEPTION '% cannot go from % to %', OLD.kind, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER transactions_status BEFORE UPDATE ON transactions FOR EACH ROW EXECUTE FUNCTION enforce_transaction_status();

-- Wakes live streams; the payload names only the user, the reader looks the rest up.
CREATE FUNCTION notify_transaction_event() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('transaction_events', NEW.user_id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_events_notify AFTER INSERT ON transaction_events FOR EACH ROW EXECUTE FUNCTION notify_transaction_event();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER transaction_events_append_only BEFORE UPDATE OR DELETE ON transaction_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transaction_events_no_truncate BEFORE TRUNCATE ON transaction_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transactions_no_delete BEFORE DELETE ON transactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transactions_no_truncate BEFORE TRUNCATE ON transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON currencies, transaction_statuses, transaction_status_changes, transaction_limits, transactions, transaction_events, idempotency_keys TO wallet_app;
GRANT INSERT ON transactions, transaction_events, idempotency_keys TO wallet_app;
GRANT UPDATE (status, checkout_url, expires_at, failure_code, updated_at, completed_at) ON transactions TO wallet_app;
GRANT UPDATE (transaction_id, response, leased_until, completed_at) ON idempotency_keys TO wallet_app;
GRANT SELECT ON currencies, transaction_statuses, transaction_limits, transactions, transaction_events TO wallet_reader;
