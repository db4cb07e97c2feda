/**
 * Who may do what, written down a second time: a grant that appears here or in a migration alone fails the test.
 * Letters: S select, I insert, U update, D delete. Column lists stand where a grant covers part of a table.
 */
export type Verb = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

export interface Grants {
  app: string;
  reader: string;
  appUpdates?: string[];
  readerSelects?: string[];
}

export const privilegeTable: Record<string, Grants> = {
  approval_rights: { app: "S", reader: "S" },
  approvals: {
    app: "SI",
    reader: "S",
    appUpdates: ["decided_at", "decided_by", "reason", "state"],
  },
  audit_events: { app: "SI", reader: "S" },
  balance_checkpoints: { app: "S", reader: "S" },
  balances: { app: "S", reader: "S" },
  bank_accounts: { app: "SIU", reader: "S" },
  break_notes: { app: "SI", reader: "S" },
  breaks: {
    app: "SI",
    reader: "S",
    appUpdates: [
      "amount_minor",
      "approval_id",
      "currency",
      "evidence",
      "journal_entry_id",
      "last_seen_at",
      "owner_id",
      "resolution",
      "resolved_at",
      "severity",
      "state",
      "transaction_id",
    ],
  },
  currencies: { app: "S", reader: "S" },
  data_keys: { app: "SIU", reader: "" },
  idempotency_keys: {
    app: "SI",
    reader: "",
    appUpdates: ["completed_at", "leased_until", "response", "transaction_id"],
  },
  journal_entries: { app: "S", reader: "S" },
  ledger_accounts: { app: "S", reader: "S" },
  operators: { app: "S", reader: "S" },
  outgoing_switch: { app: "S", reader: "S", appUpdates: ["reason", "stopped_at"] },
  postings: { app: "S", reader: "S" },
  provider_deliveries: { app: "SID", reader: "S" },
  provider_events: {
    app: "SI",
    reader: "",
    appUpdates: ["outcome", "settled_at", "state", "transaction_id"],
    // Not the body: it holds personal data and execution URLs.
    readerSelects: [
      "body_sha256",
      "event_type",
      "id",
      "key_id",
      "object_id",
      "object_type",
      "outcome",
      "received_at",
      "settled_at",
      "state",
      "transaction_id",
    ],
  },
  rate_limits: { app: "SIUD", reader: "" },
  reconciliation_runs: {
    app: "SI",
    reader: "S",
    appUpdates: [
      "break_count",
      "checked_count",
      "completed_at",
      "cursor",
      "download",
      "failure",
      "file_bytes",
      "file_sha256",
      "line_count",
      "phase",
      "state",
      "statement_id",
      "updated_at",
    ],
  },
  recovery_codes: { app: "SIUD", reader: "" },
  refresh_tokens: { app: "SIUD", reader: "" },
  revio_payouts: {
    app: "SI",
    reader: "",
    appUpdates: [
      "data_key_id",
      "error_code",
      "execute_sent_at",
      "execution_url_ciphertext",
      "last_read_at",
      "payout_id",
      "provider_status",
      "state",
      "status_history_length",
    ],
    // Not the execution URL: it alone moves money.
    readerSelects: [
      "attempt",
      "create_sent_at",
      "error_code",
      "execute_sent_at",
      "id",
      "last_read_at",
      "payout_id",
      "provider_status",
      "state",
      "status_history_length",
      "transaction_id",
    ],
  },
  revio_purchases: {
    app: "SI",
    reader: "S",
    appUpdates: [
      "credited_at",
      "last_read_at",
      "provider_status",
      "purchase_id",
      "state",
      "status_history_length",
    ],
  },
  schema_migrations: { app: "S", reader: "" },
  sessions: { app: "SIU", reader: "S" },
  statement_chunks: { app: "SI", reader: "" },
  statement_lines: {
    app: "SI",
    reader: "S",
    appUpdates: ["match_method", "match_score", "transaction_id"],
  },
  sweeps: { app: "SIUD", reader: "" },
  totp_factors: { app: "SIUD", reader: "" },
  transaction_events: { app: "SI", reader: "S" },
  transaction_limits: { app: "S", reader: "S" },
  transaction_status_changes: { app: "S", reader: "" },
  transaction_statuses: { app: "S", reader: "S" },
  transactions: {
    app: "SI",
    reader: "S",
    appUpdates: [
      "checkout_url",
      "completed_at",
      "expires_at",
      "failure_code",
      "status",
      "updated_at",
    ],
  },
  users: {
    app: "SIU",
    reader: "",
    // Not the password hash.
    readerSelects: [
      "created_at",
      "data_key_id",
      "email_ciphertext",
      "email_lookup",
      "full_name_ciphertext",
      "id",
      "outgoing_frozen_at",
      "outgoing_frozen_reason",
      "password_changed_at",
      "phone_ciphertext",
      "status",
      "updated_at",
    ],
  },
};

/** Functions that a role may call, apart from triggers; anybody may call the first three, they change nothing. */
export const functionTable: Record<string, { app: boolean; reader: boolean }> = {
  account_balance: { app: true, reader: true },
  account_lock_key: { app: true, reader: true },
  entry_fingerprint: { app: true, reader: true },
  lock_accounts: { app: true, reader: true },
  fold_balance_checkpoints: { app: true, reader: false },
  open_house_accounts: { app: false, reader: false },
  open_user_accounts: { app: true, reader: false },
  post_journal_entries: { app: true, reader: false },
};
