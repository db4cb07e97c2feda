import { randomBytes, randomUUID } from "node:crypto";
import { systemIds } from "@revio-wallet/core/ids";
import { credit, debit, journalEntry } from "@revio-wallet/core/ledger/journal-entry";
import { postJournalEntries } from "@revio-wallet/core/ledger/post-journal-entries";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Pool } from "pg";
import type { BenchAccount, BenchAccounts } from "./open-accounts.ts";

export type ScenarioName = "floor" | "guarded" | "spread" | "hot" | "batch";

/** One way to post. Each operation is one database transaction: BEGIN, one call, COMMIT. */
export interface Scenario {
  name: ScenarioName;
  title: string;
  entriesPerOperation: number;
  operation: () => Promise<void>;
}

const batchSize = 100;
const amountMinor = 1_00n;
const ctx = { clock: { now: () => new Date() }, ids: systemIds };

/**
 * All scenarios write the same rows per entry: the entry, a debit of a house account, a credit of a user drawn from all
 * users, and the user's new balance. `hot` and `spread` differ in the house account alone, so their ratio shows
 * what it costs that all share one, and nothing else.
 */
export function createScenarios(pool: Pool, accounts: BenchAccounts): Scenario[] {
  const { users, houses, float } = accounts;
  const spreadHouse = () => draw(houses);
  return [
    {
      name: "floor",
      title: "raw floor, single, spread",
      entriesPerOperation: 1,
      operation: () => postByHand(pool, "floor.post", spreadHouse(), draw(users)),
    },
    {
      name: "guarded",
      title: "guarded floor, single, spread",
      entriesPerOperation: 1,
      operation: () => postByHand(pool, "floor.post_guarded", spreadHouse(), draw(users)),
    },
    {
      name: "spread",
      title: "core, single, spread",
      entriesPerOperation: 1,
      operation: () => postThroughCore(pool, 1, spreadHouse, users),
    },
    {
      name: "hot",
      title: "core, single, one hot house account",
      entriesPerOperation: 1,
      operation: () => postThroughCore(pool, 1, () => float, users),
    },
    {
      name: "batch",
      title: `core, batches of ${batchSize}, spread`,
      entriesPerOperation: batchSize,
      operation: () => postThroughCore(pool, batchSize, spreadHouse, users),
    },
  ];
}

async function postThroughCore(
  pool: Pool,
  count: number,
  house: () => BenchAccount,
  users: readonly BenchAccount[],
): Promise<void> {
  const entries = Array.from({ length: count }, () =>
    journalEntry("bench.posted", randomUUID(), {
      occurredAt: ctx.clock.now(),
      postings: [debit(house().code, amountMinor), credit(draw(users).code, amountMinor)],
    }),
  );
  const results = await withTransaction(pool, (tx) => postJournalEntries(ctx, tx, entries));
  if (results.some(({ outcome }) => outcome !== "posted")) {
    throw new Error(`not posted: ${JSON.stringify(results)}`);
  }
}

async function postByHand(
  pool: Pool,
  sqlFunction: "floor.post" | "floor.post_guarded",
  house: BenchAccount,
  user: BenchAccount,
): Promise<void> {
  const now = ctx.clock.now();
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query({
      name: sqlFunction,
      text: `SELECT ${sqlFunction}($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        ctx.ids.uuid(now),
        `bench.posted:${randomUUID()}`,
        randomBytes(32),
        house.id,
        user.id,
        amountMinor,
        now,
      ],
    });
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

function draw(accounts: readonly BenchAccount[]): BenchAccount {
  const account = accounts[Math.floor(Math.random() * accounts.length)];
  if (account === undefined) throw new Error("no accounts to draw from");
  return account;
}
