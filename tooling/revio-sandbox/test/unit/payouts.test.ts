import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Loose, type SandboxClient, startClient } from "../support/sandbox-client.ts";
import createdFixture from "../fixtures/payout.created.json" with { type: "json" };
import failedFixture from "../fixtures/payout.failed.json" with { type: "json" };
import successFixture from "../fixtures/payout.success.json" with { type: "json" };

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.sandbox.close());

const read = async (payout: Loose): Promise<Loose> =>
  (await client.call("GET", `/api/v1/payouts/${payout.id}/`)).body;
const statuses = (payout: Loose): string[] =>
  payout.status_history.map((entry: Loose) => entry.status);
const bookOf = async (payout: Loose): Promise<Loose> =>
  (await client.books()).payouts.find((row: Loose) => row.payoutId === payout.id);
const keysOf = (value: object): string[] =>
  Object.keys(value)
    .filter((key) => key !== "event_type")
    .toSorted();
const until = (payout: Loose, status: string) =>
  vi.waitFor(async () => expect((await read(payout)).status).toBe(status), {
    timeout: 3000,
    interval: 5,
  });

test("create moves nothing; execute moves it once; the bodies are Revio's", async () => {
  const payout = await client.createPayout("62812345678", 500_000, "wdr-2024-000123");
  expect(keysOf(payout)).toEqual(keysOf(createdFixture));
  expect(payout.execution_url).toBe(`${client.sandbox.url}/po/${payout.id}/sandbox_bank/`);
  expect(await bookOf(payout)).toMatchObject({ executions: 0, payments: 0 });
  const answer = await client.execute(payout);
  expect([answer.status, answer.body.status]).toEqual([200, "pending"]);
  await until(payout, "success");
  const done = await read(payout);
  expect(statuses(done)).toEqual(["initialized", "pending", "success"]);
  expect(done.transaction_data.extra.webhook_payload.bank).toEqual({
    ...successFixture.transaction_data.extra.webhook_payload.bank,
  });
  expect(keysOf(done.payment)).toEqual(keysOf(successFixture.payment));
  expect(await bookOf(payout)).toMatchObject({ executions: 1, payments: 1, amountMinor: 500_000 });
});

test("amounts may be integer strings and come back as integers; fractions and zero are refused", async () => {
  const post = (amount: unknown) =>
    client.call("POST", "/api/v1/payouts/", {
      brand_id: client.sandbox.brandId,
      client: { email: "a@example.com" },
      payment: { amount, currency: "ZAR" },
    });
  expect((await post("500")).body.payment.amount).toBe(500);
  for (const amount of ["5.00", 5.5, 0, -1, null])
    expect((await post(amount)).status, String(amount)).toBe(400);
});

describe("account numbers choose the outcome", () => {
  test("9001 fails, and the same payout can be executed again", async () => {
    const payout = await client.createPayout("628129001");
    await client.execute(payout);
    await until(payout, "error");
    const failed = await read(payout);
    expect(failed.transaction_data.attempts[0].error).toEqual(
      failedFixture.transaction_data.attempts[0]!.error,
    );
    expect(keysOf(failed.transaction_data.attempts[0])).toEqual(
      keysOf(failedFixture.transaction_data.attempts[0]!),
    );
    expect(await bookOf(payout)).toMatchObject({ executions: 1, payments: 0, failedPayments: 1 });
    await client.control("payout-scenarios", {
      match: { payoutId: payout.id },
      scenario: "success",
    });
    await client.execute(payout);
    await until(payout, "success");
    expect(statuses(await read(payout))).toEqual([
      "initialized",
      "pending",
      "error",
      "pending",
      "success",
    ]);
    expect(await bookOf(payout)).toMatchObject({ executions: 2, payments: 1 });
  });

  test("9002 stays pending until settled", async () => {
    const payout = await client.createPayout("628129002");
    await client.execute(payout);
    await client.control("clock", { advanceSeconds: 86_400 * 5 });
    expect((await read(payout)).status).toBe("pending");
    await client.control(`payouts/${payout.id}/settle`, {
      outcome: "error",
      code: "acquirer_routing_error",
    });
    expect((await read(payout)).transaction_data.attempts[0].error.code).toBe(
      "acquirer_routing_error",
    );
  });

  test("9003 has no funds: 400, no event, still initialized", async () => {
    const payout = await client.createPayout("628129003");
    const answer = await client.execute(payout);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe("insufficient_balance");
    expect((await read(payout)).status).toBe("initialized");
    expect(await bookOf(payout)).toMatchObject({ executions: 0 });
  });

  test("a planted refusal is used up by the refusal", async () => {
    const payout = await client.createPayout("62812345670");
    await client.control("payout-scenarios", {
      match: { payoutId: payout.id },
      scenario: "insufficient_balance",
    });
    expect((await client.execute(payout)).status).toBe(400);
    expect((await client.execute(payout)).status).toBe(200);
  });

  test("9004 and 9005 end at once", async () => {
    const good = await client.createPayout("628129004");
    expect((await client.execute(good)).body.status).toBe("success");
    const bad = await client.createPayout("628129005");
    await client.execute(bad);
    expect(statuses(await read(bad))).toEqual(["initialized", "error"]);
  });

  test("9006 is an error that succeeds later without another execute", async () => {
    const payout = await client.createPayout("628129006");
    await client.execute(payout);
    await until(payout, "success");
    expect(statuses(await read(payout))).toEqual(["initialized", "pending", "error", "success"]);
    expect(await bookOf(payout)).toMatchObject({ executions: 1, payments: 1 });
  });

  test("a success that the bank takes back becomes an error, and the money is there again", async () => {
    const payout = await client.createPayout("62812345678", 1234, "taken-back");
    await client.execute(payout);
    await until(payout, "success");
    const { balances: before } = await client.books();
    await client.control(`payouts/${payout.id}/fail-late`, {});
    expect(statuses(await read(payout))).toEqual(["initialized", "pending", "success", "error"]);
    const { balances: after } = await client.books();
    expect(after[0].ecommerceMinor - before[0].ecommerceMinor).toBe(1234);
  });

  test("9007 comes back from the bank with no status and no event", async () => {
    const payout = await client.createPayout("628129007", 1234, "returned");
    await client.execute(payout);
    await vi.waitFor(async () =>
      expect(await bookOf(payout)).toMatchObject({ returnedPayments: 1 }),
    );
    expect((await read(payout)).status).toBe("success");
    const events = (await client.control(`events?objectId=${payout.id}`)).map(
      (row: Loose) => row.event,
    );
    expect(events.toReversed()).toEqual(["payout.created", "payout.pending", "payout.success"]);
  });
});

describe("executing twice", () => {
  test("by default pays twice, silently", async () => {
    const payout = await client.createPayout("62812345678", 100, "twice");
    await Promise.all([client.execute(payout), client.execute(payout)]);
    await vi.waitFor(async () =>
      expect(await bookOf(payout)).toMatchObject({ executions: 2, payments: 2 }),
    );
    expect(statuses(await read(payout))).toEqual(["initialized", "pending", "success"]);
    await client.execute(payout);
    await vi.waitFor(async () => expect(await bookOf(payout)).toMatchObject({ payments: 3 }));
    expect((await client.books()).byReference.twice).toMatchObject({
      payoutMinor: 300,
      payoutCount: 3,
    });
  });

  test.each([
    ["reject", 400],
    ["ignore", 200],
  ])("%s pays once", async (doubleExecute, status) => {
    await client.control("settings", { doubleExecute });
    const payout = await client.createPayout("628129004");
    await client.execute(payout);
    expect((await client.execute(payout)).status).toBe(status);
    expect(await bookOf(payout)).toMatchObject({ executions: 1, payments: 1 });
    await client.control("settings", { doubleExecute: "pay_twice" });
  });
});

test("execute needs no key unless asked to, but never accepts a wrong one", async () => {
  const payout = await client.createPayout("628129002");
  expect((await client.call("POST", payout.execution_url, {}, { key: "wrong" })).status).toBe(401);
  await client.control("settings", { executeRequiresBearer: true });
  expect((await client.call("POST", payout.execution_url, {}, { key: null })).status).toBe(401);
  await client.control("settings", { executeRequiresBearer: false });
  expect((await client.call("POST", payout.execution_url, {}, { key: null })).status).toBe(200);
  expect(
    (await client.call("POST", payout.execution_url.replace("sandbox_bank", "airtel"), {})).status,
  ).toBe(404);
});

describe("balance", () => {
  test("moves with payouts on the shared balance, pending first", async () => {
    const fresh = await startClient({ payoutFundsMinor: 100_000 });
    const balance = async () => (await fresh.call("GET", "/api/v1/balance/")).body.ecommerce[0];
    const payout = await fresh.createPayout("628129002", 60_000);
    await fresh.execute(payout);
    expect(await balance()).toMatchObject({
      balance: 100_000,
      pending_outgoing: 60_000,
      available_balance: 40_000,
    });
    const second = await fresh.createPayout("62812345678", 40_001);
    expect((await fresh.execute(second)).body.error.code).toBe("insufficient_balance");
    await fresh.control(`payouts/${payout.id}/settle`, {});
    expect(await balance()).toMatchObject({
      balance: 40_000,
      pending_outgoing: 0,
      available_balance: 40_000,
    });
    const keyed = (await fresh.call("GET", "/api/v1/account/json/balance/")).body;
    expect(keyed.ZAR.balance).toBe(40_000);
    await fresh.sandbox.close();
  });

  test("a separate payout balance is not fed by payments", async () => {
    const fresh = await startClient({
      payoutFundsMinor: 500,
      settings: { separatePayoutBalance: true },
    });
    const purchase = await fresh.createPurchase();
    await fresh.control(`purchases/${purchase.id}/pay`, {});
    const { ecommerce, payout_balances_enabled } = (await fresh.call("GET", "/api/v1/balance/"))
      .body;
    expect(payout_balances_enabled).toEqual({ ZAR: true });
    expect(ecommerce[0]).toMatchObject({
      balance: 121_562,
      payout_balance: 500,
      available_payout_balance: 500,
    });
    await fresh.sandbox.close();
  });
});
