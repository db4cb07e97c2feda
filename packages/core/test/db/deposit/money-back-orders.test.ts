import fc from "fast-check";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioRejected } from "@revio-wallet/revio-client/errors";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { checkPurchase } from "../../../src/revio/check-purchase.ts";
import { onPurchase } from "../../../src/revio/on-purchase.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { ifPossible, owedByBooks, refusable } from "../../world/random-life.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());
afterEach(() => world.sandbox.settings({ statusAfterReversal: "before", refundMode: "immediate" }));

const { balancesOf, kindsOf } = lookAt(() => world);
const paidMinor = 80_000n;
const words = ["before", "paid"] as const;

/** A paid purchase of which no webhook tells: we hear of it only where we look. */
interface Unseen {
  purchaseId: string;
  readings: Purchase[];
}

async function payUnseen(customer: Customer): Promise<Unseen> {
  const deposit = await world.deposit(customer, paidMinor);
  const match = { reference: deposit.reference };
  await world.sandbox.webhookFault(match, { kind: "drop" }, null);
  await world.pay(deposit);
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  return { purchaseId: purchase?.id ?? "", readings: [] };
}

/** Looks, as the sweeper's job does; then acts on the same news twice more, at once. */
async function look({ purchaseId, readings }: Unseen): Promise<void> {
  await asTask(() => checkPurchase(world.ctx, { purchaseId }));
  const reading = await world.ctx.revio.purchases.get(purchaseId);
  readings.push(reading);
  await Promise.all([reading, reading].map(act));
}

const act = (reading: Purchase) =>
  asTask(() => withTransaction(world.ctx.pool, (tx) => onPurchase(world.ctx, tx, reading)));

/** What the user has, less what they owe, is what Revio's books say. */
async function expectAsBooked(customer: Customer): Promise<void> {
  const [available = 0n, pending = 0n, receivable = 0n] = await balancesOf(customer);
  expect(available + pending - receivable).toBe(await owedByBooks(world, customer));
}

const bodies = {
  "refund of 300": ["refund", { amount: 30_000 }],
  "refund of 200": ["refund", { amount: 20_000 }],
  "refund of the rest": ["refund", {}],
  chargeback: ["chargeback", {}],
  "dispute won": ["chargeback-reversal", {}],
} as const;
type Event = keyof typeof bodies;

/** Every order of these. */
function ordersOf(events: Event[]): Event[][] {
  if (events.length === 0) return [[]];
  return events.flatMap((event, index) =>
    ordersOf(events.toSpliced(index, 1)).map((rest) => [event, ...rest]),
  );
}

/** Whether that can happen at Revio. */
function isPossible(order: Event[]): boolean {
  // Which of two refunds is the greater makes no difference.
  if (
    order.indexOf("refund of 200") >= 0 &&
    order.indexOf("refund of 200") < order.indexOf("refund of 300")
  )
    return false;
  let isDisputed = false;
  let leftMinor = paidMinor;
  for (const event of order) {
    if ((event === "dispute won") !== isDisputed || leftMinor === 0n) return false;
    if (event === "chargeback" || event === "dispute won") isDisputed = !isDisputed;
    else leftMinor -= BigInt("amount" in bodies[event][1] ? bodies[event][1].amount : leftMinor);
  }
  return true;
}

const orders = [
  ...ordersOf(["refund of 300", "refund of 200", "chargeback", "dispute won"]),
  ...ordersOf(["refund of 300", "refund of the rest", "chargeback", "dispute won"]),
  ["refund of 300", "chargeback"] satisfies Event[],
].filter(isPossible);

describe.each(words)("after a won dispute Revio says: %s", (word) => {
  test.each(orders.map((order) => [order.join(", "), order] as const))(
    "%s; looked at after each of them, or not",
    async (_, order) => {
      await world.sandbox.settings({ statusAfterReversal: word });
      const customer = await world.customer();
      // Each bit of it: is this event looked at, the payment being the first?
      for (let looks = 0; looks < 2 ** order.length; looks += 1) {
        const unseen = await payUnseen(customer);
        for (const [index, event] of [undefined, ...order].entries()) {
          if (event)
            await world.sandbox.post(
              `purchases/${unseen.purchaseId}/${bodies[event][0]}`,
              bodies[event][1],
            );
          if (((looks >> index) & 1) === 1) await look(unseen);
        }
        await look(unseen);
        await expectAsBooked(customer);
        // What was read long ago comes late.
        for (const reading of unseen.readings.toReversed()) await act(reading);
        await expectAsBooked(customer);
      }
      const kinds = await kindsOf(customer);
      const open = kinds.filter((line) => line.startsWith("chargeback completed"));
      expect(open).toHaveLength(order.includes("dispute won") ? 0 : 2 ** order.length);
      await expectSound(world);
    },
  );
});

const amount = fc.integer({ min: 1, max: Number(paidMinor) });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("refund" as const), amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("begin refund" as const), amount }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("end refund" as const),
      outcome: fc.constantFrom("success", "failure"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("chargeback" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("win" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("spend" as const), amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("read late" as const), pick: fc.nat() }) },
);
type Step = Parameters<Parameters<typeof step.map<null>>[0]>[0];

async function live(customer: Customer, unseen: Unseen, next: Step): Promise<void> {
  const { purchaseId, readings } = unseen;
  const at = (verb: string, body?: Record<string, unknown>) =>
    ifPossible(world.sandbox.post(`purchases/${purchaseId}/${verb}`, body));
  switch (next.do) {
    case "look":
      return look(unseen);
    case "refund":
      return at("refund", { amount: next.amount });
    case "begin refund": {
      const refund = { amountMinor: BigInt(next.amount) };
      await world.ctx.revio.purchases.refund(purchaseId, refund).catch((error: unknown) => {
        if (!(error instanceof RevioRejected)) throw error;
      });
      return;
    }
    case "end refund":
      return at("settle", { outcome: next.outcome });
    case "chargeback":
      return at("chargeback");
    case "win":
      return at("chargeback-reversal");
    case "spend":
      if (await refusable(world.withdraw(customer, BigInt(next.amount)))) await world.settle();
      return;
    case "read late": {
      const reading = readings[next.pick % Math.max(readings.length, 1)];
      if (reading !== undefined) await act(reading);
    }
  }
}

test("refunds that take a while or fail, disputes again and again, money spent meanwhile: as Revio's books say", async () => {
  await world.sandbox.settings({ refundMode: "pending" });
  const life = fc.record({
    word: fc.constantFrom(...words),
    steps: fc.array(step, { minLength: 5, maxLength: 14, size: "max" }),
  });
  await fc.assert(
    fc.asyncProperty(life, async ({ word, steps }) => {
      await world.sandbox.settings({ statusAfterReversal: word });
      const customer = await world.customer();
      const unseen = await payUnseen(customer);
      for (const next of steps) await live(customer, unseen, next);
      await live(customer, unseen, { do: "end refund", outcome: "success" });
      await look(unseen);
      await expectAsBooked(customer);
      await expectSound(world);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
