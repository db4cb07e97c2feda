import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { CreatePurchaseInput } from "../../src/purchases.ts";
import { type ScriptedServer, empty, json, startScriptedServer } from "../scripted-server.ts";
import {
  BRAND_ID,
  clientFor,
  errorOf,
  fixture,
  NEW_PAYOUT,
  NEW_PURCHASE,
  PAYOUT_ID,
  PURCHASE_ID,
  STATEMENT_ID,
} from "../fixtures.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

const client = () => clientFor(server.baseUrl);
const answer = (name: string, changes = {}) => json(200, fixture(name, server.origin, changes));
const sent = () => JSON.parse(server.requests[0]?.body ?? "null") as unknown;
const utc = (text: string) => new Date(`${text}Z`);

describe("purchases", () => {
  it("creates with exact wire names and integers", async () => {
    server.script(json(201, fixture("purchase.created", server.origin)));
    const purchase = await client().purchases.create({
      ...NEW_PURCHASE,
      due: utc("2024-06-10T07:13:20.999"),
      dueStrict: true,
    });
    expect(server.requests[0]).toMatchObject({ method: "POST", url: "/api/v1/purchases/" });
    expect(server.requests[0]?.headers).toMatchObject({ "content-type": "application/json" });
    expect(sent()).toEqual({
      brand_id: BRAND_ID,
      client: { email: "thandi@example.com", full_name: "Thandi Nkosi", country: "ZA" },
      purchase: {
        currency: "ZAR",
        products: [{ name: "Wallet deposit", price: 125_000 }],
        metadata: { operationId: "op-1" },
        due_strict: true,
      },
      reference: "dep-2024-000123",
      success_redirect: "https://app.example/pay/ok",
      due: 1_718_003_600,
    });
    expect(purchase).toMatchObject({
      id: PURCHASE_ID,
      status: "created",
      amountMinor: 125_000n,
      payment: null,
      refundableAmountMinor: 0n,
      checkoutUrl: `${server.origin}/p/${PURCHASE_ID}/`,
    });
  });

  it("reads a paid purchase whole", async () => {
    server.script(answer("purchase.paid"));
    const purchase = await client().purchases.get(PURCHASE_ID);
    expect(server.requests[0]).toMatchObject({
      method: "GET",
      url: `/api/v1/purchases/${PURCHASE_ID}/`,
      body: "",
    });
    expect(purchase).toEqual({
      id: PURCHASE_ID,
      type: "purchase",
      status: "paid",
      statusHistory: [
        { status: "created", timestamp: utc("2024-06-10T06:13:20"), relatedObject: null },
        { status: "viewed", timestamp: utc("2024-06-10T06:13:40"), relatedObject: null },
        { status: "pending_execute", timestamp: utc("2024-06-10T06:14:10"), relatedObject: null },
        { status: "paid", timestamp: utc("2024-06-10T06:14:21"), relatedObject: null },
      ],
      isTest: true,
      brandId: BRAND_ID,
      reference: "dep-2024-000123",
      metadata: {},
      amountMinor: 125_000n,
      currency: "ZAR",
      payment: {
        amountMinor: 125_000n,
        currency: "ZAR",
        feeMinor: 3_438n,
        netMinor: 121_562n,
        isOutgoing: false,
        paymentType: "purchase",
        description: "dep-2024-000123",
        paidOn: utc("2024-06-10T06:14:20"),
        remotePaidOn: utc("2024-06-10T06:14:20"),
      },
      refundableAmountMinor: 125_000n,
      refundAvailability: "all",
      markedAsPaid: false,
      paymentMethod: "mastercard",
      attempts: [
        {
          type: "execute",
          successful: true,
          errorCode: null,
          errorMessage: null,
          paymentMethod: "mastercard",
          processedAt: utc("2024-06-10T06:14:20"),
        },
      ],
      checkoutUrl: `${server.origin}/p/${PURCHASE_ID}/`,
      client: {
        email: "thandi@example.com",
        fullName: "Thandi Nkosi",
        phone: "+27 821234567",
        country: "ZA",
        bankAccount: "",
        bankCode: "",
      },
      due: utc("2024-06-10T07:13:20"),
      viewedOn: utc("2024-06-10T06:13:40"),
      createdOn: utc("2024-06-10T06:13:20"),
      updatedOn: utc("2024-06-10T06:14:21"),
    });
  });

  it("lets unknown fields, statuses and words pass", async () => {
    const changes = {
      status: "teleported",
      refund_availability: "on_tuesdays",
      new_field: { a: 1 },
    };
    server.script(answer("purchase.paid", changes));
    expect(await client().purchases.get(PURCHASE_ID)).toMatchObject({
      status: "teleported",
      refundAvailability: "on_tuesdays",
    });
  });

  it("keeps the error code of a failed attempt", async () => {
    server.script(answer("purchase.payment_failure"));
    const { attempts } = await client().purchases.get(PURCHASE_ID);
    expect(attempts[0]).toMatchObject({ successful: false, errorCode: "insufficient_funds" });
  });

  it("cancels by POST", async () => {
    server.script(answer("purchase.created", { status: "cancelled" }));
    expect((await client().purchases.cancel(PURCHASE_ID)).status).toBe("cancelled");
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      url: `/api/v1/purchases/${PURCHASE_ID}/cancel/`,
    });
  });

  it("tells a direct refund from a slow one", async () => {
    server.script(answer("payment.refunded"));
    const direct = await client().purchases.refund(PURCHASE_ID, {
      amountMinor: 25_000n,
      reference: "ref-1",
    });
    expect(sent()).toEqual({ amount: 25_000, reference: "ref-1" });
    expect(direct).toMatchObject({
      type: "payment",
      payment: { status: "success", payment: { amountMinor: 25_000n, isOutgoing: true } },
    });
    server.script(answer("purchase.paid", { status: "pending_refund" }));
    expect(await client().purchases.refund(PURCHASE_ID)).toMatchObject({
      type: "purchase",
      purchase: { status: "pending_refund" },
    });
  });

  it("does not take the refund of another purchase for this one", async () => {
    server.script(answer("payment.refunded"));
    const error = await errorOf(client().purchases.refund(STATEMENT_ID));
    expect(error).toMatchObject({ code: "revio_outcome_unknown", violation: "wrong_object" });
  });
});

describe("requests that break our own schema", () => {
  const bad: [string, unknown][] = [
    ["a misspelt field", { ...NEW_PURCHASE, refrence: "x" }],
    ["a misspelt nested field", { ...NEW_PURCHASE, client: { email: "a@b.c", fullname: "x" } }],
    ["a number for an amount", { ...NEW_PURCHASE, products: [{ name: "a", priceMinor: 1 }] }],
    ["a negative price", { ...NEW_PURCHASE, products: [{ name: "a", priceMinor: -1n }] }],
    ["a price beyond 2^53", { ...NEW_PURCHASE, products: [{ name: "a", priceMinor: 2n ** 53n }] }],
    ["no products", { ...NEW_PURCHASE, products: [] }],
    ["a long reference", { ...NEW_PURCHASE, reference: "x".repeat(129) }],
    ["a currency in small letters", { ...NEW_PURCHASE, currency: "zar" }],
    ["metadata with a bigint", { ...NEW_PURCHASE, metadata: { amount: 1n } }],
    ["long metadata", { ...NEW_PURCHASE, metadata: { text: "x".repeat(10_001) } }],
    ["a script as redirect", { ...NEW_PURCHASE, successRedirect: "javascript:alert(1)" }],
  ];
  it.each(bad)("%s is refused before anything is sent", async (_name, input) => {
    const error = await errorOf(client().purchases.create(input as CreatePurchaseInput));
    expect(error).toMatchObject({ code: "revio_invalid_request", effect: "none" });
    expect(server.requests).toHaveLength(0);
  });

  it("a misspelt field does not compile either", async () => {
    // @ts-expect-error: the exact request type knows no "refrence"
    const purchase = client().purchases.create({ ...NEW_PURCHASE, refrence: "x" });
    // @ts-expect-error: amounts are bigint
    const payout = client().payouts.create({ ...NEW_PAYOUT, amountMinor: 500_000 });
    expect((await errorOf(purchase)).message).toContain("refrence");
    expect((await errorOf(payout)).message).toContain("amountMinor");
  });

  it.each(["", "..", "../balance", `${PURCHASE_ID}/cancel`, PURCHASE_ID.toUpperCase(), "%2e%2e"])(
    "the id %j never becomes a path",
    async (id) => {
      for (const call of [client().purchases.get(id), client().payouts.get(id)]) {
        expect((await errorOf(call)).code).toBe("revio_invalid_request");
      }
      expect(server.requests).toHaveLength(0);
    },
  );

  it("a zero amount moves nothing", async () => {
    const refund = client().purchases.refund(PURCHASE_ID, { amountMinor: 0n });
    expect((await errorOf(refund)).code).toBe("revio_invalid_request");
    const payout = client().payouts.create({ ...NEW_PAYOUT, amountMinor: 0n });
    expect((await errorOf(payout)).code).toBe("revio_invalid_request");
  });
});

describe("payouts", () => {
  it("creates and hands out the execution_url as a secret", async () => {
    server.script(json(201, fixture("payout.created", server.origin)));
    const payout = await client().payouts.create(NEW_PAYOUT);
    expect(sent()).toEqual({
      brand_id: BRAND_ID,
      payment: { amount: 500_000, currency: "ZAR", description: "Withdrawal wdr-2024-000123" },
      client: { email: "thandi@example.com", bank_account: "62812345678", bank_code: "250655" },
      reference: "wdr-2024-000123",
      sender_name: "Wallet (Pty) Ltd",
    });
    expect(payout).toMatchObject({ status: "initialized", amountMinor: 500_000n, currency: "ZAR" });
    expect(payout.executionUrl?.reveal()).toBe(`${server.origin}/po/${PAYOUT_ID}/sandbox_bank/`);
    expect(String(payout.executionUrl)).toBe("[secret]");
  });

  it("reads a failed payout with the attempt's reason, and integer strings as amounts", async () => {
    const body = fixture("payout.failed", server.origin);
    const payment = { ...(body["payment"] as object), amount: "500000" };
    server.script(json(200, { ...body, payment }));
    const payout = await client().payouts.get(PAYOUT_ID);
    expect(payout).toMatchObject({ status: "error", amountMinor: 500_000n });
    expect(payout.statusHistory.map((entry) => entry.status)).toEqual([
      "initialized",
      "pending",
      "error",
    ]);
    expect(payout.attempts[0]).toMatchObject({
      type: null,
      errorCode: "payment_rejected_other_reason",
    });
  });

  it("lists the methods of this account", async () => {
    server.script(
      json(200, { available_payout_methods: ["eft", "x"], names: { eft: "Bank" }, logos: {} }),
    );
    expect(await client().payoutMethods.list({ currency: "ZAR" })).toEqual([
      { method: "eft", name: "Bank" },
      { method: "x", name: "x" },
    ]);
    expect(server.requests[0]?.url).toBe(
      `/api/v1/payout_methods/?brand_id=${BRAND_ID}&currency=ZAR`,
    );
  });
});

describe("balance and public key", () => {
  it("reads the balance as bigint", async () => {
    server.script(answer("balance"));
    const balance = await client().balance.get();
    expect(balance.currencies[0]).toMatchObject({
      currency: "ZAR",
      balanceMinor: 3_232_409n,
      availableMinor: 3_185_444n,
      pendingOutgoingMinor: 46_965n,
    });
    expect(balance.payoutBalancesEnabled).toEqual({ ZAR: false });
  });

  it("reads the public key, which is a JSON string", async () => {
    server.script(json(200, JSON.stringify("-----BEGIN PUBLIC KEY-----\\nAAAA")));
    expect(await client().publicKey.get()).toContain("BEGIN PUBLIC KEY");
    server.script(json(200, { public_key: "x" }));
    expect(await errorOf(client().publicKey.get())).toMatchObject({ violation: "invalid_body" });
  });
});

describe("company statements", () => {
  it("puts filters into the query of the POST", async () => {
    server.script(answer("company-statement", { status: "pending", download_url: null }));
    const statement = await client().companyStatements.create({
      format: "csv",
      timezone: "Africa/Johannesburg",
      filters: {
        from: utc("2024-06-10T00:00:00"),
        to: utc("2024-06-11T00:00:00"),
        search: "dep-1",
      },
    });
    expect(server.requests[0]?.url).toBe(
      `/api/v1/company_statements/?from=1717977600&to=1718064000&brand_id=${BRAND_ID}&q=dep-1`,
    );
    expect(sent()).toEqual({ format: "csv", timezone: "Africa/Johannesburg" });
    expect(statement).toMatchObject({ id: STATEMENT_ID, status: "pending", downloadUrl: null });
  });

  it("gets and cancels by id, and hides the download_url", async () => {
    server.script(answer("company-statement"));
    const statement = await client().companyStatements.get(STATEMENT_ID);
    expect(statement.downloadUrl?.reveal()).toContain("X-Amz-Signature");
    expect(JSON.stringify(statement)).not.toContain("X-Amz");
    await client().companyStatements.cancel(STATEMENT_ID);
    expect(server.requests.map((request) => request.url)).toEqual([
      `/api/v1/company_statements/${STATEMENT_ID}/`,
      `/api/v1/company_statements/${STATEMENT_ID}/cancel/`,
    ]);
  });

  it("follows next to the end, stops at the limit and takes a bare array", async () => {
    const one = fixture("company-statement", server.origin);
    const next = `${server.baseUrl}company_statements/?cursor=abc%3D`;
    const pages = [
      json(200, { results: [one, one], next }),
      json(200, { results: [one], next: null }),
    ];
    server.script(...pages);
    expect(await client().companyStatements.list()).toHaveLength(3);
    expect(server.requests[1]?.url).toBe("/api/v1/company_statements/?cursor=abc%3D");
    server.script(...pages);
    expect(await client().companyStatements.list({ limit: 2 })).toHaveLength(2);
    expect(server.requests).toHaveLength(3);
    server.script(json(200, [one]));
    expect(await client().companyStatements.list()).toHaveLength(1);
  });

  it("does not carry the key to a next page elsewhere, nor outside the API", async () => {
    const origin = server.origin;
    for (const next of [
      "http://127.0.0.1:9/api/v1/x/",
      `${origin}/po/x/`,
      "x",
      `${origin}/api/v2/`,
    ]) {
      server.script(json(200, { results: [], next }));
      const error = await errorOf(client().companyStatements.list());
      expect(error).toMatchObject({ violation: "foreign_url" });
    }
    expect(server.requests).toHaveLength(4);
  });

  it("refuses a list that holds an object of the other mode", async () => {
    server.script(
      json(200, { results: [fixture("company-statement", server.origin, { is_test: false })] }),
    );
    const error = await errorOf(client().companyStatements.list());
    expect(error).toMatchObject({ violation: "wrong_mode" });
  });
});

describe("webhook registrations", () => {
  const id = "9d3f2c10-1111-4222-8333-444455556666";
  const wire = {
    id,
    type: "webhook",
    title: "wallet",
    callback: "https://api.example/webhooks/revio",
    all_events: false,
    events: ["purchase.paid"],
    public_key: "-----BEGIN PUBLIC KEY-----\nAAAA",
    created_on: 1_718_000_000,
    updated_on: 1_718_000_000,
  };

  it("creates, lists, reads, changes and removes", async () => {
    const { webhooks } = client();
    server.script(json(200, wire));
    const created = await webhooks.create({
      title: "wallet",
      callback: wire.callback,
      events: ["purchase.paid"],
    });
    expect(created).toMatchObject({ id, publicKey: wire.public_key, events: ["purchase.paid"] });
    await webhooks.get(id);
    await webhooks.update(id, { allEvents: true });
    server.script(json(200, { results: [wire], next: null }));
    expect(await webhooks.list()).toHaveLength(1);
    server.script(empty(204));
    expect(await webhooks.remove(id)).toBeUndefined();
    expect(server.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      [
        "POST",
        "/api/v1/webhooks/",
        '{"title":"wallet","callback":"https://api.example/webhooks/revio","events":["purchase.paid"]}',
      ],
      ["GET", `/api/v1/webhooks/${id}/`, ""],
      ["PATCH", `/api/v1/webhooks/${id}/`, '{"all_events":true}'],
      ["GET", "/api/v1/webhooks/", ""],
      ["DELETE", `/api/v1/webhooks/${id}/`, ""],
    ]);
  });

  it("needs events or all events", async () => {
    const input = { title: "wallet", callback: wire.callback };
    expect((await errorOf(client().webhooks.create(input))).code).toBe("revio_invalid_request");
  });

  it("reads deliveries without keeping their payload", async () => {
    const payload = fixture("payout.success", server.origin, { event_type: "payout.success" });
    const delivery = {
      created_on: "2024-06-11T10:00:45.123456Z",
      delivered_on: null,
      attempts: 2,
      delivery_attempts: [
        { attempted_on: "2024-06-11T10:09:13.000001Z", error_message: "HTTP 500" },
      ],
      url: wire.callback,
      event: "payout.success",
      payload,
    };
    server.script(json(200, { results: [delivery], next: null }));
    const input = { objectId: PAYOUT_ID, sourceType: "payout" } as const;
    const [found] = await client().webhooks.deliveries(input);
    expect(server.requests[0]?.url).toBe(
      `/api/v1/webhooks/deliveries/?id=${PAYOUT_ID}&source_type=payout`,
    );
    expect(found).toMatchObject({
      eventType: "payout.success",
      deliveredOn: null,
      attempts: 2,
      createdOn: utc("2024-06-11T10:00:45.123"),
      announced: { objectId: PAYOUT_ID, status: "success", statusHistoryLength: 3 },
    });
    expect(JSON.stringify(found)).not.toContain("/po/");
  });
});
