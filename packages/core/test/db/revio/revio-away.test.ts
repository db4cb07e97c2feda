import { randomUUID } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { createRevioClient } from "@revio-wallet/revio-client/create-revio-client";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { assertNoOpenTransaction } from "../../../src/revio/assert-no-open-transaction.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

let world: MoneyWorld;
let nobodyListens: string;
const noSuchName = "https://gate.invalid/api/v1/";
beforeAll(async () => {
  nobodyListens = `http://127.0.0.1:${await closedPort()}/api/v1/`;
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { balancesOf, depositOf, kindsOf, withdrawalOf } = lookAt(() => world);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A process that cannot get a connection to Revio at this address. */
function awayAt(baseUrl: string, send?: typeof fetch): WorldContext {
  const revio = createRevioClient({
    baseUrl,
    apiKey: "test_0123456789",
    brandId: world.brandId,
    expectTest: true,
    retry: { maxAttempts: 2, baseDelayMs: 1 },
    beforeCall: assertNoOpenTransaction,
    ...(send === undefined ? {} : { fetch: send }),
  });
  return { ...world.ctx, revio };
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

const executionsOf = async ({ reference }: { reference: string }) =>
  (await world.sandbox.books()).payouts
    .filter((payout) => payout.reference === reference)
    .map(({ executions, payments }) => ({ executions, payments }));
const requestsTo = async (operation: string) => {
  const { counts } = (await world.sandbox.get("requests")) as { counts: Record<string, number> };
  return counts[operation] ?? 0;
};

describe("F17 nothing was sent", () => {
  test.each([
    ["nobody listens", () => nobodyListens],
    ["the name does not resolve", () => noSuchName],
  ])("%s: a withdrawal is not in doubt, and goes out once afterwards", async (_, address) => {
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    await world.runJobs({ as: awayAt(address()), only: "withdrawal.submit" });
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    expect(await balancesOf(customer)).toEqual([60_000n, 40_000n, 0n]);
    await world.drain(5 * minute);
    expect(await executionsOf(withdrawal)).toEqual([{ executions: 1, payments: 1 }]);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    await expectSound(world);
  });

  test("when the order to pay should leave: the same, for it certainly did not", async () => {
    const customer = await world.customer();
    await world.fund(customer, 100_000n);
    const withdrawal = await world.withdraw(customer, 40_000n);
    // The order goes where the payout says. Revio takes the payout, and then nobody listens there any more.
    const { checkoutUrl } = await world.deposit(customer, 1_000n);
    let tried = 0;
    const away = awayAt(new URL("/api/v1/", checkoutUrl ?? "").href, (input, init) => {
      tried += 1;
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return fetch(new URL(pathname, nobodyListens), init);
    });
    const { create } = world.ctx.revio.payouts;
    const revio = { ...away.revio, payouts: { ...away.revio.payouts, create } };
    await world.runJobs({ as: { ...away, revio }, only: "withdrawal.submit" });
    expect(tried).toBeGreaterThan(0);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    await world.drain(20 * minute);
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect((await executionsOf(withdrawal)).filter(({ payments }) => payments > 0)).toEqual([
      { executions: 1, payments: 1 },
    ]);
    await expectSound(world);
  });
});

test("F15 down for six hours, then up: what waited goes out once each, nothing is asked for twice, and what was given up stays so", async () => {
  const customers = await Promise.all(Array.from({ length: 5 }, () => world.customer()));
  for (const customer of customers) await world.fund(customer, 100_000n);
  const away = awayAt(nobodyListens);
  const withdrawals = [];
  const delayed = [];
  for (const customer of customers) {
    withdrawals.push({ customer, withdrawal: await world.withdraw(customer, 40_000n) });
    const asking = { ...customer, as: { ...away, actor: customer.as.actor } };
    const key = randomUUID();
    delayed.push({ customer, key, deposit: await world.delayedDeposit(asking, 10_000n, key) });
  }
  for (let half = 0; half < 12; half++) {
    await world.runJobs({ as: away });
    await sweepTransactions(away);
    await world.advance(30 * minute);
  }
  for (const { customer, withdrawal } of withdrawals) {
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("queued");
    expect(await balancesOf(customer)).toEqual([60_000n, 40_000n, 0n]);
  }
  const [created, executed, opened] = await Promise.all(
    ["payouts.create", "payouts.execute", "purchases.create"].map(requestsTo),
  );

  await world.runJobs({ parallel: true });
  await world.drain(30 * minute);
  for (const { customer, withdrawal } of withdrawals) {
    expect((await withdrawalOf(customer, withdrawal)).status).toBe("completed");
    expect(await executionsOf(withdrawal)).toEqual([{ executions: 1, payments: 1 }]);
  }
  // Nobody waits for hours at a checkout that does not come: the user was told, and asks anew.
  for (const { customer, key, deposit } of delayed) {
    expect((await depositOf(customer, deposit)).status).toBe("expired");
    expect((await world.deposit(customer, 10_000n, key)).status).toBe("expired");
    expect(await balancesOf(customer)).toEqual([60_000n, 0n, 0n]);
  }
  expect(await requestsTo("payouts.create")).toBe((created ?? 0) + withdrawals.length);
  expect(await requestsTo("payouts.execute")).toBe((executed ?? 0) + withdrawals.length);
  expect(await requestsTo("purchases.create")).toBe(opened);
  await expectSound(world);
});

describe("F31 a webhook comes late", () => {
  test.each([
    ["36 hours", 36 * hour],
    ["30 days", 30 * day],
  ])("%s after the payment was found by looking: no news", async (_, late) => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 50_000n);
    await world.settle();
    await world.sandbox.webhookFault({ reference: deposit.reference }, { kind: "hold" }, null);
    await world.pay(deposit);
    await world.drain(10 * minute);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await world.advance(late);
    await world.sandbox.post("deliveries/release");
    await world.settle();
    expect(await kindsOf(customer)).toEqual(["deposit completed 50000"]);
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const { rows } = await world.superuser.query<{ state: string }>(
      "SELECT state FROM provider_events WHERE object_id = $1 AND event_type = 'purchase.paid'",
      [purchase?.id],
    );
    expect(rows).toEqual([{ state: "ignored" }]);
    await expectSound(world);
  });

  test("30 days after the deposit has ended, and is the first to tell that it was paid after all: credited once", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 50_000n);
    await world.drain(2 * hour);
    expect((await depositOf(customer, deposit)).status).toBe("expired");
    await world.advance(30 * day);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    await world.sandbox.webhookFault({ objectId: purchase?.id }, { kind: "duplicate", copies: 3 });
    await world.sandbox.post(`purchases/${purchase?.id}/force-payment`);
    await world.settle();
    expect(await balancesOf(customer)).toEqual([50_000n, 0n, 0n]);
    expect(await kindsOf(customer)).toEqual(["deposit completed 50000"]);
    await expectSound(world);
  });
});
