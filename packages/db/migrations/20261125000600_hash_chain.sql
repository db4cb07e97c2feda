-- Hash chains over the journal and the audit trail: what was chained cannot be changed, taken out or slipped in unseen, by nobody. A
-- job extends them behind posting, which knows nothing of it. The canonical form is described in docs/design/assurance.md.

-- Walks in the order of the chain. Appended at the right edge like the keys of these tables.
CREATE INDEX journal_entries_xid_idx ON journal_entries (created_xid, sequence);
-- The same for the audit trail.
CREATE INDEX audit_events_xid_idx ON audit_events (created_xid, sequence);

CREATE TABLE chain_links (
  stream        text NOT NULL CHECK (stream IN ('journal', 'audit')),
  -- 1, 2, 3 … without a gap.
  position      bigint NOT NULL CHECK (position > 0),
  -- What is chained: journal_entries.sequence or audit_events.sequence, and the database transaction that wrote it.
  item_sequence bigint NOT NULL,
  item_xid      xid8 NOT NULL,
  item_hash     bytea NOT NULL CHECK (octet_length(item_hash) = 32),
  -- SHA-256 of the chain_hash before it (32 zero bytes before the first) and item_hash.
  chain_hash    bytea NOT NULL CHECK (octet_length(chain_hash) = 32),
  chained_at    timestamptz NOT NULL,
  PRIMARY KEY (stream, position),
  -- Nothing is chained twice; from an entry to its link.
  UNIQUE (stream, item_sequence)
);
-- The head as of a cut between database transactions.
CREATE INDEX chain_links_xid_idx ON chain_links (stream, item_xid, position);
CREATE TRIGGER chain_links_append_only BEFORE UPDATE OR DELETE ON chain_links FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_links_no_truncate BEFORE TRUNCATE ON chain_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- "<bytes>:<value>," and "~," for null: fields that follow each other can be told apart whatever is in them.
CREATE FUNCTION netstring(p_value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_value IS NULL THEN '~,' ELSE octet_length(p_value) || ':' || p_value || ',' END;

CREATE FUNCTION epoch_micros(p_at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN (extract(epoch FROM p_at) * 1000000)::bigint::text;

-- Everything that an entry says, with its postings in the order of their ids and what their accounts are. Null if there is no such entry.
CREATE FUNCTION journal_entry_hash(p_sequence bigint) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT sha256(convert_to(
    netstring('journal_entry/1') || netstring(e.id::text) || netstring(e.sequence::text) || netstring(e.entry_key) || netstring(e.event)
    || netstring(e.transaction_id::text) || netstring(encode(e.fingerprint, 'hex')) || netstring(epoch_micros(e.occurred_at))
    || netstring(epoch_micros(e.posted_at)) || netstring(e.created_xid::text)
    || coalesce((
      SELECT string_agg(
        netstring(p.id::text) || netstring(a.code) || netstring(a.type) || netstring(a.normal_side) || netstring(p.currency)
        || netstring(p.direction) || netstring(p.amount_minor::text) || netstring(p.balance_before_minor::text)
        || netstring(p.balance_after_minor::text) || netstring(epoch_micros(p.posted_at)) || netstring(p.created_xid::text), '' ORDER BY p.id)
      FROM postings p LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE p.journal_entry_id = e.id
    ), ''), 'UTF8'))
  FROM journal_entries e WHERE e.sequence = p_sequence
$$;

CREATE FUNCTION audit_event_hash(p_sequence bigint) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
  SELECT sha256(convert_to(
    netstring('audit_event/1') || netstring(a.sequence::text) || netstring(epoch_micros(a.occurred_at)) || netstring(a.actor_kind)
    || netstring(a.actor_id) || netstring(a.action) || netstring(a.subject_kind) || netstring(a.subject_id) || netstring(a.details::text)
    || netstring(a.request_id) || netstring(a.created_xid::text), 'UTF8'))
  FROM audit_events a WHERE a.sequence = p_sequence
$$;

-- Adds up to p_limit links to a chain, and says how many. Whoever comes second while one is at work adds none. Advisory lock class 6
-- belongs to assurance: 1 and 2 the chains, 3 the switch of outgoing money, 4 the day close.
CREATE FUNCTION extend_hash_chain(p_stream text, p_limit integer, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_boundary xid8;
  v_head chain_links;
  v_item record;
  v_added integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock((6::bigint << 56) | CASE p_stream WHEN 'journal' THEN 1 ELSE 2 END) THEN
    RETURN 0;
  END IF;
  SELECT * INTO v_head FROM chain_links WHERE stream = p_stream ORDER BY position DESC LIMIT 1;
  IF NOT FOUND THEN
    v_head.position := 0;
    v_head.item_sequence := 0;
    v_head.item_xid := '0';
    v_head.chain_hash := decode(repeat('00', 32), 'hex');
  END IF;
  -- Below this every database transaction is over: nothing can still appear there, so the order is final.
  v_boundary := pg_snapshot_xmin(pg_current_snapshot());
  FOR v_item IN
    (SELECT e.created_xid AS xid, e.sequence, journal_entry_hash(e.sequence) AS hash FROM journal_entries e
     WHERE p_stream = 'journal' AND (e.created_xid, e.sequence) > (v_head.item_xid, v_head.item_sequence) AND e.created_xid < v_boundary
     ORDER BY e.created_xid, e.sequence LIMIT p_limit)
    UNION ALL
    (SELECT a.created_xid, a.sequence, audit_event_hash(a.sequence) FROM audit_events a
     WHERE p_stream = 'audit' AND (a.created_xid, a.sequence) > (v_head.item_xid, v_head.item_sequence) AND a.created_xid < v_boundary
     ORDER BY a.created_xid, a.sequence LIMIT p_limit)
    ORDER BY 1, 2
  LOOP
    v_head.position := v_head.position + 1;
    v_head.chain_hash := sha256(v_head.chain_hash || v_item.hash);
    INSERT INTO chain_links (stream, position, item_sequence, item_xid, item_hash, chain_hash, chained_at)
    VALUES (p_stream, v_head.position, v_item.sequence, v_item.xid, v_item.hash, v_head.chain_hash, p_at);
    v_added := v_added + 1;
  END LOOP;
  RETURN v_added;
END $$;

REVOKE EXECUTE ON FUNCTION extend_hash_chain FROM PUBLIC;
GRANT EXECUTE ON FUNCTION extend_hash_chain TO wallet_app;
GRANT SELECT ON chain_links TO wallet_app, wallet_reader;
