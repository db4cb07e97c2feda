-- Users, their sessions and factors, and the keys that protect personal data.
-- Personal data is stored only as ciphertext (AES-256-GCM under a data key of its own; see core/src/encryption).
-- Times are always parameters: no column that a decision depends on defaults to now().

CREATE TABLE data_keys (
  id                    uuid PRIMARY KEY,
  purpose               text NOT NULL CHECK (purpose IN ('user', 'provider')),
  wrapped_key           bytea NOT NULL,
  -- Which key-encryption key wraps it; rotation rewraps the row, the data stays as it is.
  key_encryption_key_id text NOT NULL,
  created_at            timestamptz NOT NULL,
  rewrapped_at          timestamptz
);
-- Rotation: find the data keys that an old key-encryption key still wraps.
CREATE INDEX data_keys_key_encryption_key_id_idx ON data_keys (key_encryption_key_id);
COMMENT ON TABLE data_keys IS 'Envelope encryption: one wrapped AES-256 key per user (erasing it erases the person), and one per period for provider payloads.';

CREATE TABLE users (
  id                   uuid PRIMARY KEY,
  status               text NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
  -- Blind index: HMAC-SHA-256 of the normalised address, so that sign-in can find the row without plain text.
  email_lookup         bytea NOT NULL UNIQUE CHECK (octet_length(email_lookup) = 32),
  email_ciphertext     bytea NOT NULL,
  full_name_ciphertext bytea NOT NULL,
  phone_ciphertext     bytea,
  data_key_id          uuid NOT NULL UNIQUE REFERENCES data_keys (id),
  password_hash        text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  password_changed_at  timestamptz NOT NULL,
  -- Set when money may no longer leave (chargeback shortfall, failed check); sign-in and deposits stay possible.
  outgoing_frozen_at   timestamptz,
  outgoing_frozen_reason text,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  CHECK ((outgoing_frozen_at IS NULL) = (outgoing_frozen_reason IS NULL))
);
COMMENT ON TABLE users IS 'Customers of the partner, who hold money.';

CREATE TABLE sessions (
  id              uuid PRIMARY KEY,
  user_id         uuid NOT NULL REFERENCES users (id),
  created_at      timestamptz NOT NULL,
  last_used_at    timestamptz NOT NULL,
  idle_expires_at timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  end_reason      text CHECK (end_reason IN ('signed_out', 'reuse_detected', 'user_suspended', 'password_changed', 'revoked', 'expired')),
  -- What the user sees in "your devices"; cut to 200 characters, never used for a decision.
  user_agent      text CHECK (length(user_agent) <= 200),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
-- "Sign out everywhere" and suspension end all open sessions of one user.
CREATE INDEX sessions_open_by_user_idx ON sessions (user_id) WHERE ended_at IS NULL;
COMMENT ON TABLE sessions IS 'A sign-in and all refresh tokens that descend from it (the token family).';

CREATE TABLE refresh_tokens (
  id          uuid PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES sessions (id),
  -- SHA-256 of 32 random bytes: a copy of the table opens no session.
  token_hash  bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  issued_at   timestamptz NOT NULL,
  used_at     timestamptz
);
-- Ending a session and the clean-up job walk the tokens of one session.
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

CREATE TABLE totp_factors (
  user_id           uuid PRIMARY KEY REFERENCES users (id),
  secret_ciphertext bytea NOT NULL,
  created_at        timestamptz NOT NULL,
  confirmed_at      timestamptz,
  -- The last accepted 30-second step: a code is good once.
  last_used_step    bigint
);

CREATE TABLE recovery_codes (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES users (id),
  code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  created_at timestamptz NOT NULL,
  used_at    timestamptz,
  UNIQUE (user_id, code_hash)
);

CREATE TABLE bank_accounts (
  id                          uuid PRIMARY KEY,
  user_id                     uuid NOT NULL REFERENCES users (id),
  status                      text NOT NULL CHECK (status IN ('active', 'removed')),
  bank_name                   text NOT NULL,
  branch_code                 text NOT NULL CHECK (branch_code ~ '^[0-9]{6}$'),
  account_type                text NOT NULL CHECK (account_type IN ('current', 'savings', 'transmission')),
  account_number_ciphertext   bytea NOT NULL,
  account_holder_ciphertext   bytea NOT NULL,
  -- HMAC of branch code and number: finds the same account twice without reading it.
  account_lookup              bytea NOT NULL CHECK (octet_length(account_lookup) = 32),
  last_four                   text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
  created_at                  timestamptz NOT NULL,
  removed_at                  timestamptz,
  CHECK ((status = 'removed') = (removed_at IS NOT NULL))
);
-- A user adds an account once; after removal it may be added again.
CREATE UNIQUE INDEX bank_accounts_active_once_idx ON bank_accounts (user_id, account_lookup) WHERE status = 'active';
-- bankAccount.list, and the count that caps it.
CREATE INDEX bank_accounts_user_id_idx ON bank_accounts (user_id, created_at);

-- Counters of rate-limiter-flexible (its column names); worthless after a crash, so not in the write-ahead log.
CREATE UNLOGGED TABLE rate_limits (
  key    varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
-- The library deletes expired counters by time.
CREATE INDEX rate_limits_expire_idx ON rate_limits (expire);

GRANT SELECT, INSERT, UPDATE ON data_keys, users, sessions, refresh_tokens, totp_factors, recovery_codes, bank_accounts TO wallet_app;
GRANT DELETE ON refresh_tokens, recovery_codes, totp_factors TO wallet_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO wallet_app;
-- The read client never sees credentials or keys.
GRANT SELECT ON sessions, bank_accounts TO wallet_reader;
GRANT SELECT (id, status, email_lookup, email_ciphertext, full_name_ciphertext, phone_ciphertext, data_key_id, password_changed_at,
  outgoing_frozen_at, outgoing_frozen_reason, created_at, updated_at) ON users TO wallet_reader;
