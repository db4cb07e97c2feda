-- The checker reads the status changes of one closed day, the database transactions between two cuts, all day long: without
-- this it would read the whole history each time.
CREATE INDEX transaction_events_xid_idx ON transaction_events (created_xid);
