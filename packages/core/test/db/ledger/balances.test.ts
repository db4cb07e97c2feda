import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  houseAccount,
  type LedgerAccountCode,
  userAccount,
} from "../../../src/ledger/chart-of-accounts.ts";
import { foldCheckpoints } from "../../../src/ledger/fold-checkpoints.ts";
import { getAccountBalance, getBalance, getBalanceAsOf } from "../../../src/ledger/get-balance.ts";
import { postJournalEntries, postJournalEntry } from "../../../src/ledger/post-journal-entries.ts";
import { depositCompleted } from "../../../src/ledger/posting-rules/deposit-completed.ts";
import { verifyLedger } from "../../../src/ledger/verify-ledger.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

let world: MoneyWorld;
let customer: Customer;
const instants: Date[] = [];
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  customer = await world.customer();
  for (let round = 0; round < 6; round++) {
    instants.push(world.ctx.clock.now());
    await world.advance(60_000);
    await world.fund(customer, 20_000n + BigInt(round));
    if (round % 2 === 0) await world.withdraw(customer, 5_000n);
    await world.settle();
    // Checkpoints in between, so that a balance starts from different ones.
    if (round % 3 === 1) {
      await olderAreOver(world);
      await foldCheckpoints(world.ctx, { minimumPostings: 1n });
    }
  }
  instants.push(world.ctx.clock.now());
});
afterAll(() => world.close());

/** The plainest sum there is. */
async function sumOf(account: LedgerAccountCode, asOf?: Date): Promise<bigint> {
  const { rows } = await world.superuser.query<{ sum: string }>(
    `SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0)::text AS sum
     FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE a.code = $1 AND ($2::timestamptz IS NULL OR p.posted_at <= $2)`,
    [account, asOf ?? null],
  );
  return BigInt(rows[0]?.sum ?? 0);
}

describe("a balance is the sum of its postings", () => {
  test("now and at every instant, for user and house accounts, with checkpoints in between", async () => {
    const { rows } = await world.superuser.query("SELECT 1 FROM balance_checkpoints");
    expect(rows.length).toBeGreaterThan(2);
    const accounts = [
      houseAccount("revio_float", "ZAR"),
      houseAccount("provider_fees", "ZAR"),
      houseAccount("suspense", "ZAR"),
      userAccount(customer.userId, "available", "ZAR"),
      userAccount(customer.userId, "pending", "ZAR"),
    ];
    for (const account of accounts) {
      expect(await getAccountBalance(world.database.pool, account)).toBe(await sumOf(account));
      for (const asOf of instants) {
        expect(await getAccountBalance(world.database.pool, account, asOf)).toBe(
          await sumOf(account, asOf),
        );
      }
    }
  });

  test("the user's, before anything and after all", async () => {
    const { userId } = customer;
    const at = (asOf: Date) =>
      getBalanceAsOf(world.database.pool, { userId, currency: "ZAR", asOf });
    expect(await at(instants[0] as Date)).toEqual({
      currency: "ZAR",
      availableMinor: 0n,
      pendingMinor: 0n,
      receivableMinor: 0n,
    });
    expect(await at(instants.at(-1) as Date)).toEqual(
      await getBalance(world.database.pool, { userId, currency: "ZAR" }),
    );
  });

  test("of an account that is not there: an error, not zero", async () => {
    await expect(getAccountBalance(world.database.pool, "house:nothing:ZAR")).rejects.toThrow(
      "unknown ledger account",
    );
  });
});

describe("posting", () => {
  const entry = (id: string, amountMinor: bigint) =>
    depositCompleted({
      transactionId: id,
      userId: customer.userId,
      currency: "ZAR",
      amountMinor,
      feeMinor: 0n,
      providerFeeMinor: 0n,
      occurredAt: new Date(0),
    });
  const drawn = (id: string, amountMinor: bigint) => ({
    ...entry(id, amountMinor),
    postings: entry(id, amountMinor).postings.map((posting) => ({
      ...posting,
      direction: posting.direction === "debit" ? ("credit" as const) : ("debit" as const),
    })),
  });
  /** Entries without a transaction: only what the ledger itself says is looked at. */
  const bare = <Entry extends { transactionId: string | undefined }>(value: Entry): Entry => ({
    ...value,
    transactionId: undefined,
  });

  test("each entry of a batch is judged on what those before it left; repeats and conflicts are told apart", async () => {
    const before = await getBalance(world.database.pool, {
      userId: customer.userId,
      currency: "ZAR",
    });
    const first = bare(entry("b-1", 700n));
    const results = await withTransaction(world.ctx.pool, (tx) =>
      postJournalEntries(world.ctx, tx, [
        first,
        bare({ ...drawn("b-2", before.availableMinor + 700n), key: "test:b-2" }),
        bare({ ...drawn("b-3", 1n), key: "test:b-3" }),
        first,
        bare({ ...entry("b-4", 700n), key: "test:b-4" }),
      ]),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual([
      "posted",
      "posted",
      "insufficient_funds",
      "duplicate",
      "posted",
    ]);
    expect(results[2]).toEqual({
      outcome: "insufficient_funds",
      account: userAccount(customer.userId, "available", "ZAR"),
    });
    const other = { ...first, postings: bare(entry("b-1", 701n)).postings };
    await expect(
      withTransaction(world.ctx.pool, (tx) => postJournalEntries(world.ctx, tx, [other])),
    ).rejects.toThrow("was posted before with other content");
    await expect(
      withTransaction(world.ctx.pool, (tx) =>
        postJournalEntry(world.ctx, tx, bare({ ...drawn("b-5", 10n ** 15n), key: "test:b-5" })),
      ),
    ).rejects.toThrow("does not fit the accounts");
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });
});
