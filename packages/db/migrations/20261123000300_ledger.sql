-- The double-entry ledger. One function writes it (post_journal_entries); the application role cannot write these
-- tables in any other way, and what the function asserts is asserted again by the triggers.

CREATE TABLE ledger_accounts (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- 'house:revio_float:ZAR' or 'user:<user id>:available:ZAR'
  code        text NOT NULL UNIQUE,
  type        text NOT NULL CHECK (type IN ('asset', 'liability', 'income', 'expense')),
  normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit')),
  currency    text NOT NULL REFERENCES currencies (code),
  -- null: an account of the house
  user_id     uuid REFERENCES users (id),
  name        text NOT NULL,
  created_at  timestamptz NOT NULL,
  CHECK (normal_side = CASE WHEN type IN ('asset', 'expense') THEN 'debit' ELSE 'credit' END),
  CHECK (code = CASE WHEN user_id IS NULL THEN 'house:' ELSE 'user:' || user_id || ':' END || name || ':' || currency)
);
-- A user's accounts: balance.get, locks.
CREATE INDEX ledger_accounts_user_id_idx ON ledger_accounts (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE journal_entries (
  id             uuid PRIMARY KEY,
  -- Order of insertion, for people and paging; not a commit order.
  sequence       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- '<event>:<subject id>': the same business event can be posted only once.
  entry_key      text NOT NULL UNIQUE,
  event          text NOT NULL,
  transaction_id uuid REFERENCES transactions (id),
  -- SHA-256 of what was asked for: a repeated key must ask for the same.
  fingerprint    bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  occurred_at    timestamptz NOT NULL,
  posted_at      timestamptz NOT NULL,
  created_xid    xid8 NOT NULL DEFAULT pg_current_xact_id()
);
-- All entries of one transaction: its double-entry view.
CREATE INDEX journal_entries_transaction_idx ON journal_entries (transaction_id) WHERE transaction_id IS NOT NULL;
-- The journal by time, and balances as of an instant.
CREATE INDEX journal_entries_posted_at_idx ON journal_entries (posted_at);

-- No foreign keys to ledger_accounts and journal_entries: a foreign key takes a share lock on the row it names, and on a
-- house account that one row would be locked by every posting at once. check_postings() asserts the same, and
-- neither table can lose a row.
CREATE TABLE postings (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journal_entry_id  uuid NOT NULL,
  ledger_account_id bigint NOT NULL,
  currency          text NOT NULL,
  direction         text NOT NULL,
  amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
  -- User accounts only, in their normal side; house accounts have no running balance (they are never locked).
  balance_before_minor bigint,
  balance_after_minor  bigint CHECK (balance_after_minor >= 0),
  posted_at         timestamptz NOT NULL,
  created_xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- An account stands once in an entry; also the way from an entry to its postings.
  UNIQUE (journal_entry_id, ledger_account_id)
  -- The rest is in check_postings(): PostgreSQL reads the text of a CHECK anew in every statement, a trigger's plan once.
);
-- An account's postings from a checkpoint on; statements.
CREATE INDEX postings_account_idx ON postings (ledger_account_id, created_xid);

CREATE TABLE balances (
  ledger_account_id bigint PRIMARY KEY REFERENCES ledger_accounts (id),
  user_id           uuid NOT NULL REFERENCES users (id),
  currency          text NOT NULL REFERENCES currencies (code),
  amount_minor      bigint NOT NULL CHECK (amount_minor >= 0),
  -- Number of postings so far: a lost or doubled update shows.
  version           bigint NOT NULL,
  updated_at        timestamptz NOT NULL
) WITH (fillfactor = 70); -- room for in-page updates
-- balance.get reads all balances of one user.
CREATE INDEX balances_user_id_idx ON balances (user_id);

-- House accounts: the sum of all postings below boundary_xid. A read adds the postings from boundary_xid on.
CREATE TABLE balance_checkpoints (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ledger_account_id bigint NOT NULL REFERENCES ledger_accounts (id),
  boundary_xid      xid8 NOT NULL,
  amount_minor      numeric(38, 0) NOT NULL,
  postings_count    bigint NOT NULL,
  -- Latest posted_at inside: balances as of an instant may start here if it is not later than the instant.
  last_posted_at    timestamptz,
  created_at        timestamptz NOT NULL,
  -- The newest checkpoint of an account; the same fold twice is one row.
  UNIQUE (ledger_account_id, boundary_xid)
);

-- Advisory lock space of the wallet: class in the top byte. 1 = ledger account, 2 = migration. (pg-boss and the migration tool use hashed keys;
-- a collision costs waiting, never a deadlock, because ours are taken in sorted order.)
CREATE FUNCTION account_lock_key(p_account_id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (1::bigint << 56) | p_account_id;

-- Locks before anything is read, each waiting for the one before it, in one order for everybody.
CREATE FUNCTION lock_accounts(p_codes text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE v_account_id bigint;
BEGIN
  FOR v_account_id IN SELECT a.id FROM ledger_accounts a WHERE a.code = ANY (p_codes) AND a.user_id IS NOT NULL ORDER BY a.id LOOP
    PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));
  END LOOP;
END $$;

-- Plans are cached for as long as a connection lives. One made while a table is young would scan it whole, also when it has
-- grown: hence no sequential scans in the functions that read the ledger.
CREATE FUNCTION check_postings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  -- Each entry is balanced after this statement, not only at commit. What stood before summed to zero for the same reason, so only
  -- the new rows count. An entry of an earlier database transaction is sealed.
  PERFORM 1 FROM new_postings n
  GROUP BY n.journal_entry_id, n.currency
  HAVING sum(CASE n.direction WHEN 'debit' THEN n.amount_minor ELSE -n.amount_minor END) <> 0
    OR (SELECT e.created_xid FROM journal_entries e WHERE e.id = n.journal_entry_id) IS DISTINCT FROM pg_current_xact_id()
    OR bool_or((
      SELECT n.direction IN ('debit', 'credit') AND CASE WHEN a.user_id IS NULL
        THEN num_nonnulls(n.balance_before_minor, n.balance_after_minor) = 0
        ELSE n.balance_before_minor >= 0
          AND n.balance_after_minor - n.balance_before_minor = CASE n.direction WHEN a.normal_side THEN n.amount_minor ELSE -n.amount_minor END
      END
      FROM ledger_accounts a WHERE a.id = n.ledger_account_id AND a.currency = n.currency
    ) IS NOT TRUE);
  IF FOUND THEN
    RAISE EXCEPTION 'postings must sum to zero per currency, belong to an entry of this database transaction, and fit their accounts'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_check AFTER INSERT ON postings REFERENCING NEW TABLE AS new_postings
  FOR EACH STATEMENT EXECUTE FUNCTION check_postings();

CREATE FUNCTION check_journal_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  -- That they sum to zero, check_postings() asserted when they came in; here it remains that they did come in.
  IF NOT EXISTS (SELECT 1 FROM postings p WHERE p.journal_entry_id = NEW.id) THEN
    RAISE EXCEPTION 'journal entry % needs at least two postings that sum to zero', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_entries_balanced AFTER INSERT ON journal_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_entry();

CREATE TRIGGER journal_entries_append_only BEFORE UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_entries_no_truncate BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_append_only BEFORE UPDATE OR DELETE ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_no_truncate BEFORE TRUNCATE ON ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balance_checkpoints_append_only BEFORE UPDATE OR DELETE ON balance_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balance_checkpoints_no_truncate BEFORE TRUNCATE ON balance_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balances_no_delete BEFORE DELETE ON balances FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balances_no_truncate BEFORE TRUNCATE ON balances FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Chart of accounts, house side.
CREATE FUNCTION open_house_accounts(p_currency text, p_at timestamptz) RETURNS void LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO ledger_accounts (code, type, normal_side, currency, name, created_at)
  SELECT 'house:' || h.name || ':' || p_currency, h.type, CASE WHEN h.type IN ('asset', 'expense') THEN 'debit' ELSE 'credit' END,
         p_currency, h.name, p_at
  FROM (VALUES
    ('revio_float', 'asset'),          -- our money at Revio, both their balances
    ('suspense', 'liability'),         -- money received that belongs to nobody we can name yet
    ('payout_returns', 'liability'),   -- payouts that came back from the bank, before they are credited
    ('provider_fees', 'expense'),      -- what Revio charges us
    ('fee_income', 'income'),          -- what we charge users
    ('chargeback_losses', 'expense'),  -- chargeback fees and written-off receivables
    ('adjustments', 'expense')         -- the other side of approved corrections
  ) AS h (name, type)
  ON CONFLICT (code) DO NOTHING
$$;
SELECT open_house_accounts('ZAR', now());

-- Opens available, pending and receivable for a user. Runs again without effect.
CREATE FUNCTION open_user_accounts(p_user_id uuid, p_currency text, p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH opened AS (
    INSERT INTO ledger_accounts (code, type, normal_side, currency, user_id, name, created_at)
    SELECT 'user:' || p_user_id || ':' || u.name || ':' || p_currency, u.type,
           CASE u.type WHEN 'asset' THEN 'debit' ELSE 'credit' END, p_currency, p_user_id, u.name, p_at
    FROM (VALUES
      ('available', 'liability'),  -- what the user may spend
      ('pending', 'liability'),    -- reserved for withdrawals on their way out
      ('receivable', 'asset')      -- what the user owes us after a chargeback of money already gone
    ) AS u (name, type)
    ON CONFLICT (code) DO NOTHING
    RETURNING id, user_id, currency
  )
  INSERT INTO balances (ledger_account_id, user_id, currency, amount_minor, version, updated_at)
  SELECT id, user_id, currency, 0, 0, p_at FROM opened
$$;
REVOKE EXECUTE ON FUNCTION open_house_accounts, open_user_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_user_accounts TO wallet_app;

GRANT SELECT ON ledger_accounts, journal_entries, postings, balances, balance_checkpoints TO wallet_app, wallet_reader;
