import * as fc from "fast-check";
import type { Client } from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { withTransaction } from "../../src/with-transaction.ts";
import {
  findLedgerDefects,
  float,
  foldedBalance,
  openUser,
  payIn,
  payOut,
  post,
  summedBalance,
  transfer,
  available,
} from "../support/ledger.ts";
import { useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase({ poolSize: 20 });
afterEach(async () => {
  expect(await findLedgerDefects(database.pool)).toEqual([]);
});

async function fold(minPostings = 1): Promise<number> {
  const { rows } = await database.pool.query<{ folded: number }>(
    "SELECT fold_balance_checkpoints($1, now()) AS folded",
    [minPostings],
  );
  return rows[0]?.folded ?? -1;
}

/**
 * Folds until the accounts have this many checkpoints more. Other databases of the server hold the boundary back for as long
 * as their own database transactions run, so one call may find nothing to fold yet.
 */
async function foldUntil(checkpoints: number, minPostings = 1): Promise<void> {
  let folded = 0;
  await vi.waitFor(
    async () => {
      folded += await fold(minPostings);
      expect(folded).toBe(checkpoints);
    },
    { timeout: 20_000 },
  );
}

/** Folds until no house account has a tail, in however many steps the boundary allows. */
async function foldAll(): Promise<void> {
  await vi.waitFor(
    async () => {
      await fold();
      const { rows } = await database.pool.query<{ tail: bigint }>(
        `SELECT count(*) AS tail FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.user_id IS NULL
         WHERE p.created_xid >= coalesce((SELECT max(c.boundary_xid) FROM balance_checkpoints c WHERE c.ledger_account_id = a.id), '0'::xid8)`,
      );
      expect(rows[0]?.tail).toBe(0n);
    },
    { timeout: 20_000 },
  );
}

/** Amount and number of postings in the newest checkpoint of an account. */
async function newestCheckpoint(code: string) {
  const { rows } = await database.pool.query<{ amount_minor: string; postings_count: bigint }>(
    `SELECT c.amount_minor, c.postings_count FROM balance_checkpoints c JOIN ledger_accounts a ON a.id = c.ledger_account_id
     WHERE a.code = $1 ORDER BY c.boundary_xid DESC LIMIT 1`,
    [code],
  );
  return rows[0];
}

async function expectAgreement(code = float): Promise<void> {
  // One statement, one snapshot: what is committed between two would look like a difference.
  const { rows } = await database.pool.query<{ folded: string; summed: string }>(
    `SELECT account_balance(a.code, NULL) AS folded,
            coalesce((SELECT sum(CASE WHEN p.direction = a.normal_side THEN p.amount_minor ELSE -p.amount_minor END)
                      FROM postings p WHERE p.ledger_account_id = a.id), 0) AS summed
     FROM ledger_accounts a WHERE a.code = $1`,
    [code],
  );
  expect(rows[0]?.folded).toBe(rows[0]?.summed);
}

describe("folding", () => {
  test("moves the sum into a checkpoint; the balance stays the same", async () => {
    const userId = await openUser(database.pool);
    await post(database.pool, payIn(userId, 100n), payIn(userId, 50n), payOut(userId, 30n));
    const before = await foldedBalance(database.pool, float);
    await foldUntil(1);
    expect(await newestCheckpoint(float)).toEqual({
      amount_minor: before.toString(),
      postings_count: 3n,
    });
    expect(await foldedBalance(database.pool, float)).toBe(before);
    await post(database.pool, payIn(userId, 1n));
    expect(await foldedBalance(database.pool, float)).toBe(before + 1n);
  });

  test("waits until the tail is long enough", async () => {
    await foldAll();
    await post(database.pool, transfer(float, "house:suspense:ZAR", 1n));
    expect(await fold(2)).toBe(0);
    await post(database.pool, transfer(float, "house:suspense:ZAR", 1n));
    await foldUntil(2, 2);
  });

  test("leaves user accounts alone: they have a running balance", async () => {
    const { rows } = await database.pool.query(
      "SELECT 1 FROM balance_checkpoints c JOIN ledger_accounts a ON a.id = c.ledger_account_id WHERE a.user_id IS NOT NULL",
    );
    expect(rows).toEqual([]);
  });

  test("two at once do no harm", async () => {
    await post(database.pool, transfer(float, "house:suspense:ZAR", 5n));
    await Promise.all(Array.from({ length: 8 }, () => fold()));
    await expectAgreement();
  });
});

/** Posts in an open database transaction and leaves it open until `finish` is called. */
async function postSlowly(client: Client, amountMinor: bigint): Promise<() => Promise<void>> {
  await client.query("BEGIN");
  await post(client, transfer(float, "house:suspense:ZAR", amountMinor));
  return async () => {
    await client.query("COMMIT");
  };
}

test("a posting that commits after the fold, with an older transaction id, is neither lost nor doubled", async () => {
  await withClient(database.appUrl, async (client) => {
    await fold();
    const start = await foldedBalance(database.pool, float);
    const finish = await postSlowly(client, 1_000n);
    // Younger database transactions come and go while the old one is open.
    for (let i = 0; i < 20; i++)
      await post(database.pool, transfer(float, "house:suspense:ZAR", 1n));
    await fold();
    expect(await foldedBalance(database.pool, float)).toBe(start + 20n);
    await finish();
    expect(await foldedBalance(database.pool, float)).toBe(start + 1_020n);
    await fold();
    expect(await foldedBalance(database.pool, float)).toBe(start + 1_020n);
    await expectAgreement();
  });
});

test("folds beside concurrent postings: at every instant the balance is the sum of what is visible", async () => {
  const users = await Promise.all(Array.from({ length: 5 }, () => openUser(database.pool)));
  const start = await summedBalance(database.pool, float);
  const stop = new AbortController();
  const untilStopped = async (work: () => Promise<unknown>) => {
    while (!stop.signal.aborted) await work();
  };
  await withClient(database.appUrl, async (slow) => {
    const finish = await postSlowly(slow, 10_000n);
    const background = [
      untilStopped(() => fold()),
      untilStopped(() => fold()),
      untilStopped(() => expectAgreement()),
      untilStopped(() => expectAgreement("house:suspense:ZAR")),
    ];
    try {
      await Promise.all(
        users.map(async (userId) => {
          for (let i = 0; i < 60; i++) {
            if (i === 30 && userId === users[0]) await finish();
            await withTransaction(database.pool, (tx) =>
              post(tx, payIn(userId, 3n), payOut(userId, 1n)),
            );
          }
        }),
      );
    } finally {
      stop.abort();
      await Promise.all(background);
    }
  });
  expect(await foldedBalance(database.pool, float)).toBe(start + 10_000n + 5n * 60n * 2n);
  await fold();
  await expectAgreement();
  const checkpoints = await database.pool.query("SELECT 1 FROM balance_checkpoints");
  expect(checkpoints.rowCount).toBeGreaterThan(10);
});

test("property: the balance as of any instant is the plain sum of the postings up to it", async () => {
  const base = Date.parse("2030-01-01T00:00:00.000Z");
  const second = fc.integer({ min: 0, max: 50 });
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("post" as const),
        at: second,
        amount: fc.integer({ min: 1, max: 99 }),
        back: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("fold" as const) }) },
  );
  const userId = await openUser(database.pool, 1_000_000n);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      second,
      async (steps, asked) => {
        for (const one of steps) {
          if (one.kind === "fold") await fold();
          else {
            // Posted in any order of time: a clock may run behind, and a checkpoint must not swallow the difference.
            const postedAt = new Date(base + one.at * 1000).toISOString();
            const amount = BigInt(one.amount);
            const entry = one.back
              ? payOut(userId, amount, { postedAt })
              : payIn(userId, amount, { postedAt });
            await post(database.pool, entry);
          }
        }
        const asOf = new Date(base + asked * 1000);
        for (const code of [float, available(userId)]) {
          expect(await foldedBalance(database.pool, code, asOf)).toBe(
            await summedBalance(database.pool, code, asOf),
          );
          expect(await foldedBalance(database.pool, code)).toBe(
            await summedBalance(database.pool, code),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});
