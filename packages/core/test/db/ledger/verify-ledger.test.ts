import { type LedgerCheck, ledgerChecks } from "@revio-wallet/db/sql/verify-ledger";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { foldCheckpoints } from "../../../src/ledger/fold-checkpoints.ts";
import { verifyLedger } from "../../../src/ledger/verify-ledger.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

let world: MoneyWorld;
let userId: string;
let deposit: string;
let withdrawal: string;
/** Everything that the ledger knows: deposits, a refund, a lost and a won dispute, withdrawals paid, failed, under way. */
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  const customer = await world.customer();
  userId = customer.userId;
  deposit = (await world.fund(customer, 200_000n)).id;
  const refunded = await world.fund(customer, 50_000n);
  const disputed = await world.fund(customer, 30_000n);
  withdrawal = (await world.withdraw(customer, 40_000n)).id;
  await world.settle();
  await world.sandbox.payoutScenario("error");
  await world.withdraw(customer, 11_000n);
  await world.settle();
  await world.sandbox.payoutScenario("pending");
  await world.withdraw(customer, 12_000n);
  await world.settle();
  for (const [{ reference }, verbs] of [
    [refunded, ["refund"]],
    [disputed, ["chargeback", "chargeback-reversal"]],
  ] as const) {
    const [purchase] = await world.sandbox.purchases(reference);
    for (const verb of verbs) {
      await world.sandbox.post(`purchases/${purchase?.id}/${verb}`);
      await world.settle();
    }
  }
  await olderAreOver(world);
  await foldCheckpoints(world.ctx, { minimumPostings: 1n });
});
afterAll(() => world.close());

test("an untouched ledger verifies, and says how much it looked at", async () => {
  const report = await verifyLedger(world.ctx);
  expect(report).toMatchObject({ verified: true, differences: [], transactions: 8n });
  expect(report.journalEntries).toBe(11n);
  expect(report.postings).toBe(25n);
});

/** What a thief with the superuser's password could do, and which checks see it. */
const tampering: { sql: string; found: LedgerCheck[] }[] = [
  {
    sql: "UPDATE postings SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(p.id) FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.name = 'provider_fees')",
    found: ["entry_unbalanced", "trial_balance", "checkpoint_drift"],
  },
  {
    sql: "UPDATE balances SET amount_minor = amount_minor + 100000 WHERE ledger_account_id = (SELECT id FROM ledger_accounts WHERE code = 'user:' || $1 || ':available:ZAR')",
    found: ["balance_drift"],
  },
  {
    sql: "UPDATE balances SET version = version - 1 WHERE ledger_account_id = (SELECT id FROM ledger_accounts WHERE code = 'user:' || $1 || ':available:ZAR')",
    found: ["balance_drift"],
  },
  {
    sql: "DELETE FROM balances WHERE ledger_account_id = (SELECT id FROM ledger_accounts WHERE code = 'user:' || $1 || ':receivable:ZAR')",
    found: ["balance_drift"],
  },
  {
    sql: "UPDATE postings SET balance_before_minor = balance_before_minor + 5, balance_after_minor = balance_after_minor + 5 WHERE id = (SELECT min(id) FROM postings WHERE balance_after_minor > 0)",
    found: ["running_balance"],
  },
  {
    sql: "DELETE FROM journal_entries WHERE transaction_id = $2",
    found: ["posting_orphaned", "entries_of_transaction"],
  },
  {
    sql: "UPDATE postings SET currency = 'USD' WHERE id = (SELECT min(id) FROM postings)",
    found: ["posting_orphaned", "entry_unbalanced", "trial_balance"],
  },
  {
    // A balanced pair slipped into an old entry.
    sql: `INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, posted_at)
      SELECT e.id, a.id, 'ZAR', d.direction, 7, now() FROM (SELECT id FROM journal_entries ORDER BY sequence DESC LIMIT 1) e,
        (VALUES ('adjustments', 'debit'), ('suspense', 'credit')) d (name, direction) JOIN ledger_accounts a ON a.name = d.name`,
    found: ["posting_orphaned", "suspense_total"],
  },
  {
    // On record as held, and nothing of it on the books.
    sql: `INSERT INTO suspense_payments (purchase_id, transaction_id, reason, amount_minor, provider_fee_minor, currency, held_at)
      VALUES ('0d6b7f0e-3c52-4f0e-8a86-5b8d2a1e7c02', $2, 'amount_mismatch', 100, 3, 'ZAR', now())`,
    found: ["suspense_drift"],
  },
  {
    sql: "UPDATE balance_checkpoints SET amount_minor = amount_minor - 1 WHERE id = (SELECT min(id) FROM balance_checkpoints)",
    found: ["checkpoint_drift"],
  },
  {
    sql: "UPDATE transactions SET status = 'failed' WHERE status = 'processing'",
    found: ["reserve_drift", "entries_of_transaction", "status_history"],
  },
  {
    sql: "UPDATE transactions SET status = 'cancelled' WHERE id = $2",
    found: ["entries_of_transaction", "status_history"],
  },
  {
    sql: "UPDATE transactions SET amount_minor = amount_minor + 1 WHERE id = $2",
    found: ["amount_of_transaction"],
  },
  {
    sql: "UPDATE transactions SET fee_minor = 1 WHERE id = $3",
    found: ["amount_of_transaction"],
  },
  {
    sql: "UPDATE transactions SET amount_minor = amount_minor - 1 WHERE kind = 'refund'",
    found: ["amount_of_transaction"],
  },
  {
    sql: "UPDATE transactions SET amount_minor = amount_minor - 1 WHERE kind = 'chargeback'",
    found: ["amount_of_transaction"],
  },
  {
    sql: "DELETE FROM transaction_events WHERE transaction_id = $3 AND to_status = 'processing'",
    found: ["status_history"],
  },
  {
    sql: "UPDATE transaction_events SET from_status = 'awaiting_approval' WHERE transaction_id = $3 AND to_status = 'processing'",
    found: ["status_history"],
  },
];

test.each(tampering)("found: $sql", async ({ sql, found }) => {
  const { superuser } = world;
  // With triggers and foreign keys off, as only a superuser can. Committed: the check reads what others see.
  await snapshot();
  await superuser.query("SET session_replication_role = replica");
  const values = [userId, deposit, withdrawal];
  const used = values
    .map((value, index) => ({ value, name: `$${index + 1}` }))
    .filter(({ name }) => sql.includes(name));
  const numbered = used.reduce((text, { name, value }) => text.replaceAll(name, `'${value}'`), sql);
  const { rowCount } = await superuser.query(numbered);
  expect(rowCount).toBeGreaterThan(0);
  try {
    const report = await verifyLedger(world.ctx);
    expect(report.verified).toBe(false);
    expect([...new Set(report.differences.map(({ check }) => check))]).toEqual(
      expect.arrayContaining(found),
    );
    for (const { subject, expected, actual } of report.differences) {
      expect(subject).not.toBe("");
      expect(expected).not.toBe(actual);
    }
  } finally {
    await restore();
  }
  expect((await verifyLedger(world.ctx)).differences).toEqual([]);
});

test("every check is shown to find something", () => {
  expect(new Set(tampering.flatMap(({ found }) => found))).toEqual(new Set(ledgerChecks));
});

const tables = [
  "suspense_payments",
  "postings",
  "balances",
  "journal_entries",
  "balance_checkpoints",
  "transactions",
  "transaction_events",
];

async function snapshot(): Promise<void> {
  for (const table of tables) {
    await world.superuser.query(
      `DROP TABLE IF EXISTS saved_${table}; CREATE TABLE saved_${table} AS TABLE ${table}`,
    );
  }
}

async function restore(): Promise<void> {
  await world.superuser.query("SET session_replication_role = replica");
  for (const table of tables) {
    await world.superuser.query(
      `DELETE FROM ${table}; INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE saved_${table}`,
    );
  }
  await world.superuser.query("SET session_replication_role = origin");
}
