import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  type Loose,
  type SandboxClient,
  startClient,
} from "../support/sandbox-client.ts";

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient({ timeScale: 1 });
});
afterAll(() => client.sandbox.close());

const act = (purchase: Loose, action: string, body: object = {}): Promise<Answer> =>
  client.call("POST", `/api/v1/purchases/${purchase.id}/${action}/`, body);
const code = (answer: Answer): string => answer.body.__all__?.[0].code;
const read = async (purchase: Loose): Promise<Loose> =>
  (await client.call("GET", `/api/v1/purchases/${purchase.id}/`)).body;

async function paid(fields: object = {}): Promise<Loose> {
  const purchase = await client.createPurchase(fields as Loose);
  await client.control(`purchases/${purchase.id}/pay`, {});
  return purchase;
}

describe("refunds", () => {
  test("several partial refunds, 60 seconds apart, down to nothing", async () => {
    const purchase = await paid();
    expect((await act(purchase, "refund", { amount: 25_000 })).body.type).toBe("payment");
    expect(code(await act(purchase, "refund", { amount: 25_000 }))).toBe("purchase_refund_timeout");
    await client.control("clock", { advanceSeconds: 61 });
    expect(code(await act(purchase, "refund", { amount: 100_001 }))).toBe(
      "purchase_refund_amount_too_large",
    );
    const second = await act(purchase, "refund");
    expect(second.body.payment.amount).toBe(100_000);
    const after = await read(purchase);
    expect(after).toMatchObject({
      status: "refunded",
      refundable_amount: 0,
      refund_availability: "none",
    });
    expect(after.status_history.at(-1).related_object).toEqual({
      type: "payment",
      id: second.body.id,
    });
    expect(code(await act(purchase, "refund"))).toBe("purchase_refund_not_possible");
  });

  test("a refused refund moves nothing", async () => {
    const unpaid = await client.createPurchase();
    expect(code(await act(unpaid, "refund"))).toBe("purchase_refund_wrong_status");
    const purchase = await paid({ reference: "refused" });
    expect((await act(purchase, "refund", { amount: 0 })).body.amount[0].code).toBe("min_value");
    await client.control("settings", { refundsEnabled: false });
    expect(code(await act(purchase, "refund"))).toBe("purchase_refund_error");
    await client.control("settings", { refundsEnabled: true, refundMode: "fail" });
    expect(code(await act(purchase, "refund"))).toBe("purchase_refund_error");
    expect((await read(purchase)).transaction_data.attempts[0]).toMatchObject({
      type: "refund",
      successful: false,
    });
    await client.control("settings", { refundMode: "immediate" });
    expect((await client.books()).byReference.refused).not.toHaveProperty("refundMinor");
  });

  test("a pending refund answers with the purchase and ends either way", async () => {
    await client.control("settings", { refundMode: "pending" });
    const purchase = await paid();
    const answer = await act(purchase, "refund", { amount: 1000 });
    expect([answer.body.type, answer.body.status]).toEqual(["purchase", "pending_refund"]);
    await client.control(`purchases/${purchase.id}/settle`, { outcome: "failure" });
    expect(await read(purchase)).toMatchObject({ status: "paid", refundable_amount: 125_000 });
    await client.control("clock", { advanceSeconds: 61 });
    await act(purchase, "refund", { amount: 1000 });
    await client.control(`purchases/${purchase.id}/settle`, {});
    expect(await read(purchase)).toMatchObject({ status: "refunded", refundable_amount: 124_000 });
    const events = (await client.control(`events?objectId=${purchase.id}`)).map(
      (row: Loose) => row.event,
    );
    expect(events).not.toContain("purchase.refunded");
    expect(events).toContain("purchase.refund_failure");
    await client.control("settings", { refundMode: "immediate" });
  });
});

describe("holds and tokens", () => {
  test("skip_capture holds; capture takes part of it, and a second capture fails", async () => {
    const purchase = await paid({ skip_capture: true });
    expect(await read(purchase)).toMatchObject({
      status: "hold",
      payment: null,
      refundable_amount: 0,
    });
    expect((await act(purchase, "capture", { amount: 125_001 })).body.amount[0].code).toBe(
      "max_value",
    );
    expect((await act(purchase, "capture", { amount: 100_000 })).body.payment.amount).toBe(100_000);
    expect(code(await act(purchase, "capture"))).toBe("purchase_capture_wrong_status");
    expect(code(await act(purchase, "release"))).toBe("purchase_release_wrong_status");
  });

  test("release gives the hold back without money in the books", async () => {
    const purchase = await paid({ skip_capture: true, reference: "released" });
    expect((await act(purchase, "release")).body.status).toBe("released");
    expect((await client.books()).byReference).not.toHaveProperty("released");
  });

  test("charge looks at the token before the purchase, and pays once", async () => {
    const source = await paid({ force_recurring: true });
    const done = await paid();
    expect(code(await act(done, "charge", { recurring_token: "nothing" }))).toBe(
      "invalid_recurring_token",
    );
    expect(code(await act(done, "charge", { recurring_token: source.id }))).toBe(
      "purchase_charge_error",
    );
    expect((await read(done)).transaction_data.attempts[0].error.code).toBe(
      "purchase_already_paid_for",
    );
    const next = await client.createPurchase();
    expect((await act(next, "charge", { recurring_token: source.id })).body.status).toBe("paid");
  });
});

test("cancel works once; marking as paid moves no money", async () => {
  const purchase = await client.createPurchase({ reference: "marked" });
  expect((await act(await client.createPurchase(), "cancel")).body.status).toBe("cancelled");
  expect((await act(purchase, "mark_as_paid")).body).toMatchObject({
    status: "paid",
    marked_as_paid: true,
  });
  expect(code(await act(purchase, "cancel"))).toBe("purchase_cancel_wrong_status");
  expect((await client.books()).byReference).not.toHaveProperty("marked");
});

describe("late events", () => {
  test("expired and error become paid, a chargeback and its reversal move the money", async () => {
    const purchase = await client.createPurchase(
      { reference: "late", due: 1 },
      { due_strict: true },
    );
    expect((await read(purchase)).status).toBe("expired");
    await client.control(`purchases/${purchase.id}/force-payment`, {});
    expect((await read(purchase)).status).toBe("paid");
    const chargeback = await client.control(`purchases/${purchase.id}/chargeback`, {});
    expect(chargeback).toMatchObject({ type: "payment", related_to: { id: purchase.id } });
    expect(await read(purchase)).toMatchObject({ status: "charged_back", refundable_amount: 0 });
    await client.control(`purchases/${purchase.id}/chargeback-reversal`, {});
    expect(await read(purchase)).toMatchObject({ status: "paid", refundable_amount: 125_000 });
    expect((await client.books()).byReference.late).toMatchObject({
      paymentMinor: 125_000,
      chargebackMinor: 125_000,
      chargeback_reversalMinor: 125_000,
    });
  });

  test("the dashboard makes and refunds purchases that nobody asked for", async () => {
    const purchase = await client.control("purchases", {
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "By hand", price: 5000 }] },
    });
    await client.control(`purchases/${purchase.id}/pay`, {});
    const refund = await client.control(`purchases/${purchase.id}/refund`, { amount: 2000 });
    expect(refund.payment.amount).toBe(2000);
    const again = await client.call("POST", `/sandbox/purchases/${purchase.id}/refund`, {
      amount: 3001,
    });
    expect(again.status).toBe(409);
  });
});
