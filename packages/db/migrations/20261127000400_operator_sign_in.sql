-- How operators sign in: by invitation only, with a password and then a passkey or a code of an authenticator app. Their sessions live
-- here and nowhere else: one that is ended is over at the next request. The application role writes no operator and no role by itself.

ALTER TABLE data_keys DROP CONSTRAINT data_keys_purpose_check;
ALTER TABLE data_keys ADD CONSTRAINT data_keys_purpose_check CHECK (purpose IN ('user', 'provider', 'operator')) NOT VALID;
ALTER TABLE data_keys VALIDATE CONSTRAINT data_keys_purpose_check;

ALTER TABLE operators
  ADD COLUMN password_hash text CHECK (password_hash LIKE '$argon2id$%'),
  ADD COLUMN password_changed_at timestamptz,
  -- Encrypts the secret of their authenticator app.
  ADD COLUMN data_key_id uuid UNIQUE REFERENCES data_keys (id);
COMMENT ON TABLE operators IS 'Staff who sign in to the console. Without a password nobody can sign in as them.';

CREATE TABLE operator_invites (
  id           uuid PRIMARY KEY,
  email        text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 320),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 128),
  role         text NOT NULL CHECK (role IN ('viewer', 'support', 'operator', 'reconciliation_maker', 'reconciliation_checker', 'administrator')),
  -- SHA-256 of 32 random bytes: a copy of the table accepts no invitation.
  token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  -- Null: the first operator of all, invited by a command.
  invited_by   uuid REFERENCES operators (id),
  invited_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  operator_id  uuid UNIQUE REFERENCES operators (id),
  revoked_at   timestamptz,
  CHECK (expires_at > invited_at),
  CHECK ((accepted_at IS NULL) = (operator_id IS NULL)),
  CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
-- One open invitation per address.
CREATE UNIQUE INDEX operator_invites_open_email_idx ON operator_invites (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
COMMENT ON TABLE operator_invites IS 'Invitations to be an operator: the only way to become one.';

CREATE TABLE operator_sessions (
  id              uuid PRIMARY KEY,
  operator_id     uuid NOT NULL REFERENCES operators (id),
  -- SHA-256 of 32 random bytes. Another one once the second factor has passed: what was set before signing in is worth nothing after.
  token_hash      bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  -- Null: only the password so far.
  factor          text CHECK (factor IN ('passkey', 'totp', 'recovery_code')),
  created_at      timestamptz NOT NULL,
  last_used_at    timestamptz NOT NULL,
  idle_expires_at timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  end_reason      text CHECK (end_reason IN ('signed_out', 'revoked', 'operator_suspended', 'role_changed', 'password_changed', 'expired')),
  -- What is shown in the list of sessions; cut to 200 characters, never used for a decision.
  user_agent      text CHECK (length(user_agent) <= 200),
  ip_address      text CHECK (length(ip_address) <= 64),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
-- All open sessions of one operator: to list them, and to end them.
CREATE INDEX operator_sessions_open_idx ON operator_sessions (operator_id) WHERE ended_at IS NULL;

CREATE TABLE operator_passkeys (
  id            uuid PRIMARY KEY,
  operator_id   uuid NOT NULL REFERENCES operators (id),
  credential_id bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  -- COSE, as the authenticator gave it.
  public_key    bytea NOT NULL,
  -- Signature counter; an authenticator that goes back was cloned. Many never count.
  sign_count    bigint NOT NULL CHECK (sign_count >= 0),
  transports    text[] NOT NULL,
  label         text NOT NULL CHECK (length(label) BETWEEN 1 AND 64),
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz
);
-- The passkeys of one operator: to offer them at sign-in, and to list them.
CREATE INDEX operator_passkeys_operator_id_idx ON operator_passkeys (operator_id);

CREATE TABLE operator_totp_factors (
  operator_id       uuid PRIMARY KEY REFERENCES operators (id),
  secret_ciphertext bytea NOT NULL,
  created_at        timestamptz NOT NULL,
  confirmed_at      timestamptz,
  -- The last accepted 30-second step: a code is good once.
  last_used_step    bigint
);

CREATE TABLE operator_recovery_codes (
  id          uuid PRIMARY KEY,
  operator_id uuid NOT NULL REFERENCES operators (id),
  code_hash   bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  created_at  timestamptz NOT NULL,
  used_at     timestamptz,
  UNIQUE (operator_id, code_hash)
);

-- What an authenticator is asked to sign: good for minutes, in one session, for one purpose, once.
CREATE TABLE operator_challenges (
  id         uuid PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES operator_sessions (id),
  purpose    text NOT NULL CHECK (purpose IN ('register_passkey', 'sign_in', 'step_up')),
  challenge  bytea NOT NULL CHECK (octet_length(challenge) = 32),
  -- SHA-256 of the action that a step-up is for, with all that it says.
  bound_to   bytea CHECK (octet_length(bound_to) = 32),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CHECK ((purpose = 'step_up') = (bound_to IS NOT NULL))
);
-- Clean-up by age.
CREATE INDEX operator_challenges_expires_at_idx ON operator_challenges (expires_at);

-- A fresh factor given for one action; the action uses it up.
CREATE TABLE operator_step_ups (
  id         uuid PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES operator_sessions (id),
  bound_to   bytea NOT NULL CHECK (octet_length(bound_to) = 32),
  factor     text NOT NULL CHECK (factor IN ('passkey', 'totp')),
  granted_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
-- Clean-up by age.
CREATE INDEX operator_step_ups_expires_at_idx ON operator_step_ups (expires_at);

-- An operator comes to be by an invitation that is open, and with the role that it names.
CREATE FUNCTION accept_operator_invite(p_token_hash bytea, p_operator_id uuid, p_password_hash text, p_at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_invite operator_invites;
BEGIN
  SELECT * INTO v_invite FROM operator_invites i WHERE i.token_hash = p_token_hash FOR UPDATE;
  IF NOT FOUND OR v_invite.accepted_at IS NOT NULL OR v_invite.revoked_at IS NOT NULL OR v_invite.expires_at <= p_at THEN
    RETURN NULL;
  END IF;
  INSERT INTO operators (id, email, display_name, role, status, password_hash, password_changed_at, created_at)
  VALUES (p_operator_id, v_invite.email, v_invite.display_name, v_invite.role, 'active', p_password_hash, p_at, p_at);
  UPDATE operator_invites SET accepted_at = p_at, operator_id = p_operator_id WHERE id = v_invite.id;
  RETURN v_invite.id;
END $$;

-- Only while there is nobody: afterwards an administrator invites. An earlier invitation that nobody took is replaced.
CREATE FUNCTION invite_first_operator(p_id uuid, p_email text, p_display_name text, p_token_hash bytea, p_at timestamptz, p_expires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  LOCK TABLE operator_invites IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT 1 FROM operators) THEN
    RETURN false;
  END IF;
  UPDATE operator_invites SET revoked_at = p_at WHERE accepted_at IS NULL AND revoked_at IS NULL;
  INSERT INTO operator_invites (id, email, display_name, role, token_hash, invited_by, invited_at, expires_at)
  VALUES (p_id, p_email, p_display_name, 'administrator', p_token_hash, NULL, p_at, p_expires_at);
  RETURN true;
END $$;

-- Invitations by people: an active administrator's, whoever writes the row.
CREATE FUNCTION check_operator_invite() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.invited_by IS NULL THEN
    IF EXISTS (SELECT 1 FROM operators) THEN
      RAISE EXCEPTION 'only an administrator invites operators' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    -- Locked, so that they are not suspended meanwhile.
    PERFORM 1 FROM operators o WHERE o.id = NEW.invited_by AND o.status = 'active' AND o.role = 'administrator' FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only an administrator invites operators' USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER operator_invites_by_administrator BEFORE INSERT ON operator_invites FOR EACH ROW EXECUTE FUNCTION check_operator_invite();

REVOKE EXECUTE ON FUNCTION accept_operator_invite, invite_first_operator FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_operator_invite, invite_first_operator TO wallet_app;

GRANT UPDATE (password_hash, password_changed_at, data_key_id) ON operators TO wallet_app;
GRANT SELECT, INSERT ON operator_invites, operator_sessions, operator_passkeys, operator_totp_factors, operator_recovery_codes,
  operator_challenges, operator_step_ups TO wallet_app;
GRANT UPDATE (revoked_at) ON operator_invites TO wallet_app;
GRANT UPDATE (token_hash, factor, last_used_at, idle_expires_at, expires_at, ended_at, end_reason) ON operator_sessions TO wallet_app;
GRANT UPDATE (sign_count, last_used_at, label) ON operator_passkeys TO wallet_app;
GRANT UPDATE (secret_ciphertext, created_at, confirmed_at, last_used_step) ON operator_totp_factors TO wallet_app;
GRANT UPDATE (used_at) ON operator_recovery_codes, operator_challenges, operator_step_ups TO wallet_app;
GRANT DELETE ON operator_passkeys, operator_totp_factors, operator_recovery_codes, operator_challenges, operator_step_ups TO wallet_app;

-- The read client sees who there is, never what they sign in with.
REVOKE SELECT ON operators FROM wallet_reader;
GRANT SELECT (id, email, display_name, role, status, created_at, password_changed_at) ON operators TO wallet_reader;
GRANT SELECT (id, email, display_name, role, invited_by, invited_at, expires_at, accepted_at, operator_id, revoked_at) ON operator_invites TO wallet_reader;
GRANT SELECT (id, operator_id, factor, created_at, last_used_at, idle_expires_at, expires_at, ended_at, end_reason, user_agent, ip_address)
  ON operator_sessions TO wallet_reader;
GRANT SELECT (id, operator_id, label, transports, created_at, last_used_at) ON operator_passkeys TO wallet_reader;
