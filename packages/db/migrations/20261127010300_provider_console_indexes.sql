-- Operators look through webhooks and the audit trail: newest first at any depth, by whatever they filter by.

CREATE INDEX provider_events_received_idx ON provider_events (received_at, id);
CREATE INDEX provider_events_state_idx ON provider_events (state, received_at, id);
CREATE INDEX provider_events_type_idx ON provider_events (event_type, received_at, id);
CREATE INDEX provider_events_outcome_idx ON provider_events (outcome, received_at, id) WHERE outcome IS NOT NULL;
CREATE INDEX provider_events_transaction_idx ON provider_events (transaction_id, received_at, id) WHERE transaction_id IS NOT NULL;

ALTER TABLE provider_deliveries
  -- Why the signature did not fit; null where it did, and for deliveries from before this column.
  ADD COLUMN signature_reason text CHECK (signature_reason IN ('missing_signature', 'malformed_signature', 'no_keys', 'no_match', 'bad_input')),
  -- The database transaction that wrote it: the order in which live updates tell of it. Null for those from before this column.
  ADD COLUMN created_xid xid8;
ALTER TABLE provider_deliveries ALTER COLUMN created_xid SET DEFAULT pg_current_xact_id();
CREATE INDEX provider_deliveries_received_idx ON provider_deliveries (received_at, id);
CREATE INDEX provider_deliveries_xid_idx ON provider_deliveries (created_xid, id);

-- "What of this kind happened?", and which sequences a period has.
CREATE INDEX audit_events_action_idx ON audit_events (action, sequence);
CREATE INDEX audit_events_occurred_idx ON audit_events (occurred_at, sequence);
-- "What did operators do?": few among all that happens.
CREATE INDEX audit_events_operators_idx ON audit_events (sequence) WHERE actor_kind = 'operator';
