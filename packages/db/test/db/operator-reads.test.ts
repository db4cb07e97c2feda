import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { readStatementBalances, readStatementPage } from "../../src/sql/account-statements.ts";
import { findJournalEntries, findPostings } from "../../src/sql/journal.ts";
import { readHouseAccounts, readUserAccounts } from "../../src/sql/ledger-accounts.ts";
import * as search from "../../src/sql/search.ts";
import { findListedUsers, findSessionsOfUser, findUsers } from "../../src/sql/user-lists.ts";
import { available, float, openUser, payIn, payOut, post } from "../support/ledger.ts";
import { useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase({ poolSize: 1 });

/** Rows of the wallet's tables that statements have read so far, by index or by scanning. */
async function rowsRead(): Promise<number> {
  await database.pool.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await database.owner.query<{ read: string }>(
    `SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = 'public')
          + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'public') AS read`,
  );
  return Number(rows[0]?.read ?? 0);
}

const base = Date.parse("2026-01-01T00:00:00.000Z");
const at = (minutes: number) => new Date(base + minutes * 60_000);
let userId: string;

/** Folds the tails of the accounts of the house once nothing older runs on the server. */
async function fold(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await database.pool.query<{ folded: number }>(
        "SELECT fold_balance_checkpoints(100, now()) AS folded",
      );
      expect(rows[0]?.folded).toBeGreaterThan(0);
    },
    { timeout: 20_000 },
  );
}

/** As many minutes of two entries each for everybody, one after another, with checkpoints as the worker makes them. */
async function grow(from: number, to: number, users: string[]): Promise<void> {
  for (let minute = from; minute < to; minute += 50) {
    const entries = Array.from({ length: 50 }, (_, index) => {
      const who = users[(minute + index) % users.length] ?? "";
      const postedAt = at(minute + index).toISOString();
      return [
        payIn(who, 5n, { postedAt, event: "test.paid_in" }),
        payOut(who, 2n, { postedAt, event: "test.paid_out" }),
      ];
    });
    await post(database.pool, ...entries.flat());
    await fold();
  }
}

/** Rows of the other tables that search looks into; what they point at need not be there. */
const crowd = [
  `INSERT INTO transactions (id, user_id, kind, status, amount_minor, fee_minor, currency, reference, created_at, updated_at)
   SELECT gen_random_uuid(), gen_random_uuid(), 'deposit', 'completed', n, 0, 'ZAR', 'DEP-' || n, now(), now() FROM generate_series(1, 3000) n`,
  `INSERT INTO idempotency_keys (actor_id, operation, key, fingerprint, transaction_id, created_at)
   SELECT gen_random_uuid(), 'deposit.create', gen_random_uuid(), sha256('x'), id, now() FROM transactions`,
  `INSERT INTO revio_purchases (id, transaction_id, attempt, state, purchase_id, create_sent_at)
   SELECT gen_random_uuid(), id, 1, 'created', gen_random_uuid(), now() FROM transactions`,
  `INSERT INTO revio_payouts (id, transaction_id, attempt, state, payout_id, create_sent_at)
   SELECT gen_random_uuid(), id, 1, 'created', gen_random_uuid(), now() FROM transactions`,
  `INSERT INTO suspense_payments (purchase_id, transaction_id, reason, amount_minor, provider_fee_minor, currency, held_at)
   SELECT gen_random_uuid(), id, 'amount_mismatch', 100, 0, 'ZAR', now() FROM transactions`,
  `INSERT INTO provider_events (id, key_id, body_sha256, body_ciphertext, data_key_id, event_type, object_id, received_at, state)
   SELECT gen_random_uuid(), 'k', sha256(id::text::bytea), 'x', gen_random_uuid(), 'purchase.paid', gen_random_uuid(), now(), 'received' FROM transactions`,
  `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at)
   SELECT gen_random_uuid(), 'withdrawal', id, 'requested', gen_random_uuid(), now() FROM transactions`,
  `INSERT INTO breaks (id, class, severity, subject, transaction_id, evidence, opened_by, opened_at, last_seen_at, state)
   SELECT gen_random_uuid(), 'fee_mismatch', 'notice', 'purchase:' || id, id, '{}', 'checker', now(), now(), 'open' FROM transactions`,
  `INSERT INTO reconciliation_runs (id, kind, window_from, window_to, state, phase, requested_by_kind, requested_by, requested_at, updated_at)
   SELECT gen_random_uuid(), 'objects', now(), now() + n * interval '1 min', 'running', 'x', 'system', 'x', now(), now() FROM generate_series(1, 3000) n`,
  `INSERT INTO audit_events (occurred_at, actor_kind, action, subject_kind, subject_id, details, request_id)
   SELECT now(), 'system', 'x.done', 'x', id::text, '{}', id::text FROM transactions`,
  `INSERT INTO bank_accounts (id, user_id, status, bank_name, branch_code, account_type, account_number_ciphertext, account_holder_ciphertext,
     account_lookup, last_four, created_at)
   SELECT gen_random_uuid(), user_id, 'active', 'Bank', '051001', 'current', 'x', 'x', sha256(id::text::bytea), '1234', now() FROM transactions`,
  `INSERT INTO sessions (id, user_id, created_at, last_used_at, idle_expires_at, expires_at)
   SELECT gen_random_uuid(), user_id, now(), now(), now(), now() FROM transactions`,
];

async function addCrowd(): Promise<void> {
  await withClient(database.superuserUrl, async (superuser) => {
    await superuser.query("SET session_replication_role = replica");
    for (const statement of crowd) await superuser.query(statement);
    await superuser.query("ANALYZE");
  });
}

const young = 200;
const grown = 2_000;
const unknown = randomUUID();
const limit = 10;
/** What operators ask, near the middle of the young ledger: then and later the answer is the same. */
const asked: Record<string, () => Promise<unknown>> = {
  "a page of the journal": () =>
    findJournalEntries(database.pool, {
      filter: { by: "everything" },
      from: undefined,
      to: at(100),
      before: undefined,
      limit,
    }),
  "a page deep in it": () =>
    findJournalEntries(database.pool, {
      filter: { by: "everything" },
      from: undefined,
      to: undefined,
      before: { postedAt: at(100), id: unknown },
      limit,
    }),
  "by an event, in a period": () =>
    findJournalEntries(database.pool, {
      filter: { by: "event", value: "test.paid_in" },
      from: at(20),
      to: at(100),
      before: undefined,
      limit,
    }),
  "by an account of the house": () =>
    findJournalEntries(database.pool, {
      filter: { by: "account", value: float },
      from: undefined,
      to: at(100),
      before: undefined,
      limit,
    }),
  "by a transaction": () =>
    findJournalEntries(database.pool, {
      filter: { by: "transaction", value: unknown },
      from: undefined,
      to: undefined,
      before: undefined,
      limit,
    }),
  "the postings of entries": () => findPostings(database.pool, [unknown, randomUUID()]),
  "a statement of an account of the house, in a period": () =>
    readStatementPage(database.pool, {
      accountCodes: [float],
      from: at(20),
      to: at(100),
      before: undefined,
      limit,
    }),
  "a page deep in it, with its running balance": () =>
    readStatementPage(database.pool, {
      accountCodes: [float],
      from: undefined,
      to: undefined,
      before: { postedAt: at(100), id: 5n },
      limit,
    }),
  "opening and closing of the house": () =>
    readStatementBalances(database.pool, { accountCodes: [float], from: at(20), to: at(100) }),
  "a statement of a user's accounts": () =>
    readStatementPage(database.pool, {
      accountCodes: [available(userId)],
      from: undefined,
      to: undefined,
      before: undefined,
      limit,
    }),
  "the accounts of the house": () => readHouseAccounts(database.pool),
  "the accounts of a user": () => readUserAccounts(database.pool, userId),
  "a page of users": () =>
    findUsers(database.pool, {
      status: undefined,
      isFrozen: false,
      from: undefined,
      to: undefined,
      before: undefined,
      limit,
    }),
  "suspended users": () =>
    findUsers(database.pool, {
      status: "suspended",
      isFrozen: false,
      from: undefined,
      to: undefined,
      before: undefined,
      limit,
    }),
  "frozen users": () =>
    findUsers(database.pool, {
      status: undefined,
      isFrozen: true,
      from: undefined,
      to: undefined,
      before: undefined,
      limit,
    }),
  "a user by address": () => findListedUsers(database.pool, { emailLookup: Buffer.alloc(32) }),
  "a user's sessions": () =>
    findSessionsOfUser(database.pool, { userId, before: undefined, limit }),
  "C02 search: transactions by any id": () =>
    search.searchTransactionsByUuid(database.pool, { uuid: unknown, limit }),
  "C02 search: users by any id": () => search.searchUserIds(database.pool, unknown),
  "C02 search: journal entries": () =>
    search.searchJournalEntries(database.pool, { uuid: unknown, key: "no such key", limit }),
  "C02 search: ledger accounts": () =>
    search.searchLedgerAccounts(database.pool, {
      code: available(userId),
      userId: unknown,
      words: "float",
      limit,
    }),
  "C02 search: provider events": () =>
    search.searchProviderEvents(database.pool, { uuid: unknown, limit }),
  "C02 search: approvals": () => search.searchApprovals(database.pool, { uuid: unknown, limit }),
  "C02 search: breaks": () =>
    search.searchBreaks(database.pool, {
      uuid: unknown,
      subjects: [`purchase:${unknown}`],
      words: "amount mismatch",
      limit,
    }),
  "C02 search: runs": () => search.searchReconciliationRuns(database.pool, { uuid: unknown }),
  "C02 search: what a request did": () =>
    search.searchAuditEvents(database.pool, { requestId: "no-such-request", limit }),
};

describe("C10 what operators ask reads no more when the ledger has grown tenfold", () => {
  const cost = new Map<string, number>();
  beforeAll(async () => {
    const users: string[] = [];
    for (let i = 0; i < 40; i++) users.push(await openUser(database.pool));
    userId = await openUser(database.pool, 5n);
    await grow(0, young, users);
    // The owner sees to it: a young table would be scanned, which costs little then and much later.
    await database.owner.query("ANALYZE");
    for (const [name, ask] of Object.entries(asked)) {
      const before = await rowsRead();
      await ask();
      cost.set(name, (await rowsRead()) - before);
    }
    for (let i = 0; i < 400; i++) users.push(await openUser(database.pool));
    await grow(young, grown, users);
    await addCrowd();
  }, 180_000);

  test.each(Object.keys(asked))("%s", async (name) => {
    const before = await rowsRead();
    await asked[name]?.();
    const now = (await rowsRead()) - before;
    // 4 000 entries and 8 000 postings are there, 1 300 accounts of 440 users, and 3 000 rows of everything else.
    expect([name, now < 500]).toEqual([name, true]);
    // Nothing but the checkpoints of one account grows with it, which the newest and the right one are looked for among.
    expect(now).toBeLessThan((cost.get(name) ?? 0) + 200);
  });
});
