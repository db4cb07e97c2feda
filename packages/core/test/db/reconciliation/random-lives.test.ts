import { withTransaction } from "@revio-wallet/db/with-transaction";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { credit, debit, journalEntry } from "../../../src/ledger/journal-entry.ts";
import { postJournalEntry } from "../../../src/ledger/post-journal-entries.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { decideDoubts } from "../../world/doubtful-withdrawal.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { type Life, live, step } from "../../world/random-life.ts";
import { breaksOf, reconcile } from "../../world/reconcile.ts";

const funds = 100_000_000;
let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({
    superuserUrl: inject("superuserUrl"),
    payoutFundsMinor: funds,
    settings: { statementTotals: true },
  });
  // What we paid in for payouts, booked.
  await withTransaction(world.ctx.pool, (tx) =>
    postJournalEntry(
      world.ctx,
      tx,
      journalEntry("test.funds", "once", {
        occurredAt: world.ctx.clock.now(),
        postings: [
          debit("house:revio_float:ZAR", BigInt(funds)),
          credit("house:adjustments:ZAR", BigInt(funds)),
        ],
      }),
    ),
  );
});
afterAll(() => world.close());

const doubted = new Set<string>();
const hour = 60 * 60_000;

async function heal(): Promise<void> {
  await world.sandbox.clearFaults();
  await world.sandbox.post("deliveries/retry-now");
  await world.settle();
  for (let look = 0; look < 3; look += 1) {
    await world.advance(2.5 * hour);
    await sweepTransactions(world.ctx);
    await world.settle();
  }
}

test(
  "I15: whatever happened, once it is over no run of any kind finds a difference",
  { timeout: 170_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 30, size: "max" }),
        async (steps) => {
          await world.sandbox.clearFaults();
          const from = world.ctx.clock.now();
          const life: Life = { customers: [await world.customer()], deposits: [], withdrawals: [] };
          const [customer] = life.customers;
          if (customer === undefined) return;
          life.deposits.push({ of: customer, deposit: await world.fund(customer, 3_000_000n) });
          for (const next of steps) await live(world, life, next);
          await heal();
          // An order to pay that never arrived leaves no evidence: that difference, and no other, waits for two people.
          for (const id of await decideDoubts(world)) doubted.add(`transaction:${id}`);
          for (const kind of ["objects", "statement", "float"] as const) {
            const run = await reconcile(world, kind, from);
            expect({ kind, state: run.state, breaks: await breaksOf(world) }).toEqual({
              kind,
              state: "completed",
              breaks: [],
            });
          }
          const found = await breaksOf(world, "resolved");
          expect(found.filter(({ subject }) => !doubted.has(subject))).toEqual([]);
          expect(found.map(({ resolution }) => resolution)).toEqual(found.map(() => "decision"));
        },
      ),
      // No shrinking: the world remembers, a life cannot be lived twice in it. The seed is in the report.
      { numRuns: 10, endOnFailure: true },
    );
  },
);
