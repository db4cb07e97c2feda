import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { unfreezeOutgoing } from "../../../src/user/unfreeze-outgoing.ts";
import { operator } from "../../registered-user.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { type Life, live, owedByBooks, step } from "../../world/random-life.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({
    superuserUrl: inject("superuserUrl"),
  });
});
afterAll(() => world.close());

const { balancesOf } = lookAt(() => world);
const hour = 60 * 60_000;

/** Nothing open is without a job, a later look of the sweeper, or a person's turn; these look at whom disputes have frozen. */
async function heal(customers: Customer[]): Promise<void> {
  await world.sandbox.clearFaults();
  await world.sandbox.post("deliveries/retry-now");
  await world.settle();
  const as = await operator(world.ctx, world.superuser, "administrator");
  // A life lasts some days; the pauses between looks at a paid purchase have grown accordingly, and what such a look finds
  // may freeze somebody once more.
  for (const hours of [2.5, 2.5, 2.5, 30 * 24, 2.5]) {
    for (const { userId } of customers) await unfreezeOutgoing(as, { userId, reason: "looked at" });
    await world.advance(hours * hour);
    await sweepTransactions(world.ctx);
    await world.settle();
  }
}

test(
  "whatever happens in whatever order, every invariant holds, and Revio's books agree with ours",
  { timeout: 170_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 40, size: "max" }),
        async (steps) => {
          await world.sandbox.clearFaults();
          const life: Life = {
            customers: [await world.customer(), await world.customer()],
            deposits: [],
            withdrawals: [],
          };
          for (const customer of life.customers) {
            const deposit = await world.fund(customer, 3_000_000n);
            life.deposits.push({ of: customer, deposit });
          }
          for (const next of steps) await live(world, life, next);
          await heal(life.customers);
          await expectSound(world);
          for (const customer of life.customers) {
            const [available = 0n, pending = 0n, receivable = 0n] = await balancesOf(customer);
            expect(available + pending - receivable).toBe(await owedByBooks(world, customer));
          }
          const { rows } = await world.database.pool.query(
            `SELECT kind, status, reference FROM transactions WHERE user_id = ANY ($1)
         AND (kind, status) IN (('deposit', 'created'), ('deposit', 'awaiting_payment'), ('deposit', 'in_review'), ('withdrawal', 'queued'))`,
            [life.customers.map(({ userId }) => userId)],
          );
          expect(rows).toEqual([]);
          // This life is over: nobody looks at its purchases while others are lived.
          await world.superuser.query("UPDATE revio_purchases SET next_look_at = NULL");
        },
      ),
      // No shrinking: the world remembers, a life cannot be lived twice in it. The seed is in the report.
      { numRuns: 20, endOnFailure: true },
    );
  },
);
