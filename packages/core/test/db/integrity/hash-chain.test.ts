import { randomUUID } from "node:crypto";
import { readChainedEntries, readChainHead } from "@revio-wallet/db/sql/hash-chain";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { houseAccount, userAccount } from "../../../src/ledger/chart-of-accounts.ts";
import { postJournalEntries } from "../../../src/ledger/post-journal-entries.ts";
import { chainHash, entryHash, genesis } from "../../../src/integrity/chain-hash.ts";
import { extendChains } from "../../../src/integrity/extend-chains.ts";
import { chainAll, fullRound, openFindings, tamper } from "../../world/assurance.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  customer = await world.customer();
  await world.fund(customer, 200_000n);
  await world.withdraw(customer, 40_000n);
  await world.settle();
});
afterAll(() => world.close());

/** Walks the whole chain with nothing but SHA-256: each hash computed here from the fields. */
async function recompute(): Promise<{ links: number; head: Buffer }> {
  let head = genesis;
  let links = 0;
  for (;;) {
    const page = await readChainedEntries(world.database.pool, {
      after: BigInt(links),
      limit: 1_000,
    });
    if (page.length === 0) return { links, head };
    for (const entry of page) {
      links += 1;
      expect(entry.position).toBe(BigInt(links));
      expect(entryHash(entry).equals(entry.itemHash)).toBe(true);
      head = chainHash(head, entry.itemHash);
      expect(head.equals(entry.chainHash)).toBe(true);
    }
  }
}

async function count(sql: string): Promise<number> {
  const { rows } = await world.superuser.query<{ count: string }>(`SELECT count(*) ${sql}`);
  return Number(rows[0]?.count);
}

/** Entries without a transaction, many per call: a deposit of one cent from corrections. */
async function postMany(entries: number): Promise<void> {
  for (let left = entries; left > 0; left -= 100) {
    await withTransaction(world.database.pool, (tx) =>
      postJournalEntries(
        world.ctx,
        tx,
        Array.from({ length: Math.min(left, 100) }, () => ({
          key: `test.moved:${randomUUID()}`,
          event: "test.moved",
          transactionId: undefined,
          occurredAt: world.ctx.clock.now(),
          postings: [
            {
              account: houseAccount("adjustments", "ZAR"),
              direction: "debit" as const,
              amountMinor: 1n,
            },
            {
              account: userAccount(customer.userId, "available", "ZAR"),
              direction: "credit" as const,
              amountMinor: 1n,
            },
          ],
        })),
      ),
    );
  }
}

test("every entry is chained once, and TypeScript computes the same hashes from the fields alone", async () => {
  await chainAll(world);
  const { links, head } = await recompute();
  expect(links).toBe(await count("FROM journal_entries"));
  expect(links).toBeGreaterThanOrEqual(3);
  const stored = await readChainHead(world.database.pool, "journal");
  expect(stored).toEqual({ position: BigInt(links), chainHash: head });
  expect(await count("FROM chain_links WHERE stream = 'audit'")).toBe(
    await count("FROM audit_events"),
  );
});

test("values with separators, quotes and other scripts in them: SQL and TypeScript agree", async () => {
  await tamper(
    world,
    `INSERT INTO journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at)
     VALUES ('${randomUUID()}', E'3:abc,~,\\n"ünï", ''漢字'' \\\\', '', sha256('x'), '1969-12-31T23:59:59.999999Z', '2026-11-25T10:00:00.000001Z')`,
  );
  await chainAll(world);
  await recompute();
  await tamper(
    world,
    "DELETE FROM chain_links WHERE item_sequence = (SELECT max(sequence) FROM journal_entries) AND stream = 'journal'",
  );
  await tamper(world, "DELETE FROM journal_entries WHERE event = ''");
});

test("an entry of a database transaction that is still open is not chained over", async () => {
  await chainAll(world);
  const before = await count("FROM chain_links WHERE stream = 'journal'");
  const client = await world.database.pool.connect();
  try {
    await client.query("BEGIN");
    // It has its number now, below all that come later.
    await client.query("SELECT pg_current_xact_id()");
    await postMany(3);
    await extendChains(world.ctx);
    expect(await count("FROM chain_links WHERE stream = 'journal'")).toBe(before);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  await chainAll(world);
  expect(await count("FROM chain_links WHERE stream = 'journal'")).toBe(before + 3);
});

test("10 000 entries are chained in bounded steps by several workers at once, beside posting, and verify", async () => {
  await chainAll(world);
  const before = await count("FROM chain_links WHERE stream = 'journal'");
  const worker = async () => {
    for (let idle = 0; idle < 20;) {
      const added = await extendChains(world.ctx, { batch: 250 });
      idle = added === 0 ? idle + 1 : 0;
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  };
  await Promise.all([postMany(5_000), postMany(5_000), worker(), worker(), worker()]);
  await chainAll(world);
  const { links } = await recompute();
  expect(links).toBe(before + 10_000);
  expect(await fullRound(world, 700)).toBe(0);
  expect(await openFindings(world)).toEqual([]);
});

test("a process that extends the chains dies at any statement: the next one goes on", async () => {
  await postMany(2);
  await olderAreOver(world);
  const whole = world.process();
  await asTask(() => extendChains(whole.ctx));
  expect(whole.process.points.length).toBeGreaterThan(10);
  for (const index of whole.process.points.keys()) {
    await postMany(2);
    await olderAreOver(world);
    const dying = world.process(index);
    await asTask(() => extendChains(dying.ctx)).catch(() => undefined);
    expect(dying.process.dead).toBe(true);
    await chainAll(world);
    expect(await count("FROM chain_links WHERE stream = 'journal'")).toBe(
      await count("FROM journal_entries"),
    );
  }
  await recompute();
  expect(await fullRound(world)).toBe(0);
});
