-- How far the continuous checker has come, and what each day closed with.

-- One row per check: a cursor that walks through all there is, again and again.
CREATE TABLE integrity_checks (
  name                 text PRIMARY KEY,
  -- Key of the last row that this round looked at; null before the first.
  cursor               jsonb,
  round                bigint NOT NULL DEFAULT 1 CHECK (round > 0),
  round_started_at     timestamptz,
  round_findings       integer NOT NULL DEFAULT 0 CHECK (round_findings >= 0),
  -- False once a step found more than it could name: such a round proves nothing about what it did not name.
  round_complete       boolean NOT NULL DEFAULT true,
  last_step_at         timestamptz,
  -- The last pass through everything, by steps or at once: when it began and ended, and what it found.
  last_pass_started_at timestamptz,
  last_full_pass_at    timestamptz,
  last_pass_findings   integer,
  -- Chains: the highest link seen. A chain that lost its end would look whole otherwise.
  high_position        bigint,
  high_hash            bytea,
  CHECK ((high_position IS NULL) = (high_hash IS NULL))
);

-- One certificate a day, each naming the one before it.
CREATE TABLE day_closes (
  -- A day in Africa/Johannesburg.
  business_on     date PRIMARY KEY,
  -- The cut: what database transactions below this one wrote belongs to this day or one before it.
  boundary_xid    xid8 NOT NULL,
  -- The last link of the journal's chain below the cut; 0 if there is none.
  chain_position  bigint NOT NULL CHECK (chain_position >= 0),
  -- Its canonical form (RFC 8785) is what sha256 and signature are over.
  certificate     jsonb NOT NULL,
  sha256          bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
  previous_sha256 bytea UNIQUE CHECK (octet_length(previous_sha256) = 32),
  -- Ed25519, and the thumbprint (RFC 7638) of its key.
  signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
  key_id          text NOT NULL,
  closed_at       timestamptz NOT NULL
);
CREATE TRIGGER day_closes_append_only BEFORE UPDATE OR DELETE ON day_closes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_closes_no_truncate BEFORE TRUNCATE ON day_closes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_day_close() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_last day_closes;
BEGIN
  SELECT * INTO v_last FROM day_closes ORDER BY business_on DESC LIMIT 1;
  IF FOUND THEN
    IF NEW.business_on <> v_last.business_on + 1 OR NEW.previous_sha256 IS DISTINCT FROM v_last.sha256
      OR NEW.boundary_xid < v_last.boundary_xid OR NEW.chain_position < v_last.chain_position THEN
      RAISE EXCEPTION 'the day after % is closed next, from where that one ended', v_last.business_on USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.previous_sha256 IS NOT NULL THEN
    RAISE EXCEPTION 'the first day has none before it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER day_closes_in_order BEFORE INSERT ON day_closes FOR EACH ROW EXECUTE FUNCTION check_day_close();

-- While money is stopped for everybody no payout is taken for execution, whatever code path comes to it.
CREATE FUNCTION refuse_while_stopped() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Who stops takes this lock alone (20261125000600): what is read after it holds until we commit.
  PERFORM pg_advisory_xact_lock_shared((6::bigint << 56) | 3);
  IF EXISTS (SELECT 1 FROM outgoing_switch WHERE stopped_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payout % may not be executed: no money may leave', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER revio_payouts_stopped BEFORE UPDATE ON revio_payouts FOR EACH ROW
  WHEN (OLD.execute_sent_at IS NULL AND NEW.execute_sent_at IS NOT NULL) EXECUTE FUNCTION refuse_while_stopped();

GRANT SELECT, INSERT, UPDATE ON integrity_checks TO wallet_app;
GRANT SELECT, INSERT ON day_closes TO wallet_app;
GRANT SELECT ON integrity_checks, day_closes TO wallet_reader;
