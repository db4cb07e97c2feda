import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Loose, type SandboxClient, startClient } from "../support/sandbox-client.ts";
import statementFixture from "../fixtures/company-statement.json" with { type: "json" };

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient({ settings: { refundGuardSeconds: 0 } });
});
afterAll(() => client.sandbox.close());

async function statement(query: string): Promise<Loose> {
  const created = await client.call("POST", `/api/v1/company_statements/?${query}`, {
    format: "csv",
    timezone: "Africa/Johannesburg",
  });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ status: "pending", download_url: null });
  return vi.waitFor(async () => {
    const { body } = await client.call("GET", `/api/v1/company_statements/${created.body.id}/`);
    expect(body.status).toBe("success");
    return body;
  });
}

async function rows(query: string): Promise<Record<string, string>[]> {
  const text = await (await fetch((await statement(query)).download_url)).text();
  expect(text.endsWith("\r\n")).toBe(true);
  const [header = "", ...lines] = text.trimEnd().split("\r\n");
  const names = header.split(",");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((cell, index) => [names[index], cell])),
  );
}

test("lists purchases from creation, refunds, chargebacks, every payment of a payout and its return", async () => {
  const orphan = await client.createPurchase({ reference: "orphan" });
  const paid = await client.createPurchase({ reference: "paid" });
  await client.control(`purchases/${paid.id}/pay`, {});
  await client.call("POST", `/api/v1/purchases/${paid.id}/refund/`, { amount: 25_000 });
  await client.control(`purchases/${paid.id}/chargeback`, {});
  const payout = await client.createPayout("628129004", 40_000, "paid-twice");
  await client.execute(payout);
  await client.execute(payout);
  await client.control(`payouts/${payout.id}/return`, {});
  await client.createPayout("62812345678", 1, "never-executed");

  expect(await rows("q=orphan")).toEqual([
    expect.objectContaining({
      id: orphan.id,
      product: "purchase",
      status: "created",
      amount: "1250.00",
      paid_on: "",
    }),
  ]);
  const about = await rows("q=paid");
  expect(about.map((row) => [row.product, row.amount, row.fee, row.is_outgoing])).toEqual([
    ["purchase", "1250.00", "34.38", "False"],
    ["refund", "250.00", "0.00", "True"],
    ["chargeback", "1000.00", "0.00", "True"],
    ["payout", "400.00", "0.00", "True"],
    ["payout", "400.00", "0.00", "True"],
    ["payout_return", "400.00", "0.00", "False"],
  ]);
  expect(await rows("product=payout&status=initialized")).toHaveLength(1);
  expect(await rows("currency=USD")).toEqual([]);
  expect(
    await rows(`from=${Math.floor((await client.control("clock")).nowMs / 1000) + 60}`),
  ).toEqual([]);
  await client.control("settings", { statementPayoutLines: false });
  expect(await rows("product=payout,payout_return")).toEqual([]);
});

test("a faulty file loses, doubles and alters lines, and then does not add up to its total", async () => {
  await client.control("settings", { statementTotals: true, statementPayoutLines: true });
  const paid = await client.createPurchase({ reference: "faulty" });
  await client.control(`purchases/${paid.id}/pay`, {});
  const read = async () =>
    (await rows("q=faulty")).map((row) => `${row.product} ${row.amount} ${row.fee}`);
  const total = "total 1250.00 34.38";
  expect(await read()).toEqual(["purchase 1250.00 34.38", total]);
  const faults: [object, string[]][] = [
    [{ kind: "alter", set: { amountMinor: 125_001 } }, ["purchase 1250.01 34.38", total]],
    [{ kind: "duplicate" }, ["purchase 1250.00 34.38", "purchase 1250.00 34.38", total]],
    [{ kind: "drop" }, [total]],
  ];
  for (const [fault, lines] of faults) {
    const planted = await client.control("statement-faults", {
      match: { reference: "faulty", product: "purchase" },
      ...fault,
    });
    expect(await read()).toEqual(lines);
    await fetch(`${client.sandbox.controlUrl}faults/${planted.id}`, { method: "DELETE" });
  }
  await client.control("settings", { statementTotals: false });
});

test("the body has Revio's fields; the URL expires and a read gives a fresh one", async () => {
  const done = await statement("from=0&to=1&currency=ZAR");
  expect(Object.keys(done).toSorted()).toEqual(Object.keys(statementFixture).toSorted());
  expect(done.query_string).toBe("from=0&to=1&currency=ZAR");
  await client.control("clock", { advanceSeconds: 3601 });
  expect((await fetch(done.download_url)).status).toBe(403);
  const fresh = await client.call("GET", `/api/v1/company_statements/${done.id}/`);
  expect((await fetch(fresh.body.download_url)).status).toBe(200);
  const forged = fresh.body.download_url.replace(/expires=\d+/, "expires=9999999999");
  expect((await fetch(forged)).status).toBe(403);
});

test("can be cancelled while it is not done", async () => {
  await client.control("settings", { statementDelaySeconds: 3600 });
  const created = await client.call("POST", "/api/v1/company_statements/", { format: "csv" });
  const path = `/api/v1/company_statements/${created.body.id}/`;
  expect((await client.call("POST", `${path}cancel/`)).body.status).toBe("cancelled");
  expect((await client.call("POST", `${path}cancel/`)).status).toBe(400);
  expect((await client.call("GET", "/api/v1/company_statements/")).body.results[0].id).toBe(
    created.body.id,
  );
});
