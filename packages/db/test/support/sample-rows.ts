import { randomBytes, randomUUID } from "node:crypto";

export type Row = Record<string, unknown>;

const at = new Date("2026-11-23T08:00:00.000Z");
const later = new Date("2026-11-23T08:05:00.000Z");

/** Ids of rows that others point at. */
export interface World {
  dataKeyId: string;
  userId: string;
  sessionId: string;
  bankAccountId: string;
  depositId: string;
  withdrawalId: string;
  operatorId: string;
  administratorId: string;
  operatorSessionId: string;
  providerEventId: string;
  breakId: string;
  runId: string;
  approvalId: string;
}

/** A valid row for each table, fresh in all that must be unique. */
export const sampleRows: Record<string, (world: World) => Row> = {
  data_keys: () => ({
    id: randomUUID(),
    purpose: "user",
    wrapped_key: randomBytes(40),
    key_encryption_key_id: "k1",
    created_at: at,
  }),
  users: (world) => ({
    id: randomUUID(),
    status: "active",
    email_lookup: randomBytes(32),
    email_ciphertext: randomBytes(30),
    full_name_ciphertext: randomBytes(30),
    data_key_id: world.dataKeyId,
    password_hash: "$argon2id$v=19$sample",
    password_changed_at: at,
    created_at: at,
    updated_at: at,
  }),
  sessions: (world) => ({
    id: randomUUID(),
    user_id: world.userId,
    created_at: at,
    last_used_at: at,
    idle_expires_at: at,
    expires_at: at,
  }),
  refresh_tokens: (world) => ({
    id: randomUUID(),
    session_id: world.sessionId,
    token_hash: randomBytes(32),
    issued_at: at,
  }),
  totp_factors: (world) => ({
    user_id: world.userId,
    secret_ciphertext: randomBytes(40),
    created_at: at,
  }),
  recovery_codes: (world) => ({
    id: randomUUID(),
    user_id: world.userId,
    code_hash: randomBytes(32),
    created_at: at,
  }),
  bank_accounts: (world) => ({
    id: randomUUID(),
    user_id: world.userId,
    status: "active",
    bank_name: "Standard Bank",
    branch_code: "051001",
    account_type: "current",
    account_number_ciphertext: randomBytes(30),
    account_holder_ciphertext: randomBytes(30),
    account_lookup: randomBytes(32),
    last_four: "6789",
    created_at: at,
  }),
  rate_limits: () => ({ key: randomUUID(), points: 1, expire: 1n }),
  currencies: () => ({ code: randomCurrency(), exponent: 2 }),
  transactions: (world) => deposit(world.userId),
  transaction_events: (world) => ({
    transaction_id: world.depositId,
    user_id: world.userId,
    to_status: "created",
    cause: "deposit.created",
    actor_kind: "user",
    actor_id: world.userId,
    occurred_at: at,
  }),
  idempotency_keys: () => ({
    actor_id: randomUUID(),
    operation: "deposit.create",
    key: randomUUID(),
    fingerprint: randomBytes(32),
    created_at: at,
  }),
  transaction_limits: () => ({
    kind: "deposit",
    currency: "XTS",
    min_amount_minor: 100n,
    max_amount_minor: 1000n,
    max_per_day_minor: 10_000n,
    max_count_per_day: 5,
    fee_minor: 0n,
  }),
  ledger_accounts: () => {
    const name = `sample_${randomUUID().replaceAll("-", "")}`;
    return {
      code: `house:${name}:ZAR`,
      type: "asset",
      normal_side: "debit",
      currency: "ZAR",
      name,
      created_at: at,
    };
  },
  revio_purchases: (world) => ({
    id: randomUUID(),
    transaction_id: world.depositId,
    attempt: Math.ceil(Math.random() * 1e9),
    state: "created",
    purchase_id: randomUUID(),
    create_sent_at: at,
  }),
  revio_payouts: (world) => ({
    id: randomUUID(),
    transaction_id: world.withdrawalId,
    attempt: Math.ceil(Math.random() * 1e9),
    state: "created",
    payout_id: randomUUID(),
    data_key_id: world.dataKeyId,
    create_sent_at: at,
  }),
  suspense_payments: (world) => ({
    purchase_id: randomUUID(),
    transaction_id: world.depositId,
    reason: "amount_mismatch",
    amount_minor: 100n,
    provider_fee_minor: 3n,
    currency: "ZAR",
    held_at: at,
  }),
  provider_events: (world) => ({
    id: randomUUID(),
    key_id: "key",
    body_sha256: randomBytes(32),
    body_ciphertext: randomBytes(60),
    data_key_id: world.dataKeyId,
    event_type: "purchase.paid",
    received_at: at,
    state: "received",
  }),
  provider_deliveries: (world) => ({
    received_at: at,
    verdict: "accepted",
    provider_event_id: world.providerEventId,
    headers: "{}",
    body_bytes: 10,
  }),
  provider_calls: () => ({
    called_at: at,
    operation: "payouts.get",
    attempt: 1,
    duration_ms: 12,
    code: "ok",
  }),
  provider_event_replays: (world) => ({
    id: randomUUID(),
    provider_event_id: world.providerEventId,
    requested_by: world.operatorId,
    reason: "Sample",
    requested_at: at,
    state_before: "parked",
  }),
  sweeps: () => ({ subject_id: randomUUID(), swept_at: at }),
  operators: () => ({
    id: randomUUID(),
    email: `${randomUUID()}@wallet.example`,
    display_name: "Sample",
    role: "operator",
    status: "active",
    created_at: at,
  }),
  operator_invites: (world) => ({
    id: randomUUID(),
    email: `${randomUUID()}@wallet.example`,
    display_name: "Sample",
    role: "viewer",
    token_hash: randomBytes(32),
    invited_by: world.administratorId,
    invited_at: at,
    expires_at: later,
  }),
  operator_sessions: (world) => ({
    id: randomUUID(),
    operator_id: world.operatorId,
    token_hash: randomBytes(32),
    created_at: at,
    last_used_at: at,
    idle_expires_at: at,
    expires_at: at,
  }),
  operator_passkeys: (world) => ({
    id: randomUUID(),
    operator_id: world.operatorId,
    credential_id: randomBytes(32),
    public_key: randomBytes(77),
    sign_count: 0n,
    transports: ["internal"],
    label: "Laptop",
    created_at: at,
  }),
  operator_totp_factors: (world) => ({
    operator_id: world.operatorId,
    secret_ciphertext: randomBytes(40),
    created_at: at,
  }),
  operator_recovery_codes: (world) => ({
    id: randomUUID(),
    operator_id: world.operatorId,
    code_hash: randomBytes(32),
    created_at: at,
  }),
  operator_challenges: (world) => ({
    id: randomUUID(),
    session_id: world.operatorSessionId,
    purpose: "sign_in",
    challenge: randomBytes(32),
    created_at: at,
    expires_at: later,
  }),
  operator_step_ups: (world) => ({
    id: randomUUID(),
    session_id: world.operatorSessionId,
    bound_to: randomBytes(32),
    factor: "passkey",
    granted_at: at,
    expires_at: later,
  }),
  approvals: (world) => ({
    id: randomUUID(),
    kind: "withdrawal",
    transaction_id: world.withdrawalId,
    state: "requested",
    requested_by: world.userId,
    requested_at: at,
  }),
  approval_rights: () => ({
    kind: randomUUID(),
    role: "operator",
    may_request: false,
    may_decide: true,
    max_amount_minor: 100n,
  }),
  breaks: () => ({
    id: randomUUID(),
    class: "amount_mismatch",
    severity: "warning",
    subject: `purchase:${randomUUID()}`,
    amount_minor: 1n,
    currency: "ZAR",
    evidence: "{}",
    opened_by: "reconciliation",
    opened_at: at,
    last_seen_at: at,
    state: "open",
  }),
  approved_changes: (world) => ({
    approval_id: world.approvalId,
    target: `limits:${randomUUID()}`,
    version: 1,
    before: "{}",
    after: "{}",
    changed_at: at,
  }),
  break_matches: (world) => ({
    id: randomUUID(),
    matched_by: world.operatorId,
    reason: "The same payment under another id.",
    amount_minor: 1n,
    currency: "ZAR",
    matched_at: at,
  }),
  reconciliation_run_breaks: (world) => ({ run_id: world.runId, break_id: world.breakId }),
  break_notes: (world) => ({
    id: randomUUID(),
    break_id: world.breakId,
    operator_id: world.operatorId,
    note: "Asked the bank.",
    created_at: at,
  }),
  transaction_notes: (world) => ({
    id: randomUUID(),
    transaction_id: world.depositId,
    operator_id: world.operatorId,
    note: "Asked the bank.",
    request_key: randomUUID(),
    created_at: at,
  }),
  saved_views: (world) => ({
    id: randomUUID(),
    owner_id: world.operatorId,
    list: "transactions",
    name: randomUUID(),
    is_shared: false,
    filters: "{}",
    filters_sha256: randomBytes(32),
    created_at: at,
    updated_at: at,
  }),
  chain_links: () => ({
    stream: "audit",
    position: BigInt(Math.ceil(Math.random() * 1e9)),
    item_sequence: BigInt(Math.ceil(Math.random() * 1e9)),
    item_xid: "3",
    item_hash: randomBytes(32),
    chain_hash: randomBytes(32),
    chained_at: at,
  }),
  integrity_checks: () => ({ name: randomUUID() }),
  day_closes: () => ({
    business_on: "2026-11-22",
    boundary_xid: "3",
    chain_position: 0n,
    certificate: "{}",
    sha256: randomBytes(32),
    signature: randomBytes(64),
    key_id: "key",
    closed_at: at,
  }),
  reconciliation_runs: () => ({
    id: randomUUID(),
    kind: "objects",
    window_from: new Date(at.getTime() - Math.ceil(Math.random() * 1e12)),
    window_to: at,
    state: "running",
    phase: "transactions",
    requested_by_kind: "system",
    requested_by: "sample",
    requested_at: at,
    updated_at: at,
  }),
  statement_chunks: (world) => ({
    run_id: world.runId,
    download: 1,
    chunk_no: Math.ceil(Math.random() * 1e9),
    bytes_ciphertext: randomBytes(60),
    data_key_id: world.dataKeyId,
  }),
  statement_lines: (world) => ({
    run_id: world.runId,
    line_no: BigInt(Math.ceil(Math.random() * 1e9)),
    product: "purchase",
    object_id: randomUUID(),
    related_to: "",
    reference: "DEP-1",
    status: "paid",
    currency: "ZAR",
    is_outgoing: false,
    amount_minor: 100n,
    fee_minor: 3n,
    occurred_at: at,
  }),
  audit_events: () => ({
    occurred_at: at,
    actor_kind: "system",
    action: "sample.made",
    subject_kind: "sample",
    subject_id: "1",
    details: "{}",
  }),
};

function deposit(userId: string): Row {
  return {
    id: randomUUID(),
    user_id: userId,
    kind: "deposit",
    status: "created",
    amount_minor: 10_000n,
    fee_minor: 0n,
    currency: "ZAR",
    reference: randomUUID(),
    created_at: at,
    updated_at: at,
  };
}

function randomCurrency(): string {
  return Array.from({ length: 3 }, () => String.fromCharCode(65 + Math.random() * 26)).join("");
}
