import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  available,
  balanceOf,
  findLedgerDefects,
  float,
  openUser,
  payIn,
  payOut,
  pending,
  post,
  summedBalance,
  transfer,
  type Entry,
} from "../support/ledger.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase } from "../support/test-database.ts";

const database = useDatabase();
let userId: string;
beforeEach(async () => {
  userId = await openUser(database.pool, 1_000n);
});
afterEach(async () => {
  expect(await findLedgerDefects(database.pool)).toEqual([]);
});

const outcomes = async (...entries: Entry[]) =>
  (await post(database.pool, ...entries)).map(({ outcome }) => outcome);

async function countEntries(): Promise<bigint> {
  const { rows } = await database.pool.query<{ count: bigint }>(
    "SELECT count(*) FROM journal_entries",
  );
  return rows[0]?.count ?? 0n;
}

describe("one entry", () => {
  test("posted: entry, postings and balances are written", async () => {
    const entry = payIn(userId, 250n, { occurredAt: "2026-11-20T10:00:00.000Z" });
    expect(await post(database.pool, entry)).toEqual([
      { entry_no: 1, outcome: "posted", journal_entry_id: entry.id, reason: null },
    ]);
    const { rows } = await database.pool.query(
      `SELECT a.code, p.direction, p.amount_minor, p.balance_before_minor, p.balance_after_minor, p.currency, e.event, e.occurred_at
       FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id JOIN journal_entries e ON e.id = p.journal_entry_id
       WHERE e.id = $1 ORDER BY p.direction`,
      [entry.id],
    );
    const common = {
      amount_minor: 250n,
      currency: "ZAR",
      event: "test.moved",
      occurred_at: new Date(entry.occurredAt),
    };
    expect(rows).toEqual([
      {
        ...common,
        code: available(userId),
        direction: "credit",
        balance_before_minor: 1_000n,
        balance_after_minor: 1_250n,
      },
      {
        ...common,
        code: float,
        direction: "debit",
        balance_before_minor: null,
        balance_after_minor: null,
      },
    ]);
    expect(await balanceOf(database.pool, available(userId))).toBe(1_250n);
  });

  test("duplicate: the same again writes nothing and names the first", async () => {
    const entry = payIn(userId, 250n);
    await post(database.pool, entry);
    const before = await countEntries();
    const again = { ...entry, id: randomUUID(), postedAt: new Date(0).toISOString() };
    expect(await post(database.pool, again)).toEqual([
      { entry_no: 1, outcome: "duplicate", journal_entry_id: entry.id, reason: null },
    ]);
    expect(await countEntries()).toBe(before);
    expect(await balanceOf(database.pool, available(userId))).toBe(1_250n);
  });

  test("duplicate even if the money has left since: it was posted when it was there", async () => {
    const entry = payOut(userId, 1_000n);
    expect(await outcomes(entry)).toEqual(["posted"]);
    expect(await outcomes(entry)).toEqual(["duplicate"]);
  });

  test.each<[string, Partial<Entry>]>([
    ["another amount", payIn("", 251n)],
    ["another event", { event: "test.other" }],
  ])("conflict: the same key with %s", async (_, patch) => {
    const entry = payIn(userId, 250n);
    await post(database.pool, entry);
    const other = {
      ...entry,
      ...(patch.postings === undefined ? patch : { postings: payIn(userId, 251n).postings }),
      id: randomUUID(),
    };
    expect(await post(database.pool, other)).toEqual([
      { entry_no: 1, outcome: "conflict", journal_entry_id: null, reason: null },
    ]);
    expect(await balanceOf(database.pool, available(userId))).toBe(1_250n);
  });

  test("insufficient funds: nothing is written, the account is named", async () => {
    const before = await countEntries();
    expect(await post(database.pool, payOut(userId, 1_001n))).toEqual([
      {
        entry_no: 1,
        outcome: "insufficient_funds",
        journal_entry_id: null,
        reason: available(userId),
      },
    ]);
    expect(await countEntries()).toBe(before);
    expect(await outcomes(payOut(userId, 1_000n))).toEqual(["posted"]);
    expect(await outcomes(payOut(userId, 1n))).toEqual(["insufficient_funds"]);
  });

  test("house accounts may go either way", async () => {
    expect(
      await outcomes(transfer("house:fee_income:ZAR", "house:suspense:ZAR", 10n ** 15n)),
    ).toEqual(["posted"]);
  });

  test("many postings, a fee among them", async () => {
    const entry = payOut(userId, 100n);
    entry.postings = [
      { account: available(userId), direction: "debit", amountMinor: "110" },
      { account: pending(userId), direction: "credit", amountMinor: "100" },
      { account: "house:fee_income:ZAR", direction: "credit", amountMinor: "10" },
    ];
    expect(await outcomes(entry)).toEqual(["posted"]);
    expect(await balanceOf(database.pool, available(userId))).toBe(890n);
    expect(await balanceOf(database.pool, pending(userId))).toBe(100n);
  });

  test("the largest amount fits; what no longer fits 64 bits fails as a whole", async () => {
    const rich = await openUser(database.pool);
    const most = 2n ** 63n - 1n;
    expect(await outcomes(payIn(rich, most))).toEqual(["posted"]);
    await expectRefused(post(database.pool, payIn(rich, 1n)), "22003");
    expect(await outcomes(payOut(rich, most))).toEqual(["posted"]);
  });
});

describe("malformed entries raise", () => {
  const broken = (patch: (entry: Entry) => void): Entry => {
    const entry = payIn(userId, 100n);
    patch(entry);
    return entry;
  };
  const cases: [string, string, (entry: Entry) => void][] = [
    ["unknown account", sqlState.foreignKey, (e) => (e.postings[0]!.account = "house:nowhere:ZAR")],
    ["one side only", sqlState.check, (e) => e.postings.pop()],
    ["unequal sides", sqlState.check, (e) => (e.postings[0]!.amountMinor = "99")],
    ["amount of zero", sqlState.check, (e) => e.postings.forEach((p) => (p.amountMinor = "0"))],
    ["negative amount", sqlState.check, (e) => e.postings.forEach((p) => (p.amountMinor = "-5"))],
    ["amount with a fraction", "22P02", (e) => e.postings.forEach((p) => (p.amountMinor = "1.5"))],
    [
      "amount beyond 64 bits",
      "22003",
      (e) => e.postings.forEach((p) => (p.amountMinor = "9223372036854775808")),
    ],
    [
      "no amount",
      sqlState.notNull,
      (e) => e.postings.forEach((p) => Object.assign(p, { amountMinor: null })),
    ],
    [
      "unknown direction",
      sqlState.check,
      (e) => Object.assign(e.postings[0]!, { direction: "left" }),
    ],
    ["the same account twice", sqlState.unique, (e) => (e.postings[1]!.account = float)],
    ["no key", sqlState.notNull, (e) => Object.assign(e, { key: null })],
    ["no id", sqlState.notNull, (e) => Object.assign(e, { id: null })],
    ["no time", sqlState.notNull, (e) => Object.assign(e, { postedAt: null })],
    ["no postings", sqlState.check, (e) => (e.postings = [])],
    ["unknown transaction", sqlState.foreignKey, (e) => (e.transactionId = randomUUID())],
  ];

  test.each(cases)("%s", async (_, code, patch) => {
    const before = await countEntries();
    await expectRefused(post(database.pool, broken(patch)), code);
    await expectRefused(post(database.pool, payIn(userId, 5n), broken(patch)), code);
    expect(await countEntries()).toBe(before);
    expect(await balanceOf(database.pool, available(userId))).toBe(1_000n);
  });

  test("two currencies in one entry", async () => {
    await database.owner.query("INSERT INTO currencies VALUES ('USD', 2) ON CONFLICT DO NOTHING");
    await database.owner.query("SELECT open_house_accounts('USD', now())");
    await expectRefused(
      post(database.pool, transfer(float, "house:suspense:USD", 5n)),
      sqlState.check,
    );
  });

  test("none, or more than a hundred", async () => {
    await expectRefused(post(database.pool), sqlState.invalidParameter);
    const many = Array.from({ length: 101 }, () => payIn(userId, 1n));
    await expectRefused(post(database.pool, ...many), sqlState.invalidParameter);
    expect(await outcomes(...many.slice(1))).toEqual(Array(100).fill("posted"));
  });
});

describe("many entries", () => {
  test("each is judged on what those before it left", async () => {
    expect(
      await outcomes(
        payOut(userId, 900n),
        payOut(userId, 200n),
        payIn(userId, 100n),
        payOut(userId, 200n),
      ),
    ).toEqual(["posted", "insufficient_funds", "posted", "posted"]);
    expect(await balanceOf(database.pool, available(userId))).toBe(0n);
  });

  test("money may come in and leave in the same call", async () => {
    const poor = await openUser(database.pool);
    expect(await outcomes(payIn(poor, 50n), payOut(poor, 50n))).toEqual(["posted", "posted"]);
    expect(await outcomes(payOut(poor, 50n), payIn(poor, 50n))).toEqual([
      "insufficient_funds",
      "posted",
    ]);
  });

  test("all four outcomes in one call", async () => {
    const known = payIn(userId, 10n);
    await post(database.pool, known);
    const rows = await post(
      database.pool,
      payIn(userId, 1n),
      { ...known, id: randomUUID() },
      { ...payIn(userId, 11n), key: known.key },
      payOut(userId, 5_000n),
      payOut(userId, 1_011n),
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      "posted",
      "duplicate",
      "conflict",
      "insufficient_funds",
      "posted",
    ]);
    expect(rows.map(({ entry_no }) => entry_no)).toEqual([1, 2, 3, 4, 5]);
    expect(rows[1]?.journal_entry_id).toBe(known.id);
    expect(await balanceOf(database.pool, available(userId))).toBe(0n);
  });

  test("the same key twice in one call: the second is a duplicate of the first, or a conflict with it", async () => {
    const entry = payIn(userId, 10n);
    const rows = await post(
      database.pool,
      entry,
      { ...entry, id: randomUUID() },
      { ...payIn(userId, 11n), key: entry.key },
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(["posted", "duplicate", "conflict"]);
    expect(rows[1]?.journal_entry_id).toBe(entry.id);
    expect(await balanceOf(database.pool, available(userId))).toBe(1_010n);
  });

  test("a refused entry may be posted under its key later", async () => {
    const entry = payOut(userId, 1_500n);
    expect(await outcomes(entry, payIn(userId, 500n))).toEqual(["insufficient_funds", "posted"]);
    expect(await outcomes(entry)).toEqual(["posted"]);
  });

  test("running balances chain within a call and over calls", async () => {
    await post(
      database.pool,
      payIn(userId, 1n),
      payIn(userId, 2n),
      payOut(userId, 3n),
      payIn(userId, 4n),
    );
    await post(database.pool, payOut(userId, 5n));
    const { rows } = await database.pool.query<{ before: bigint; after: bigint }>(
      `SELECT p.balance_before_minor AS before, p.balance_after_minor AS after FROM postings p
       JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.code = $1 ORDER BY p.id`,
      [available(userId)],
    );
    expect(rows.map(({ before, after }) => [before, after])).toEqual([
      [0n, 1_000n],
      [1_000n, 1_001n],
      [1_001n, 1_003n],
      [1_003n, 1_000n],
      [1_000n, 1_004n],
      [1_004n, 999n],
    ]);
  });

  test("house and user accounts agree in the end", async () => {
    expect(await summedBalance(database.pool, available(userId))).toBe(
      await balanceOf(database.pool, available(userId)),
    );
  });
});

test("open_user_accounts runs again without effect", async () => {
  await database.pool.query("SELECT open_user_accounts($1, 'ZAR', now())", [userId]);
  expect(await balanceOf(database.pool, available(userId))).toBe(1_000n);
});
