import { randomBytes, randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { float, openUser, payIn, pending, post, available } from "../support/ledger.ts";
import { type Row } from "../support/sample-rows.ts";
import { insertRow } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase } from "../support/test-database.ts";

/**
 * Here the owner writes the ledger by hand, as a faulty posting function or a careless repair would: the triggers must
 * refuse what post_journal_entries() never does.
 */
const database = useDatabase();
let client: PoolClient;
let userId: string;
const accountIds = new Map<string, bigint>();

beforeAll(async () => {
  userId = await openUser(database.pool, 1_000n);
  await database.owner.query(`INSERT INTO currencies VALUES ('USD', 2)`);
  await database.owner.query("SELECT open_house_accounts('USD', now())");
  await database.owner.query(
    `INSERT INTO ledger_accounts (code, type, normal_side, currency, user_id, name, created_at)
     VALUES ($1, 'liability', 'credit', 'ZAR', $2, 'unopened', now())`,
    [`user:${userId}:unopened:ZAR`, userId],
  );
  const { rows } = await database.owner.query<{ id: bigint; code: string }>(
    "SELECT id, code FROM ledger_accounts",
  );
  for (const { id, code } of rows) accountIds.set(code, id);
});
beforeEach(async () => {
  client = await database.owner.connect();
  await client.query("BEGIN");
});
afterEach(async () => {
  await client.query("ROLLBACK");
  client.release();
});

const suspense = "house:suspense:ZAR";
const now = new Date();

async function insertEntry(patch: Row = {}): Promise<string> {
  const id = randomUUID();
  await insertRow(client, "journal_entries", {
    id,
    entry_key: `by-hand:${id}`,
    event: "by.hand",
    fingerprint: randomBytes(32),
    occurred_at: now,
    posted_at: now,
    ...patch,
  });
  return id;
}

interface Posting {
  account: string | bigint;
  direction: string;
  amountMinor: bigint;
  currency?: string;
  before?: bigint | null;
  after?: bigint | null;
}

async function insertPostings(entryId: string, ...postings: Posting[]): Promise<void> {
  const values: unknown[] = [];
  const rows = postings.map((posting) => {
    const account =
      typeof posting.account === "string" ? accountIds.get(posting.account) : posting.account;
    const row = [
      entryId,
      account,
      posting.currency ?? "ZAR",
      posting.direction,
      posting.amountMinor,
      posting.before ?? null,
      posting.after ?? null,
      now,
    ];
    values.push(...row);
    return `(${row.map((_, index) => `$${values.length - row.length + index + 1}`).join(", ")})`;
  });
  await client.query(
    `INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor,
       balance_before_minor, balance_after_minor, posted_at) VALUES ${rows.join(", ")}`,
    values,
  );
}

const debit = (account: string, amountMinor: bigint, patch: Partial<Posting> = {}): Posting => ({
  account,
  direction: "debit",
  amountMinor,
  ...patch,
});
const credit = (account: string, amountMinor: bigint, patch: Partial<Posting> = {}): Posting => ({
  ...debit(account, amountMinor, patch),
  direction: "credit",
});
const commit = () => client.query("COMMIT");
/** What check_postings() says; every test that expects it is one step away from an entry that passes. */
const checkPostings =
  "postings must sum to zero per currency, belong to an entry of this database transaction, and fit their accounts";

test("a balanced entry passes, so what follows fails for its own reason", async () => {
  await insertPostings(await insertEntry(), debit(float, 5n), credit(suspense, 5n));
  await commit();
});

describe("zero-sum", () => {
  test("debits and credits must be equal", async () => {
    const id = await insertEntry();
    await expectRefused(insertPostings(id, debit(float, 5n), credit(suspense, 4n)), sqlState.check);
  });

  test("one side alone is no entry", async () => {
    const id = await insertEntry();
    await expectRefused(insertPostings(id, debit(float, 5n)), sqlState.check);
  });

  test("an entry without postings fails at commit", async () => {
    await insertEntry();
    await expectRefused(commit(), sqlState.check);
  });

  test("… and when the constraints are asked for earlier", async () => {
    await insertEntry();
    await expectRefused(client.query("SET CONSTRAINTS ALL IMMEDIATE"), sqlState.check);
  });

  test("two currencies do not make up for each other", async () => {
    const id = await insertEntry();
    await expectRefused(
      insertPostings(id, debit(float, 5n), credit("house:suspense:USD", 5n, { currency: "USD" })),
      sqlState.check,
    );
  });

  test("two currencies pass where each sums to zero", async () => {
    await insertPostings(
      await insertEntry(),
      debit(float, 5n),
      credit(suspense, 5n),
      debit("house:revio_float:USD", 7n, { currency: "USD" }),
      credit("house:suspense:USD", 7n, { currency: "USD" }),
    );
    await commit();
  });

  test("an unbalanced posting after SET CONSTRAINTS IMMEDIATE is refused too", async () => {
    const id = await insertEntry();
    await insertPostings(id, debit(float, 5n), credit(suspense, 5n));
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    await expectRefused(insertPostings(id, debit("house:fee_income:ZAR", 1n)), sqlState.check);
  });
});

describe("seal", () => {
  test("a balanced pair cannot be added to an entry of an earlier database transaction", async () => {
    const [posted] = await post(database.pool, payIn(userId, 10n));
    await expect(
      insertPostings(
        posted?.journal_entry_id ?? "",
        debit(suspense, 5n),
        credit("house:fee_income:ZAR", 5n),
      ),
    ).rejects.toMatchObject({
      code: sqlState.check,
      message: checkPostings,
    });
  });

  test("a savepoint does not open it", async () => {
    const [posted] = await post(database.pool, payIn(userId, 10n));
    await client.query("SAVEPOINT one");
    await expectRefused(
      insertPostings(
        posted?.journal_entry_id ?? "",
        debit(suspense, 5n),
        credit("house:fee_income:ZAR", 5n),
      ),
      sqlState.check,
    );
  });

  test("a posting needs an entry", async () => {
    await expect(
      insertPostings(randomUUID(), debit(float, 5n), credit(suspense, 5n)),
    ).rejects.toMatchObject({
      code: sqlState.check,
      message: checkPostings,
    });
  });
});

describe("accounts and running balances", () => {
  test("the account must exist", async () => {
    const id = await insertEntry();
    await expect(
      insertPostings(id, debit(float, 5n), {
        account: 999_999n,
        direction: "credit",
        amountMinor: 5n,
      }),
    ).rejects.toMatchObject({
      code: sqlState.check,
      message: checkPostings,
    });
  });

  test("and be of the posting's currency", async () => {
    const id = await insertEntry();
    await expectRefused(
      insertPostings(id, debit(float, 5n), credit("house:suspense:USD", 5n)),
      sqlState.check,
    );
  });

  const pair = (patch: Partial<Posting>) =>
    [debit(float, 5n), { ...credit(pending(userId), 5n), ...patch }] as const;

  test("a user account that carries its move passes", async () => {
    await insertPostings(await insertEntry(), ...pair({ before: 2n, after: 7n }));
  });

  test.each<[string, Partial<Posting>]>([
    ["half a running balance", { before: 0n }],
    ["the other half", { after: 5n }],
    ["another amount", { before: 2n, after: 8n }],
    ["the other way", { before: 7n, after: 2n }],
    ["from below zero", { before: -5n, after: 0n }],
    ["a direction that is none", { before: 0n, after: 5n, direction: "left" }],
    ["no direction", { before: 0n, after: 5n, direction: "" }],
  ])("a running balance that does not fit: %s", async (_, patch) => {
    await expect(insertPostings(await insertEntry(), ...pair(patch))).rejects.toMatchObject({
      code: sqlState.check,
      message: checkPostings,
    });
  });

  test("a user account carries a running balance, a house account none", async () => {
    const id = await insertEntry();
    await client.query("SAVEPOINT one");
    await expectRefused(
      insertPostings(id, debit(float, 5n), credit(available(userId), 5n)),
      sqlState.check,
    );
    await client.query("ROLLBACK TO one");
    await expectRefused(
      insertPostings(id, debit(float, 5n, { before: 0n, after: 5n }), credit(suspense, 5n)),
      sqlState.check,
    );
  });
});

describe("column constraints", () => {
  const pair = (patch: Partial<Posting>) =>
    [debit(float, 5n), { ...credit(pending(userId), 5n), ...patch }] as const;

  test.each<[string, Partial<Posting>]>([
    ["postings_amount_minor_check", { before: 0n, after: 0n, amountMinor: 0n }],
    ["postings_balance_after_minor_check", { before: 4n, after: -1n }],
  ])("%s", async (name, patch) => {
    await expectRefused(insertPostings(await insertEntry(), ...pair(patch)), sqlState.check, name);
  });

  test("a negative amount is refused", async () => {
    const id = await insertEntry();
    await expectRefused(
      insertPostings(id, debit(float, -5n), credit(suspense, -5n)),
      sqlState.check,
      "postings_amount_minor_check",
    );
  });

  test("an account stands once in an entry", async () => {
    const id = await insertEntry();
    await expectRefused(
      insertPostings(id, debit(float, 5n), credit(suspense, 3n), credit(suspense, 2n)),
      sqlState.unique,
      "postings_journal_entry_id_ledger_account_id_key",
    );
  });

  test("an entry key is used once", async () => {
    await insertEntry({ entry_key: "same" });
    await expectRefused(
      insertEntry({ entry_key: "same" }),
      sqlState.unique,
      "journal_entries_entry_key_key",
    );
  });

  test("a fingerprint is a SHA-256", async () => {
    await expectRefused(
      insertEntry({ fingerprint: randomBytes(20) }),
      sqlState.check,
      "journal_entries_fingerprint_check",
    );
  });

  test("an entry's transaction exists", async () => {
    await expectRefused(
      insertEntry({ transaction_id: randomUUID() }),
      sqlState.foreignKey,
      "journal_entries_transaction_id_fkey",
    );
  });

  test("a balance never falls below zero", async () => {
    await expectRefused(
      client.query("UPDATE balances SET amount_minor = -1"),
      sqlState.check,
      "balances_amount_minor_check",
    );
  });

  test("the same fold twice is one checkpoint", async () => {
    const checkpoint = {
      ledger_account_id: accountIds.get(float),
      boundary_xid: "1",
      amount_minor: 0n,
      postings_count: 0n,
      created_at: now,
    };
    await insertRow(client, "balance_checkpoints", checkpoint);
    await expectRefused(
      insertRow(client, "balance_checkpoints", checkpoint),
      sqlState.unique,
      "balance_checkpoints_ledger_account_id_boundary_xid_key",
    );
  });
});
