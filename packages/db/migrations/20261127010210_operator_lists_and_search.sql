-- Operators' lists of users and of the journal, and the search for any id: each filter has an index that also gives the order.

CREATE INDEX users_created_idx ON users (created_at, id);
CREATE INDEX users_status_idx ON users (status, created_at, id);
CREATE INDEX users_frozen_idx ON users (created_at, id) WHERE outgoing_frozen_at IS NOT NULL;
-- All sessions of a user, also those that are over.
CREATE INDEX sessions_by_user_idx ON sessions (user_id, created_at, id);

-- The journal by event.
CREATE INDEX journal_entries_event_idx ON journal_entries (event, posted_at, id);
-- The chart of accounts: few among the many of users.
CREATE INDEX ledger_accounts_house_idx ON ledger_accounts (code) WHERE user_id IS NULL;

-- Search: which transaction a key stands for, and what one request did.
CREATE INDEX idempotency_keys_key_idx ON idempotency_keys (key);
CREATE INDEX audit_events_request_idx ON audit_events (request_id) WHERE request_id IS NOT NULL;
-- The approvals of a transaction, of every kind and also decided ones.
CREATE INDEX approvals_transaction_idx ON approvals (transaction_id) WHERE transaction_id IS NOT NULL;
-- From a journal entry to the break that it resolved.
CREATE INDEX breaks_journal_entry_idx ON breaks (journal_entry_id) WHERE journal_entry_id IS NOT NULL;
