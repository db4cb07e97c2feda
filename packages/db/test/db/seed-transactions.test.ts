import { expect, test } from "vitest";
import { historyCheckDefinitions } from "../../src/sql/verify-history.ts";
import { ledgerChecks, runLedgerCheck } from "../../src/sql/verify-ledger.ts";
import { runCheck } from "../../src/sql/check-definition.ts";
import { seedTransactions } from "../../src/testing/seed-transactions.ts";
import { findLedgerDefects } from "../support/ledger.ts";
import { useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase();
const range = { from: new Date("2026-08-01T00:00:00Z"), to: new Date("2026-11-01T00:00:00Z") };

test("every check of the ledger and of the history holds on what it makes, for new users and for known ones", async () => {
  await withClient(database.superuserUrl, async (superuser) => {
    await seedTransactions(superuser, { transactions: 600, perUser: 60, ...range });
    const { rows: users } = await superuser.query<{ userId: string; bankAccountId: string }>(
      'SELECT user_id AS "userId", id AS "bankAccountId" FROM bank_accounts LIMIT 2',
    );
    const later = { from: range.to, to: new Date("2026-11-02T00:00:00Z") };
    await seedTransactions(superuser, { transactions: 100, perUser: 50, users, ...later });
    const { rows } = await superuser.query("SELECT FROM transactions");
    expect(rows).toHaveLength(700);
  });
  for (const check of ledgerChecks) {
    expect([check, await runLedgerCheck(database.pool, check, 3)]).toEqual([check, []]);
  }
  for (const check of Object.values(historyCheckDefinitions)) {
    expect(await runCheck(database.pool, check, 3)).toEqual([]);
  }
  expect(await findLedgerDefects(database.pool)).toEqual([]);
});
