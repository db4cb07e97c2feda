import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SandboxClient, purchaseRequest, startClient } from "../support/sandbox-client.ts";
import fieldErrors from "../fixtures/error-400-field.json" with { type: "json" };

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.sandbox.close());

const incorrectKey = {
  __all__: [{ message: "Incorrect secret_key", code: "authentication_failed" }],
};

describe("paths and keys", () => {
  test("a path without its trailing slash is not found, and a POST there has no effect", async () => {
    const answer = await client.call("POST", "/api/v1/purchases", purchaseRequest(client.sandbox));
    expect(answer.status).toBe(404);
    expect(answer.body.__all__[0].code).toBe("not_found");
    expect(await client.control("purchases")).toEqual([]);
  });

  test.each([null, "wrong", ""])("key %j is refused with Revio's body", async (key) => {
    const answer = await client.call("GET", "/api/v1/balance/", undefined, { key });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(incorrectKey);
  });

  test("the key decides is_test, and objects of the other mode do not exist", async () => {
    const { liveApiKey } = client.sandbox;
    const tested = await client.createPurchase();
    const live = await client.call("POST", "/api/v1/purchases/", purchaseRequest(client.sandbox), {
      key: liveApiKey,
    });
    expect([tested.is_test, live.body.is_test]).toEqual([true, false]);
    expect((await client.call("GET", `/api/v1/purchases/${live.body.id}/`)).status).toBe(404);
    const crossed = await client.call("GET", `/api/v1/purchases/${tested.id}/`, undefined, {
      key: liveApiKey,
    });
    expect(crossed.body).toEqual({ __all__: [{ message: "Not found.", code: "not_found" }] });
  });

  test.each(["/api/v1/purchases/", "/api/v1/payouts/"])("GET %s is not allowed", async (path) => {
    const answer = await client.call("GET", path);
    expect(answer.status).toBe(405);
    expect(answer.body.__all__[0].code).toBe("method_not_allowed");
  });

  test("a create is never idempotent, whatever the key, and a reference is not unique", async () => {
    const headers = { "idempotency-key": "same" };
    const request = purchaseRequest(client.sandbox, { reference: "twice" });
    const first = await client.call("POST", "/api/v1/purchases/", request, { headers });
    const second = await client.call("POST", "/api/v1/purchases/", request, { headers });
    expect(first.body.id).not.toBe(second.body.id);
    expect(await client.control("purchases?reference=twice")).toHaveLength(2);
  });
});

describe("errors of a create", () => {
  const post = (body: unknown) => client.call("POST", "/api/v1/purchases/", body);

  test("field errors follow the shape of the request, in array form", async () => {
    const answer = await post({
      ...purchaseRequest(
        client.sandbox,
        {},
        { products: [{ name: "x", price: 100, discount: 200, total_price_override: 5 }] },
      ),
      brand_id: "409eb80e-0000-4b1d-afa8-0000000000ff",
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(fieldErrors);
  });

  test.each([
    ["no brand", { brand_id: undefined }, "brand_id.0.code", "required"],
    ["no purchase", { purchase: undefined }, "purchase.0.code", "required"],
    ["no client", { client: undefined }, "__all__.0.code", "purchase_client_or_id_required"],
    ["both clients", { client_id: "x" }, "__all__.0.code", "purchase_client_or_id_only"],
    ["no e-mail", { client: {} }, "client.email.0.code", "required"],
    ["no products", { purchase: { currency: "ZAR" } }, "purchase.products.0.code", "required"],
    ["empty products", { purchase: { products: [] } }, "purchase.products.0.code", "min_length"],
    [
      "no price",
      { purchase: { products: [{ name: "x" }] } },
      "purchase.products.0.price.0.code",
      "required",
    ],
    [
      "a fraction of a cent",
      { purchase: { products: [{ name: "x", price: 1.5 }] } },
      "purchase.products.0.price.0.code",
      "invalid",
    ],
    [
      "a total of zero",
      { purchase: { products: [{ name: "x", price: 0 }] } },
      "purchase.total.0.code",
      "min_value",
    ],
    [
      "a currency that does not exist",
      { purchase: { currency: "XXY", products: [{ name: "x", price: 1 }] } },
      "purchase.currency.0.code",
      "invalid_choice",
    ],
    ["a long reference", { reference: "x".repeat(129) }, "reference.0.code", "max_length"],
    [
      "five decimals",
      { purchase: { products: [{ name: "x", price: 1, quantity: "1.00001" }] } },
      "purchase.products.0.quantity.0.code",
      "max_decimal_places",
    ],
    [
      "a script as redirect",
      { success_redirect: "javascript:alert(1)" },
      "success_redirect.0.code",
      "invalid",
    ],
    [
      "an umbrella method",
      { payment_method_whitelist: ["card"] },
      "payment_method_whitelist.0.code",
      "invalid_payment_method_whitelist",
    ],
  ])("%s", async (_name, change, path, code) => {
    const answer = await post({ ...purchaseRequest(client.sandbox), ...change });
    expect(answer.status).toBe(400);
    expect(answer.body).toHaveProperty(path, code);
  });

  test("a body that is not a JSON object", async () => {
    expect((await post("{")).status).toBe(400);
    expect((await post("[]")).status).toBe(400);
  });

  test("unknown fields and a caller's own total are ignored", async () => {
    const purchase = await client.createPurchase({ nonsense: 1 }, { total: 1, skip_capture: true });
    expect(purchase.purchase.total).toBe(125_000);
    expect(purchase.skip_capture).toBe(false);
    expect(purchase).not.toHaveProperty("nonsense");
  });
});

test("the company key is a JSON string and stays the same", async () => {
  const first = await client.call("GET", "/api/v1/public_key/");
  expect(first.body).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  expect((await client.call("GET", "/api/v1/public_key/")).body).toBe(first.body);
  const live = await client.call("GET", "/api/v1/public_key/", undefined, {
    key: client.sandbox.liveApiKey,
  });
  expect(live.body).not.toBe(first.body);
});

test("payout methods need a brand and a currency", async () => {
  const answer = await client.call(
    "GET",
    `/api/v1/payout_methods/?brand_id=${client.sandbox.brandId}&currency=ZAR`,
  );
  expect(answer.body.available_payout_methods).toEqual(["sandbox_bank"]);
  const none = await client.call("GET", "/api/v1/payout_methods/");
  expect(none.body).toMatchObject({
    brand_id: [{ code: "required" }],
    currency: [{ code: "required" }],
  });
});
