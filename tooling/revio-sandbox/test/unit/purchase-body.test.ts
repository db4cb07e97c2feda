import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineTotal } from "../../src/money.ts";
import { type SandboxClient, startClient } from "../support/sandbox-client.ts";
import { isJsonObject, type Json } from "../../src/json.ts";
import createdFixture from "../fixtures/purchase.created.json" with { type: "json" };
import paidFixture from "../fixtures/purchase.paid.json" with { type: "json" };
import failedFixture from "../fixtures/purchase.payment_failure.json" with { type: "json" };
import refundedFixture from "../fixtures/payment.refunded.json" with { type: "json" };

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient({ settings: { refundGuardSeconds: 0 } });
});
afterAll(() => client.sandbox.close());

/** Every path with the kind of value there, so that two bodies compare by shape. */
function shape(value: Json, path = "$"): string[] {
  if (Array.isArray(value)) {
    return value.length === 0
      ? [`${path}: []`]
      : value.flatMap((item, index) => shape(item, `${path}[${index}]`));
  }
  if (isJsonObject(value)) {
    const names = Object.keys(value).toSorted();
    return names.length === 0
      ? [`${path}: {}`]
      : names.flatMap((name) => shape(value[name]!, `${path}.${name}`));
  }
  return [`${path}: ${value === null ? "null" : typeof value}`];
}

/** REST bodies are webhook bodies without `event_type`. */
function withoutEvent(fixture: object): Json {
  const { event_type: _event, ...rest } = fixture as Record<string, Json>;
  return rest;
}

/** The processing id of a paid purchase, and a redirected default, are values; the fields are not. */
describe("bodies have exactly the fields and kinds of values of the recorded ones", () => {
  test("a fresh purchase", async () => {
    const purchase = await client.createPurchase();
    expect(shape(purchase)).toEqual(
      shape(withoutEvent(createdFixture)).map((line) =>
        // Both redirects are given, so the direct post URL is not null here.
        line.startsWith("$.direct_post_url") ? "$.direct_post_url: string" : line,
      ),
    );
    expect(purchase.purchase).toEqual(createdFixture.purchase);
    expect(purchase.client).toEqual(createdFixture.client);
    expect(purchase.due - purchase.created_on).toBe(3600);
  });

  test("a paid purchase, with the fee of 2.75 % rounded half up", async () => {
    const purchase = await client.createPurchase();
    const { purchase: paid } = await client.control(`purchases/${purchase.id}/pay`, {
      card: "5555555555554444",
    });
    const direct = (line: string) => !line.startsWith("$.direct_post_url");
    // The history has no `viewed_on` gap here: same entries, other clock.
    expect(shape(paid).filter(direct)).toEqual(shape(withoutEvent(paidFixture)).filter(direct));
    expect(paid.payment).toMatchObject({ amount: 125_000, fee_amount: 3438, net_amount: 121_562 });
    expect(paid.status_history.map((entry: { status: string }) => entry.status)).toEqual([
      "created",
      "viewed",
      "pending_execute",
      "paid",
    ]);
    expect(JSON.stringify(paid)).not.toContain("5555555555554444");
  });

  test("a failed attempt", async () => {
    const purchase = await client.createPurchase();
    const { purchase: failed } = await client.control(`purchases/${purchase.id}/pay`, {
      card: "4000000000009995",
    });
    const direct = (line: string) => !line.startsWith("$.direct_post_url");
    expect(shape(failed).filter(direct)).toEqual(shape(withoutEvent(failedFixture)).filter(direct));
    expect(failed.transaction_data.attempts[0].error).toEqual(
      failedFixture.transaction_data.attempts[0]!.error,
    );
  });

  test("a refund is a Payment", async () => {
    const purchase = await client.createPurchase();
    await client.control(`purchases/${purchase.id}/pay`, {});
    const refund = await client.call("POST", `/api/v1/purchases/${purchase.id}/refund/`, {
      amount: 25_000,
    });
    expect(refund.status).toBe(200);
    expect(shape(refund.body)).toEqual(shape(withoutEvent(refundedFixture)));
    expect(refund.body.payment.description).toBe("Refund: dep-2024-000123");
  });
});

describe("line arithmetic", () => {
  test.each([
    // price, quantity ×10^4, discount, tax ×10^2, total
    [100n, 10_000n, 0n, 0n, 100n],
    [333n, 15_000n, 0n, 0n, 500n], // 499.5 rounds up
    [100n, 10_000n, 0n, 1500n, 115n],
    [1n, 5000n, 0n, 0n, 1n], // half a cent rounds up
    [1n, 4999n, 0n, 0n, 0n],
    [1000n, 30_000n, 500n, 1550n, 2888n], // 2500 × 1.155 = 2887.5
  ])(
    "%s × %s − %s at %s is %s",
    (priceMinor, quantityScaled, discountMinor, taxPercentScaled, total) => {
      const line = {
        priceMinor,
        quantityScaled,
        discountMinor,
        taxPercentScaled,
        totalOverrideMinor: null,
      };
      expect(lineTotal(line).totalMinor).toBe(total);
    },
  );

  test("lines are rounded one by one, then summed with the debt", async () => {
    const line = { name: "half", price: 1, quantity: "0.5" };
    const purchase = await client.createPurchase({}, { products: [line, line], debt: 7 });
    expect(purchase.purchase.total).toBe(9);
    expect(purchase.purchase.products[0].quantity).toBe("0.5000");
    const overridden = await client.createPurchase({}, { total_override: 42 });
    expect(overridden.purchase.total).toBe(42);
  });
});
