/** Tables of the sandbox. `document` columns hold the REST body; the columns beside it are for queries. */
export const schema = `
CREATE TABLE IF NOT EXISTS stored_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS purchases (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  reference TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  document TEXT NOT NULL,
  last_refund_ms INTEGER,
  status_before_refund TEXT,
  pending_refund_minor INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS purchases_by_reference ON purchases (reference);

-- A card payment that waits for 3-D Secure or for a slow acquirer.
CREATE TABLE IF NOT EXISTS attempts (
  id TEXT PRIMARY KEY,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  state TEXT NOT NULL CHECK (state IN ('three_d_secure', 'processing', 'done')),
  card TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

-- Refunds, chargebacks and their reversals: Revio's Payment object.
CREATE TABLE IF NOT EXISTS payments (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  purchase_id TEXT NOT NULL REFERENCES purchases (id),
  kind TEXT NOT NULL CHECK (kind IN ('refund', 'chargeback', 'chargeback_reversal')),
  created_ms INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS payouts (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  reference TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  executions INTEGER NOT NULL DEFAULT 0,
  scenario TEXT,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payouts_by_reference ON payouts (reference);

-- One row per payment instruction sent to the bank: two rows for one payout mean it was paid twice.
CREATE TABLE IF NOT EXISTS payout_payments (
  id TEXT PRIMARY KEY,
  payout_id TEXT NOT NULL REFERENCES payouts (id),
  mode TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  fee_minor INTEGER NOT NULL CHECK (fee_minor >= 0),
  state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'failed', 'returned')),
  scenario TEXT NOT NULL,
  executed_ms INTEGER NOT NULL,
  settled_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS payout_payments_by_payout ON payout_payments (payout_id);

-- The books: what really happened to money. Append-only; the balance is its sum.
CREATE TABLE IF NOT EXISTS movements (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  mode TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'chargeback', 'chargeback_reversal', 'payout', 'payout_return')),
  object_id TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  reference TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  fee_minor INTEGER NOT NULL CHECK (fee_minor >= 0),
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS movements_by_object ON movements (object_id);

CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  private_key TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  mode TEXT NOT NULL,
  event TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_by_object ON events (object_id);

CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  mode TEXT NOT NULL,
  webhook_id TEXT,
  url TEXT NOT NULL,
  event TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  queue_key TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  skips_queue INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'held', 'delivered', 'failed', 'dropped', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL,
  first_attempt_ms INTEGER,
  next_attempt_ms INTEGER NOT NULL,
  delivered_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_open ON deliveries (queue_key, event_seq)
  WHERE state IN ('pending', 'sending', 'held');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (next_attempt_ms) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_by_object ON deliveries (object_id, object_type);

CREATE TABLE IF NOT EXISTS delivery_attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery_id TEXT NOT NULL,
  attempted_ms INTEGER NOT NULL,
  http_status INTEGER,
  error_message TEXT NOT NULL,
  fault TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_attempts_by_delivery ON delivery_attempts (delivery_id);

CREATE TABLE IF NOT EXISTS tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  due_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS tasks_due ON tasks (due_ms);

CREATE TABLE IF NOT EXISTS faults (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL CHECK (scope IN ('api', 'webhook', 'payout', 'statement')),
  rule TEXT NOT NULL,
  remaining INTEGER,
  hits INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS statements (
  id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  document TEXT NOT NULL,
  content TEXT
) STRICT;
`;
