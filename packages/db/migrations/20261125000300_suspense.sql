-- Money that Revio received and that nobody may be credited with: on record once per purchase, so that it goes into suspense once, and what
-- the payer gets back comes out of suspense and not out of anybody's balance. And when a purchase is to be looked at again.

CREATE TABLE suspense_payments (
  -- Revio's. One purchase is held once.
  purchase_id        uuid PRIMARY KEY,
  -- The deposit that it names; null: nobody's.
  transaction_id     uuid REFERENCES transactions (id),
  reason             text NOT NULL CHECK (reason IN ('amount_mismatch', 'second_purchase', 'unknown_purchase')),
  -- What the payer paid, and what of it Revio kept as its fee.
  amount_minor       bigint NOT NULL CHECK (amount_minor > 0),
  provider_fee_minor bigint NOT NULL CHECK (provider_fee_minor >= 0),
  currency           text NOT NULL REFERENCES currencies (code),
  -- What the payer has got back so far; a chargeback takes all of the rest, until the dispute is won.
  refunded_minor     bigint NOT NULL DEFAULT 0,
  charged_back       boolean NOT NULL DEFAULT false,
  -- As in revio_purchases: a reading with fewer entries in its status_history is older than what is booked.
  status_history_length integer NOT NULL DEFAULT 0,
  -- Number of journal entries after the first: part of their keys.
  changes            integer NOT NULL DEFAULT 0 CHECK (changes >= 0),
  held_at            timestamptz NOT NULL,
  -- Set when it turned out to be the deposit's after all: out of suspense again, as if it had never been there.
  released_at        timestamptz,
  next_look_at       timestamptz,
  CHECK (provider_fee_minor <= amount_minor),
  CHECK (refunded_minor BETWEEN 0 AND amount_minor),
  CHECK ((reason = 'unknown_purchase') = (transaction_id IS NULL))
);
-- The held payments of one deposit.
CREATE INDEX suspense_payments_transaction_idx ON suspense_payments (transaction_id) WHERE transaction_id IS NOT NULL;
-- The sweeper finds what is to be looked at.
CREATE INDEX suspense_payments_next_look_idx ON suspense_payments (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE TRIGGER suspense_payments_no_delete BEFORE DELETE ON suspense_payments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_payments_no_truncate BEFORE TRUNCATE ON suspense_payments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A refund or a chargeback of a paid purchase, and a payment after the deposit has ended, are told by webhook only. Those can be lost, so
-- every purchase is read again now and then: for 60 days once it is paid, for a week if it is not.
ALTER TABLE revio_purchases ADD COLUMN next_look_at timestamptz;
UPDATE revio_purchases SET next_look_at = coalesce(credited_at, create_sent_at) + interval '1 hour' WHERE purchase_id IS NOT NULL;
-- The sweeper finds what is to be looked at.
CREATE INDEX revio_purchases_next_look_idx ON revio_purchases (next_look_at) WHERE next_look_at IS NOT NULL;

-- All breaks of one object, also the resolved ones: what two operators have decided does not come up again.
CREATE INDEX breaks_subject_idx ON breaks (subject);

GRANT SELECT, INSERT ON suspense_payments TO wallet_app;
GRANT UPDATE (refunded_minor, charged_back, status_history_length, changes, released_at, next_look_at) ON suspense_payments TO wallet_app;
GRANT UPDATE (next_look_at) ON revio_purchases TO wallet_app;
GRANT SELECT ON suspense_payments TO wallet_reader;
