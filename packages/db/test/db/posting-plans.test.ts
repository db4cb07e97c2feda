import { expect, test } from "vitest";
import { openUser, payIn, post } from "../support/ledger.ts";
import { useDatabase } from "../support/test-database.ts";

const database = useDatabase({ poolSize: 1 });

/** Rows of the ledger's tables that statements have read so far, by index or by scanning. */
async function rowsRead(): Promise<bigint> {
  await database.pool.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await database.owner.query<{ read: string }>(
    `SELECT sum(t.seq_tup_read + coalesce(i.idx_tup_read, 0)) AS read
     FROM pg_stat_user_tables t
     LEFT JOIN (SELECT relid, sum(idx_tup_read) AS idx_tup_read FROM pg_stat_user_indexes GROUP BY relid) i USING (relid)
     WHERE t.relname IN ('journal_entries', 'postings', 'balances', 'ledger_accounts')`,
  );
  return BigInt(rows[0]?.read ?? "0");
}

test("a connection that learned its plans on an empty ledger reads no more per posting when the ledger has grown", async () => {
  const users: string[] = [];
  for (let i = 0; i < 50; i++) users.push(await openUser(database.pool, 1n));
  const cost = async () => {
    const before = await rowsRead();
    for (const userId of users) await post(database.pool, payIn(userId, 1n));
    return Number((await rowsRead()) - before) / users.length;
  };
  const young = await cost();
  for (let i = 0; i < 20; i++) {
    await post(
      database.pool,
      ...Array.from({ length: 100 }, (_, index) => payIn(users[index % 50] ?? "", 1n)),
    );
  }
  const grown = await cost();
  expect(young).toBeGreaterThan(1);
  expect(young).toBeLessThan(20);
  // A scan would read the 2,000 entries, or twice as many postings, each time; old versions of hot rows read a few.
  expect(grown).toBeLessThan(100);
});
