import { beforeAll, describe, expect, test } from "vitest";
import { openUser, payIn, post, transfer } from "../support/ledger.ts";
import { sampleRows, type World } from "../support/sample-rows.ts";
import { insertRow, insertWorld } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase } from "../support/test-database.ts";

const database = useDatabase();
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
  const userId = await openUser(database.pool);
  await post(database.pool, payIn(userId, 100n));
  for (const table of [
    "transaction_events",
    "audit_events",
    "revio_purchases",
    "revio_payouts",
    "break_notes",
    "transaction_notes",
    "reconciliation_run_breaks",
    "suspense_payments",
    "day_closes",
    "statement_chunks",
    "statement_lines",
    "provider_event_replays",
  ]) {
    await insertRow(database.pool, table, sampleRows[table]?.(world) ?? {});
  }
  await insertRow(
    database.owner,
    "approved_changes",
    sampleRows["approved_changes"]?.(world) ?? {},
  );
  // A link has two sides from the beginning.
  await database.pool.query(
    `WITH link AS (
       INSERT INTO break_matches (id, matched_by, reason, amount_minor, currency, matched_at)
       VALUES (gen_random_uuid(), $1, 'the same', 1, 'ZAR', now()) RETURNING id)
     INSERT INTO breaks (id, class, severity, subject, amount_minor, currency, evidence, opened_by, opened_at, last_seen_at, state, resolution,
       resolved_at, match_id)
     SELECT gen_random_uuid(), side.class, 'critical', 'purchase:' || gen_random_uuid(), 1, 'ZAR', '{}', 'reconciliation', now(), now(), 'resolved',
       'linked', now(), link.id
     FROM link, unnest('{missing_in_ledger,missing_at_provider}'::text[]) AS side (class)`,
    [world.operatorId],
  );
  await insertRow(database.owner, "chain_links", sampleRows["chain_links"]?.(world) ?? {});
  // By hand: a fold waits for all database transactions of the server, also for those of other tests.
  await database.owner.query(
    `INSERT INTO balance_checkpoints (ledger_account_id, boundary_xid, amount_minor, postings_count, created_at)
     SELECT id, '1', 0, 0, now() FROM ledger_accounts LIMIT 1`,
  );
});

/** What a table refuses even to its owner, and a column to try it on. */
const appendOnly: Record<string, { column: string; update: boolean; truncate: boolean }> = {
  transaction_events: { column: "cause", update: true, truncate: true },
  audit_events: { column: "action", update: true, truncate: true },
  journal_entries: { column: "event", update: true, truncate: true },
  postings: { column: "currency", update: true, truncate: true },
  ledger_accounts: { column: "name", update: true, truncate: true },
  balance_checkpoints: { column: "created_at", update: true, truncate: true },
  approved_changes: { column: "version", update: true, truncate: true },
  break_matches: { column: "reason", update: true, truncate: true },
  break_notes: { column: "note", update: true, truncate: true },
  transaction_notes: { column: "note", update: true, truncate: true },
  reconciliation_run_breaks: { column: "run_id", update: true, truncate: true },
  chain_links: { column: "chained_at", update: true, truncate: true },
  day_closes: { column: "key_id", update: true, truncate: true },
  statement_chunks: { column: "chunk_no", update: true, truncate: true },
  // These move on, but never disappear.
  reconciliation_runs: { column: "phase", update: false, truncate: true },
  statement_lines: { column: "match_method", update: false, truncate: true },
  breaks: { column: "state", update: false, truncate: true },
  suspense_payments: { column: "changes", update: false, truncate: true },
  provider_event_replays: { column: "outcome_before", update: false, truncate: true },
  outgoing_switch: { column: "reason", update: false, truncate: false },
  balances: { column: "version", update: false, truncate: true },
  transactions: { column: "status", update: false, truncate: true },
  revio_payouts: { column: "state", update: false, truncate: false },
  revio_purchases: { column: "state", update: false, truncate: false },
};

describe.each(Object.entries(appendOnly))("%s", (table) => {
  test("has a row to try on", async () => {
    const { rowCount } = await database.owner.query(`SELECT FROM ${table} LIMIT 1`);
    expect(rowCount).toBe(1);
  });

  test("the application may not delete or truncate", async () => {
    await expectRefused(database.pool.query(`DELETE FROM ${table}`), sqlState.privilege);
    await expectRefused(database.pool.query(`TRUNCATE ${table} CASCADE`), sqlState.privilege);
  });

  test("a trigger stops the owner's delete too", async () => {
    await expect(database.owner.query(`DELETE FROM ${table}`)).rejects.toMatchObject({
      code: sqlState.privilege,
      message: `${table} is append-only: DELETE refused`,
    });
  });
});

const tables = Object.keys(appendOnly);

test.each(tables.filter((table) => appendOnly[table]?.update))(
  "%s: nobody may update",
  async (table) => {
    const { column } = appendOnly[table] ?? {};
    const statement = `UPDATE ${table} SET ${column} = ${column}`;
    await expectRefused(database.pool.query(statement), sqlState.privilege);
    await expect(database.owner.query(statement)).rejects.toMatchObject({
      code: sqlState.privilege,
      message: `${table} is append-only: UPDATE refused`,
    });
  },
);

test.each(tables.filter((table) => appendOnly[table]?.truncate))(
  "%s: a trigger stops the owner's truncate too",
  async (table) => {
    await expectRefused(database.owner.query(`TRUNCATE ${table} CASCADE`), sqlState.privilege);
  },
);

test("TRUNCATE … CASCADE from a parent does not reach them either", async () => {
  await expectRefused(database.owner.query("TRUNCATE users CASCADE"), sqlState.privilege);
});

test("every append-only trigger in the catalog is in the table above", async () => {
  const { rows } = await database.owner.query<{ name: string }>(
    `SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgfoid = 'refuse_change'::regproc ORDER BY 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(appendOnly).sort());
});

test("MERGE and INSERT … ON CONFLICT DO UPDATE are no way round", async () => {
  const { rows } = await database.owner.query<{ id: string }>(
    "SELECT id FROM journal_entries LIMIT 1",
  );
  const upsert = `INSERT INTO journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at)
                  SELECT id, entry_key, event, fingerprint, occurred_at, posted_at FROM journal_entries WHERE id = '${rows[0]?.id}'
                  ON CONFLICT (id) DO UPDATE SET event = 'other'`;
  const merge = `MERGE INTO postings p USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`;
  for (const statement of [upsert, merge]) {
    await expectRefused(database.pool.query(statement), sqlState.privilege);
    await expectRefused(database.owner.query(statement), sqlState.privilege);
  }
});

test("the application writes the ledger only through its function", async () => {
  for (const table of [
    "journal_entries",
    "postings",
    "balances",
    "ledger_accounts",
    "balance_checkpoints",
    "chain_links",
  ]) {
    await expectRefused(
      database.pool.query(`INSERT INTO ${table} DEFAULT VALUES`),
      sqlState.privilege,
    );
  }
  await expectRefused(
    database.pool.query("UPDATE balances SET amount_minor = 1000000"),
    sqlState.privilege,
  );
  await expectRefused(
    database.pool.query("SELECT open_house_accounts('ZAR', now())"),
    sqlState.privilege,
  );
  const [outcome] = await post(
    database.pool,
    transfer("house:revio_float:ZAR", "house:suspense:ZAR", 1n),
  );
  expect(outcome?.outcome).toBe("posted");
});
