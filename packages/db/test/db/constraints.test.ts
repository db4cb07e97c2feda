import { randomBytes, randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import type { Queryable } from "../../src/pool.ts";
import { sampleRows, type Row, type World } from "../support/sample-rows.ts";
import { insertRow, insertWorld, proposedSetting } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase } from "../support/test-database.ts";

const database = useDatabase();
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
});

/** The application may not insert here, so the owner tries. */
const ownerTables = new Set([
  "approval_rights",
  "approved_changes",
  "chain_links",
  "currencies",
  "transaction_limits",
  "ledger_accounts",
  "operators",
  "outgoing_switch",
]);
const writer = (table: string) => (ownerTables.has(table) ? database.owner : database.pool);

const sample = (table: string, patch: Row): Row => ({ ...sampleRows[table]?.(world), ...patch });

const at = new Date("2026-11-23T08:00:00.000Z");
const short = randomBytes(31);

/** Each CHECK with a row that breaks it and nothing else. */
const checks: Record<string, Row | (() => Row)> = {
  data_keys_purpose_check: { purpose: "other" },
  users_check: { outgoing_frozen_at: at },
  users_email_lookup_check: { email_lookup: short },
  users_password_hash_check: { password_hash: "$2b$12$bcrypt" },
  users_status_check: { status: "deleted" },
  sessions_check: { ended_at: at },
  sessions_end_reason_check: { ended_at: at, end_reason: "bored" },
  sessions_user_agent_check: { user_agent: "x".repeat(201) },
  refresh_tokens_token_hash_check: { token_hash: short },
  recovery_codes_code_hash_check: { code_hash: short },
  bank_accounts_account_lookup_check: { account_lookup: short },
  bank_accounts_account_type_check: { account_type: "bond" },
  bank_accounts_branch_code_check: { branch_code: "51001" },
  bank_accounts_check: { removed_at: at },
  bank_accounts_last_four_check: { last_four: "12345" },
  bank_accounts_status_check: { status: "new" },
  currencies_code_check: { code: "zar" },
  currencies_exponent_check: { exponent: 5 },
  transactions_amount_minor_check: { amount_minor: 0n, fee_minor: -1n },
  transactions_check: { kind: "withdrawal", status: "queued" },
  transactions_check1: { kind: "refund", status: "completed" },
  transactions_check2: { fee_minor: 10_000n },
  transactions_fee_minor_check: { fee_minor: -1n },
  transaction_events_actor_kind_check: { actor_kind: "robot" },
  idempotency_keys_check: { response: "{}" },
  idempotency_keys_fingerprint_check: { fingerprint: short },
  transaction_limits_approval_above_minor_check: { approval_above_minor: -1n },
  transaction_limits_check: { max_amount_minor: 99n },
  transaction_limits_check1: { max_per_day_minor: 999n },
  transaction_limits_fee_minor_check: { fee_minor: -1n },
  transaction_limits_kind_check: { kind: "refund" },
  transaction_limits_max_count_per_day_check: { max_count_per_day: 0 },
  transaction_limits_min_amount_minor_check: { min_amount_minor: 0n },
  ledger_accounts_check: { normal_side: "credit" },
  ledger_accounts_check1: { name: "other" },
  ledger_accounts_normal_side_check: { normal_side: "left" },
  ledger_accounts_type_check: { type: "equity", normal_side: "credit" },
  revio_purchases_attempt_check: { attempt: 0 },
  revio_purchases_check: { purchase_id: null },
  revio_purchases_state_check: { state: "paid" },
  revio_payouts_attempt_check: { attempt: 0 },
  revio_payouts_check: { payout_id: null },
  revio_payouts_check1: { state: "execute_sent" },
  revio_payouts_state_check: { state: "paid" },
  suspense_payments_amount_minor_check: { amount_minor: 0n, provider_fee_minor: 0n },
  suspense_payments_changes_check: { changes: -1 },
  suspense_payments_check: { provider_fee_minor: 101n },
  suspense_payments_check1: { refunded_minor: 101n },
  suspense_payments_check2: { transaction_id: null },
  suspense_payments_provider_fee_minor_check: { provider_fee_minor: -1n },
  suspense_payments_reason_check: { reason: "odd" },
  suspense_payments_released_check: { released_by: randomUUID() },
  provider_events_body_sha256_check: { body_sha256: short },
  provider_events_check: { settled_at: at },
  provider_events_state_check: { state: "seen", settled_at: at },
  provider_deliveries_verdict_check: { verdict: "odd" },
  provider_deliveries_signature_reason_check: { signature_reason: "odd" },
  provider_calls_attempt_check: { attempt: 0 },
  provider_calls_code_check: { code: "x".repeat(65) },
  provider_calls_detail_check: { detail: "x".repeat(201) },
  provider_calls_duration_ms_check: { duration_ms: -1 },
  provider_calls_operation_check: { operation: "x".repeat(65) },
  provider_calls_request_id_check: { request_id: "x".repeat(129) },
  provider_event_replays_check: { finished_at: at },
  provider_event_replays_reason_check: { reason: "x" },
  provider_event_replays_state_before_check: { state_before: "odd" },
  provider_event_replays_state_check: { finished_at: at, state: "odd", outcome: "x" },
  operators_email_check: { email: "Mixed@wallet.example" },
  operators_role_check: { role: "root" },
  operators_status_check: { status: "gone" },
  operators_password_hash_check: { password_hash: "$2b$12$bcrypt" },
  operator_invites_check: { expires_at: at },
  operator_invites_check1: { accepted_at: at },
  operator_invites_check2: () => ({
    accepted_at: at,
    operator_id: world.operatorId,
    revoked_at: at,
  }),
  operator_invites_display_name_check: { display_name: "" },
  operator_invites_email_check: { email: "Mixed@wallet.example" },
  operator_invites_role_check: { role: "root" },
  operator_invites_token_hash_check: { token_hash: short },
  operator_sessions_check: { ended_at: at },
  operator_sessions_end_reason_check: { ended_at: at, end_reason: "bored" },
  operator_sessions_factor_check: { factor: "face" },
  operator_sessions_ip_address_check: { ip_address: "x".repeat(65) },
  operator_sessions_token_hash_check: { token_hash: short },
  operator_sessions_user_agent_check: { user_agent: "x".repeat(201) },
  operator_passkeys_credential_id_check: { credential_id: Buffer.alloc(0) },
  operator_passkeys_label_check: { label: "" },
  operator_passkeys_sign_count_check: { sign_count: -1n },
  operator_recovery_codes_code_hash_check: { code_hash: short },
  operator_challenges_bound_to_check: { purpose: "step_up", bound_to: short },
  operator_challenges_challenge_check: { challenge: short },
  operator_challenges_check: { purpose: "step_up" },
  operator_challenges_purpose_check: { purpose: "fun" },
  operator_step_ups_bound_to_check: { bound_to: short },
  operator_step_ups_factor_check: { factor: "recovery_code" },
  approvals_check: () => ({
    state: "approved",
    requested_by: world.operatorId,
    decided_by: world.operatorId,
    decided_at: at,
  }),
  approvals_check1: { state: "approved", decided_at: at },
  approvals_check2: { decided_at: at },
  approvals_kind_check: { kind: "refund" },
  approvals_reason_check: { reason: "" },
  approvals_state_check: { state: "maybe", decided_at: at },
  approval_rights_max_amount_minor_check: { max_amount_minor: 0n },
  approvals_amount_minor_check: { amount_minor: 0n },
  approvals_in_time_check: () => ({
    state: "approved",
    decided_by: world.operatorId,
    decided_at: at,
    expires_at: at,
  }),
  approvals_proposal_check: () => ({ kind: "payout_resolution", requested_by: world.operatorId }),
  approvals_request_reason_check: { request_reason: "" },
  approvals_two_persons_check: () => ({
    requested_person: world.operatorId,
    decided_person: world.operatorId,
  }),
  approvals_withdrawal_check: { transaction_id: null },
  approved_changes_version_check: { version: 0 },
  break_matches_amount_minor_check: { amount_minor: 0n },
  break_matches_reason_check: { reason: "" },
  break_notes_note_check: { note: "" },
  transaction_notes_note_check: { note: "" },
  saved_views_description_check: { description: "" },
  saved_views_filters_sha256_check: { filters_sha256: short },
  saved_views_list_check: { list: "Transactions" },
  saved_views_name_check: { name: "" },
  breaks_amount_minor_check: { amount_minor: -1n },
  breaks_check: { currency: null },
  breaks_check1: { state: "resolved", resolved_at: at },
  breaks_check2: { state: "resolved", resolution: "match" },
  breaks_check3: { state: "resolved", resolved_at: at, resolution: "decision" },
  breaks_check4: () => ({
    state: "resolved",
    resolved_at: at,
    resolution: "adjustment",
    approval_id: randomUUID(),
  }),
  breaks_class_check: { class: "odd" },
  breaks_match_check: { match_id: randomUUID() },
  breaks_opened_by_check: { opened_by: "rumour" },
  breaks_resolution_check: { state: "resolved", resolved_at: at, resolution: "forgotten" },
  breaks_severity_check: { severity: "mild" },
  breaks_state_check: { state: "closed" },
  breaks_subject_check: { subject: "nothing" },
  outgoing_switch_check: { reason: "because" },
  outgoing_switch_only_row_check: { only_row: false },
  chain_links_chain_hash_check: { chain_hash: short },
  chain_links_item_hash_check: { item_hash: short },
  chain_links_position_check: { position: 0n },
  chain_links_stream_check: { stream: "river" },
  day_closes_chain_position_check: { chain_position: -1n },
  day_closes_previous_sha256_check: { previous_sha256: short },
  day_closes_sha256_check: { sha256: short },
  day_closes_signature_check: { signature: randomBytes(63) },
  integrity_checks_check: { high_position: 1n },
  integrity_checks_round_check: { round: 0n },
  integrity_checks_round_findings_check: { round_findings: -1 },
  audit_events_actor_kind_check: { actor_kind: "robot" },
  reconciliation_runs_break_count_check: { break_count: -1n },
  reconciliation_runs_check: { window_to: new Date(0) },
  reconciliation_runs_check1: { completed_at: at },
  reconciliation_runs_check2: { failure: "because" },
  reconciliation_runs_checked_count_check: { checked_count: -1n },
  reconciliation_runs_download_check: { download: -1 },
  reconciliation_runs_file_bytes_check: { file_bytes: -1n },
  reconciliation_runs_file_sha256_check: { file_sha256: short },
  reconciliation_runs_kind_check: { kind: "mood" },
  reconciliation_runs_line_count_check: { line_count: -1n },
  reconciliation_runs_requested_by_kind_check: { requested_by_kind: "user" },
  reconciliation_runs_state_check: { state: "tired" },
  statement_chunks_bytes_ciphertext_check: { bytes_ciphertext: Buffer.alloc(2_097_153) },
  statement_chunks_chunk_no_check: { chunk_no: -1 },
  statement_chunks_download_check: { download: 0 },
  statement_lines_check: { match_method: "none" },
  statement_lines_check1: { match_method: "id", match_score: 100 },
  statement_lines_line_no_check: { line_no: 0n },
  statement_lines_match_method_check: { match_method: "hunch", match_score: 1 },
  statement_lines_match_score_check: { match_method: "none", match_score: 101 },
  statement_lines_verdict_check: { verdict: "odd" },
};

/**
 * Who breaks these breaks another one too, and PostgreSQL names the first in the alphabet; or a trigger is faster (an
 * approval that does not begin as a request).
 */
const implied = new Set([
  "transactions_amount_minor_check",
  "ledger_accounts_normal_side_check",
  "approvals_check",
  "approvals_check1",
  "approvals_in_time_check",
  "approvals_state_check",
  "day_closes_previous_sha256_check",
]);

/** CHECKs of tables that only post_journal_entries() writes: ledger-triggers.test.ts breaks them. */
const checkedElsewhere = new Set(["journal_entries", "postings", "balances"]);

interface Constraint {
  name: string;
  table: string;
  columns: string[];
  kind: "c" | "f" | "u" | "p";
}

async function readConstraints(kinds: string): Promise<Constraint[]> {
  const { rows } = await database.owner.query<Constraint>(
    `SELECT c.conname AS name, c.conrelid::regclass::text AS "table", c.contype AS kind,
            ARRAY(SELECT a.attname::text FROM unnest(c.conkey) k JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k) AS columns
     FROM pg_constraint c
     WHERE c.connamespace = 'public'::regnamespace AND position(c.contype in $1) > 0
       AND c.conrelid <> 'schema_migrations'::regclass
     ORDER BY 1`,
    [kinds],
  );
  return rows;
}

/** A database transaction that leaves nothing behind, as whoever may write the table. */
async function inRolledBack(
  table: string,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await writer(table).connect();
  try {
    await client.query("BEGIN");
    // Tables of which there is one row per parent: make room for the sample.
    if (table === "transaction_limits") await client.query("DELETE FROM transaction_limits");
    await work(client);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

/** Another data key and withdrawal than those in use, so that a sample row repeats nothing. */
async function freshParents(db: Queryable): Promise<World> {
  const bank = sample("bank_accounts", {});
  const key = sample("data_keys", {});
  const withdrawal = sample("transactions", {
    kind: "withdrawal",
    status: "queued",
    bank_account_id: bank["id"],
  });
  await insertRow(db, "data_keys", key);
  await insertRow(db, "bank_accounts", bank);
  await insertRow(db, "transactions", withdrawal);
  const approval = sample("approvals", proposedSetting(world));
  await insertRow(db, "approvals", approval);
  return {
    ...world,
    dataKeyId: String(key["id"]),
    withdrawalId: String(withdrawal["id"]),
    approvalId: String(approval["id"]),
  };
}

test.each(Object.keys(sampleRows))("the sample row of %s is valid as it is", async (table) => {
  await inRolledBack(table, async (client) => {
    const row = { ...sampleRows[table]?.(await freshParents(client)) };
    if (table === "transaction_limits") row["currency"] = "ZAR";
    await insertRow(client, table, row);
  });
});

describe("CHECK", () => {
  test("each one in the catalog has a row that breaks it", async () => {
    const known = (await readConstraints("c"))
      .filter(({ table }) => !checkedElsewhere.has(table))
      .map(({ name }) => name);
    expect(Object.keys(checks).sort()).toEqual(known.sort());
  });

  test.each(Object.keys(checks))("%s", async (name) => {
    const constraint = (await readConstraints("c")).find((one) => one.name === name);
    const table = constraint?.table ?? "";
    const patch = checks[name];
    const row = sample(table, typeof patch === "function" ? patch() : (patch ?? {}));
    await expectRefused(
      insertRow(writer(table), table, row),
      sqlState.check,
      implied.has(name) ? undefined : name,
    );
  });
});

describe("FOREIGN KEY", () => {
  test("each one refuses a row that points nowhere", async () => {
    const unwritten = new Set([
      "journal_entries",
      "balances",
      "balance_checkpoints",
      "transaction_status_changes",
    ]);
    const keys = (await readConstraints("f")).filter(({ table }) => !unwritten.has(table));
    expect(keys.length).toBeGreaterThan(20);
    for (const { name, table, columns } of keys) {
      const patch: Row = {};
      for (const column of columns) {
        if (column === "currency") patch[column] = "XXX";
        else if (column === "status") patch[column] = "nonsense";
        else if (column !== "kind") patch[column] = randomUUID();
      }
      if (name === "ledger_accounts_currency_fkey") patch["code"] = `house:nowhere:XXX`;
      if (name === "ledger_accounts_currency_fkey") patch["name"] = "nowhere";
      if (name === "ledger_accounts_user_id_fkey") {
        patch["code"] = `user:${String(patch["user_id"])}:nowhere:ZAR`;
        patch["name"] = "nowhere";
      }
      if (name === "transactions_bank_account_id_fkey") {
        Object.assign(patch, { kind: "withdrawal", status: "queued" });
      }
      if (name === "approvals_decided_by_fkey") {
        Object.assign(patch, {
          state: "approved",
          decided_at: at,
          transaction_id: world.withdrawalId,
        });
      }
      if (name === "operator_invites_operator_id_fkey") patch["accepted_at"] = at;
      if (name === "breaks_match_id_fkey") {
        Object.assign(patch, { state: "resolved", resolved_at: at, resolution: "linked" });
      }
      if (name === "suspense_payments_released_by_fkey") patch["released_at"] = at;
      if (name === "statement_lines_transaction_id_fkey") {
        Object.assign(patch, { match_method: "id", match_score: 100 });
      }
      // No status of nowhere is an initial one: the trigger is faster than the key.
      // Nor does an approval begin as decided, nor is nobody an administrator, nor an approval of nothing one for an invitation.
      const faster: Record<string, string> = {
        transactions_kind_status_fkey: sqlState.check,
        approvals_decided_by_fkey: sqlState.check,
        operator_invites_approval_id_fkey: sqlState.check,
        operator_invites_invited_by_fkey: sqlState.privilege,
      };
      const attempt = insertRow(writer(table), table, sample(table, patch));
      const state = faster[name];
      if (state === undefined) await expectRefused(attempt, sqlState.foreignKey, name);
      else await expectRefused(attempt, state);
    }
  });
});

describe("UNIQUE and PRIMARY KEY", () => {
  test("each one refuses the second row", async () => {
    const unwritten = new Set([
      "journal_entries",
      "postings",
      "balances",
      "balance_checkpoints",
      "transaction_statuses",
      "transaction_status_changes",
      // Taken in order only: the trigger refuses before a key could (core/test/db/day-close).
      "day_closes",
    ]);
    const keys = (await readConstraints("up")).filter(({ table }) => !unwritten.has(table));
    expect(keys.length).toBeGreaterThan(30);
    for (const { name, table, columns } of keys) {
      // Identity columns are not the application's to choose; the database numbers them.
      if (columns.every((column) => sample(table, {})[column] === undefined)) continue;
      await inRolledBack(table, async (client) => {
        const first = { ...sampleRows[table]?.(await freshParents(client)) };
        const second = { ...sampleRows[table]?.(await freshParents(client)) };
        if (table === "transaction_limits") first["currency"] = "ZAR";
        if (table === "ledger_accounts") second["name"] = first["name"];
        for (const column of columns) second[column] = first[column];
        await insertRow(client, table, first);
        await expectRefused(insertRow(client, table, second), sqlState.unique, name);
      });
    }
  });

  test("a bank account is added once, and again after its removal", async () => {
    const first = sample("bank_accounts", {});
    const again = sample("bank_accounts", { account_lookup: first["account_lookup"] });
    await insertRow(database.pool, "bank_accounts", first);
    await expectRefused(
      insertRow(database.pool, "bank_accounts", again),
      sqlState.unique,
      "bank_accounts_active_once_idx",
    );
    await database.pool.query(
      "UPDATE bank_accounts SET status = 'removed', removed_at = now() WHERE id = $1",
      [first["id"]],
    );
    await insertRow(database.pool, "bank_accounts", again);
  });

  test("an idempotency key belongs to one actor and operation", async () => {
    const first = sample("idempotency_keys", {});
    await insertRow(database.pool, "idempotency_keys", first);
    const { actor_id, key } = first;
    await insertRow(database.pool, "idempotency_keys", sample("idempotency_keys", { key }));
    await insertRow(
      database.pool,
      "idempotency_keys",
      sample("idempotency_keys", { key, actor_id, operation: "withdrawal.create" }),
    );
    await expectRefused(
      insertRow(database.pool, "idempotency_keys", { ...first, fingerprint: randomBytes(32) }),
      sqlState.unique,
      "idempotency_keys_pkey",
    );
  });
});

test("the answer under an idempotency key is given once", async () => {
  const row = sample("idempotency_keys", {});
  await insertRow(database.pool, "idempotency_keys", row);
  const answer = (response: string) =>
    database.pool.query(
      `UPDATE idempotency_keys SET response = $2, completed_at = now() WHERE key = $1`,
      [row["key"], response],
    );
  await answer('{"first":true}');
  await expectRefused(answer('{"second":true}'), sqlState.check);
});

describe("approvals", () => {
  test("are decided once", async () => {
    const withdrawal = sample("transactions", {
      kind: "withdrawal",
      status: "awaiting_approval",
      bank_account_id: world.bankAccountId,
    });
    await insertRow(database.pool, "transactions", withdrawal);
    const approval = sample("approvals", { transaction_id: withdrawal["id"] });
    await insertRow(database.pool, "approvals", approval);
    const decide = (state: string) =>
      database.pool.query(
        "UPDATE approvals SET state = $3, decided_by = $2, decided_at = now() WHERE id = $1",
        [approval["id"], world.operatorId, state],
      );
    await decide("rejected");
    await expectRefused(decide("approved"), sqlState.check);
  });

  test("nobody decides on their own request, not even by a later update", async () => {
    const approval = sample("approvals", { requested_by: world.operatorId });
    await insertRow(database.pool, "approvals", approval);
    await expectRefused(
      database.pool.query(
        "UPDATE approvals SET state = 'approved', decided_by = $2, decided_at = now() WHERE id = $1",
        [approval["id"], world.operatorId],
      ),
      sqlState.check,
      "approvals_check",
    );
  });
});
