-- The raw floor: the rows of one posting, written by hand, with nothing that guards them. Twins of the ledger's tables with the same
-- columns, primary keys and indexes; no triggers, no foreign keys, no checks, no locks but those of the rows. What the ledger
-- adds costs the difference.
CREATE SCHEMA floor;
CREATE TABLE floor.journal_entries (LIKE public.journal_entries INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE floor.postings (LIKE public.postings INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE floor.balances (LIKE public.balances INCLUDING DEFAULTS INCLUDING INDEXES) WITH (fillfactor = 70);
INSERT INTO floor.balances SELECT * FROM public.balances;

-- The caller has looked up the account ids and made the fingerprint: neither is the floor's work.
CREATE FUNCTION floor.post(
  p_id uuid, p_key text, p_fingerprint bytea, p_house_id bigint, p_user_id bigint, p_amount_minor bigint, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_balance bigint;
BEGIN
  INSERT INTO floor.journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at)
  VALUES (p_id, p_key, 'bench.posted', p_fingerprint, p_at, p_at);
  UPDATE floor.balances b
  SET amount_minor = b.amount_minor + p_amount_minor, version = b.version + 1, updated_at = p_at
  WHERE b.ledger_account_id = p_user_id
  RETURNING b.amount_minor INTO v_balance;
  INSERT INTO floor.postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, balance_before_minor, balance_after_minor, posted_at)
  VALUES (p_id, p_house_id, 'ZAR', 'debit', p_amount_minor, NULL, NULL, p_at),
         (p_id, p_user_id, 'ZAR', 'credit', p_amount_minor, v_balance - p_amount_minor, v_balance, p_at);
END $$;

-- The guarded floor: the same rows by the same hand into the ledger's own tables, so their triggers, checks and foreign keys
-- count on both sides. What is left of the difference is post_journal_entries() itself.
CREATE FUNCTION floor.post_guarded(
  p_id uuid, p_key text, p_fingerprint bytea, p_house_id bigint, p_user_id bigint, p_amount_minor bigint, p_at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_balance bigint;
BEGIN
  INSERT INTO public.journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at)
  VALUES (p_id, p_key, 'bench.posted', p_fingerprint, p_at, p_at);
  UPDATE public.balances b
  SET amount_minor = b.amount_minor + p_amount_minor, version = b.version + 1, updated_at = p_at
  WHERE b.ledger_account_id = p_user_id
  RETURNING b.amount_minor INTO v_balance;
  INSERT INTO public.postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, balance_before_minor, balance_after_minor, posted_at)
  VALUES (p_id, p_house_id, 'ZAR', 'debit', p_amount_minor, NULL, NULL, p_at),
         (p_id, p_user_id, 'ZAR', 'credit', p_amount_minor, v_balance - p_amount_minor, v_balance, p_at);
END $$;

GRANT USAGE ON SCHEMA floor TO wallet_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA floor TO wallet_app;
