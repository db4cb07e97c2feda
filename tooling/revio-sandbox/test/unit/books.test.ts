import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Loose, type SandboxClient, startClient } from "../support/sandbox-client.ts";

const opening = 1_000_000;
let client: SandboxClient;
beforeAll(async () => {
  client = await startClient({ payoutFundsMinor: opening, settings: { refundGuardSeconds: 0 } });
});
afterAll(() => client.sandbox.close());

type Step =
  | { kind: "pay"; amount: number; card: string }
  | { kind: "refund"; of: number; amount: number }
  | { kind: "chargeback"; of: number }
  | { kind: "reverse"; of: number }
  | { kind: "payout"; amount: number; account: string; times: number }
  | { kind: "return"; of: number };

const index = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("pay" as const),
    amount: fc.integer({ min: 1, max: 500_000 }),
    card: fc.constantFrom("4444333322221111", "5555555555554444", "4000000000009995"),
  }),
  fc.record({
    kind: fc.constant("refund" as const),
    of: index,
    amount: fc.integer({ min: 1, max: 300_000 }),
  }),
  fc.record({ kind: fc.constant("chargeback" as const), of: index }),
  fc.record({ kind: fc.constant("reverse" as const), of: index }),
  fc.record({
    kind: fc.constant("payout" as const),
    amount: fc.integer({ min: 1, max: 700_000 }),
    account: fc.constantFrom("628129004", "628129005", "628129003", "628129002"),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant("return" as const), of: index }),
);

/** Plays the steps and keeps the balance that a merchant would work out from the answers alone. */
async function play(steps: Step[]): Promise<number> {
  let expected = opening;
  const purchases: string[] = [];
  const payouts: string[] = [];
  const post = (path: string, body: object = {}) => client.call("POST", path, body);
  for (const each of steps) {
    if (each.kind === "pay") {
      const purchase = await client.createPurchase(
        {},
        { products: [{ name: "x", price: each.amount }] },
      );
      const { purchase: after } = await client.control(`purchases/${purchase.id}/pay`, {
        card: each.card,
      });
      purchases.push(purchase.id);
      expected += after.payment?.net_amount ?? 0;
    } else if (each.kind === "payout") {
      const payout = await client.createPayout(each.account, each.amount);
      payouts.push(payout.id);
      for (let time = 0; time < each.times; time += 1) {
        const answer = await client.execute(payout);
        if (answer.status === 200 && answer.body.status === "success") expected -= each.amount;
      }
    } else if (each.kind === "return") {
      const answer = await post(
        `/sandbox/payouts/${payouts[each.of % Math.max(1, payouts.length)] ?? "none"}/return`,
      );
      if (answer.status === 200) expected += answer.body.payment.amount;
    } else {
      const id = purchases[each.of % Math.max(1, purchases.length)] ?? "none";
      const paths = {
        refund: `/api/v1/purchases/${id}/refund/`,
        chargeback: `/sandbox/purchases/${id}/chargeback`,
        reverse: `/sandbox/purchases/${id}/chargeback-reversal`,
      };
      const answer = await post(
        paths[each.kind],
        each.kind === "refund" ? { amount: each.amount } : {},
      );
      const sign = each.kind === "reverse" ? 1 : -1;
      if (answer.status === 200) expected += sign * answer.body.payment.amount;
    }
  }
  return expected;
}

test("whatever happens, the balance is the opening plus what really moved", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await client.control("reset", {});
      const expected = await play(steps);
      const books = await client.books();
      expect(books.balances[0].ecommerceMinor).toBe(expected);
      const signs: Record<string, number> = {
        payment: 1,
        chargeback_reversal: 1,
        payout_return: 1,
      };
      const summed = books.movements.reduce(
        (sum: number, row: Loose) => sum + (signs[row.kind] ?? -1) * row.amountMinor - row.feeMinor,
        opening,
      );
      expect(summed).toBe(expected);
      const { ecommerce } = (await client.call("GET", "/api/v1/balance/")).body;
      const pending = books.balances[0].pendingPayoutsMinor;
      expect(ecommerce[0]).toMatchObject({
        balance: expected,
        pending_outgoing: pending,
        available_balance: expected - pending,
      });
    }),
    { numRuns: 40 },
  );
});

test("the books count every payment per payout and per reference", async () => {
  await client.control("reset", {});
  const payouts = [
    await client.createPayout("628129004", 10, "same"),
    await client.createPayout("628129004", 10, "same"),
  ];
  for (const payout of payouts) await client.execute(payout);
  await client.execute(payouts[0]);
  const books = await client.books();
  expect(books.payouts.map((row: Loose) => row.payments)).toEqual([2, 1]);
  expect(books.byReference.same).toMatchObject({
    payoutObjects: 2,
    executions: 3,
    payoutCount: 3,
    payoutMinor: 30,
  });
});

test("the control page shows purchases, payouts, deliveries and faults, escaped", async () => {
  await client.control("reset", {});
  await client.createPurchase({ reference: "<script>alert(1)</script>" });
  await client.control("faults", { match: { operation: "</code><script>" }, kind: "reset_before" });
  const page = await (await fetch(client.sandbox.controlUrl)).text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page.match(/<script>/g)).toHaveLength(1);
});
