-- The operators' list of transactions, over all users: each filter has an index that also gives the order, so that a page costs the same
-- at any depth.

CREATE INDEX transactions_created_idx ON transactions (created_at, id);
CREATE INDEX transactions_status_idx ON transactions (kind, status, created_at, id);
CREATE INDEX transactions_amount_idx ON transactions (amount_minor, created_at, id);
CREATE INDEX transactions_failure_idx ON transactions (failure_code, created_at, id) WHERE failure_code IS NOT NULL;
-- By the beginning of a reference, whatever the database sorts by.
CREATE INDEX transactions_reference_prefix_idx ON transactions (reference text_pattern_ops);
-- Proposals to correct a transaction name it in what they propose.
CREATE INDEX approvals_corrected_transaction_idx ON approvals ((proposal ->> 'transactionId')) WHERE kind = 'adjustment';
CREATE INDEX approvals_break_idx ON approvals (break_id) WHERE break_id IS NOT NULL;
