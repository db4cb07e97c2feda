-- Which purchase paid for a deposit, and when the sweeper last made a job for something unfinished.

-- A deposit can have several purchases (a POST whose answer was lost), and all of them can be paid. Only the first one paid is what
-- was asked for: later news of it (refund, dispute) must not be mistaken for news of another.
ALTER TABLE revio_purchases ADD COLUMN credited_at timestamptz;
-- One purchase credits a deposit: the second credit fails here, in whatever process.
CREATE UNIQUE INDEX revio_purchases_one_credit_idx ON revio_purchases (transaction_id) WHERE credited_at IS NOT NULL;
GRANT UPDATE (credited_at) ON revio_purchases TO wallet_app;

-- The sweeper runs each minute, and what it finds may stay unfinished for hours (an outage at Revio). One job per subject and half hour
-- is enough; without this memory it would make hundreds.
CREATE TABLE sweeps (
  -- A transaction or a provider event.
  subject_id uuid PRIMARY KEY,
  swept_at   timestamptz NOT NULL
);
-- Old marks are deleted by time.
CREATE INDEX sweeps_swept_at_idx ON sweeps (swept_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sweeps TO wallet_app;
