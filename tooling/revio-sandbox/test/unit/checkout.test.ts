import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Loose, type SandboxClient, startClient } from "../support/sandbox-client.ts";

let client: SandboxClient;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.sandbox.close());

const read = async (purchase: Loose): Promise<Loose> =>
  (await client.call("GET", `/api/v1/purchases/${purchase.id}/`)).body;
const statuses = (purchase: Loose): string[] =>
  purchase.status_history.map((entry: Loose) => entry.status);

test("the page shows the amount, escapes the merchant's text and is viewed once", async () => {
  const purchase = await client.createPurchase(
    { reference: `"><img src=x>` },
    { products: [{ name: "<script>alert(1)</script>", price: 123_456_789 }] },
  );
  const response = await fetch(purchase.checkout_url);
  const page = await response.text();
  expect(page).toContain("R\u00a01\u00a0234\u00a0567.89");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toMatch(/<script>|<img/);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  await fetch(`${purchase.checkout_url}?preferred=visa`);
  expect(statuses(await read(purchase))).toEqual(["created", "viewed"]);
});

test("a card without 3-D Secure pays and returns to the shop, with no proof in the URL", async () => {
  const purchase = await client.createPurchase();
  const response = await client.postCard(purchase);
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe("https://app.example/pay/ok");
  expect(await read(purchase)).toMatchObject({ status: "paid", refundable_amount: 125_000 });
});

describe("3-D Secure", () => {
  const begin = async (): Promise<{ purchase: Loose; step: string }> => {
    const purchase = await client.createPurchase();
    const response = await client.postCard(purchase, { card_number: "5555 5555 5555 4444" });
    return { purchase, step: new URL(response.headers.get("location")!, client.sandbox.url).href };
  };
  const answer = (step: string, outcome: string) =>
    fetch(step, { method: "POST", redirect: "manual", body: new URLSearchParams({ outcome }) });

  test("approve pays", async () => {
    const { purchase, step } = await begin();
    expect(await (await fetch(step)).text()).toContain("Approve payment");
    expect((await read(purchase)).status).toBe("viewed");
    expect((await answer(step, "approve")).headers.get("location")).toBe(
      "https://app.example/pay/ok",
    );
    expect((await read(purchase)).transaction_data.extra.three_d_secure).toBe(true);
    // Pressing Approve again pays nothing more.
    await answer(step, "approve");
    expect(
      (await client.books()).movements.filter((row: Loose) => row.objectId === purchase.id),
    ).toHaveLength(1);
  });

  test("decline fails the attempt and leaves the purchase payable", async () => {
    const { purchase, step } = await begin();
    await answer(step, "decline");
    const failed = await read(purchase);
    expect(failed.status).toBe("error");
    expect(failed.transaction_data.attempts[0].error.code).toBe("3ds_authentication_failed");
  });

  test("a purchase cancelled meanwhile can't be paid", async () => {
    const { purchase, step } = await begin();
    expect((await client.call("POST", `/api/v1/purchases/${purchase.id}/cancel/`)).status).toBe(
      200,
    );
    expect(await (await answer(step, "approve")).text()).toContain("Payment cancelled");
    expect((await read(purchase)).status).toBe("cancelled");
  });
});

describe("failed attempts", () => {
  test("a wrong CVC is a failed attempt, can be retried, then paid", async () => {
    const purchase = await client.createPurchase();
    const response = await client.postCard(purchase, { cvc: "999" });
    expect(response.headers.get("location")).toBe(`/p/${purchase.id}/`);
    const page = await (await fetch(purchase.checkout_url)).text();
    expect(page).toContain("Try again");
    expect(page).toContain("invalid cvc");
    await client.postCard(purchase);
    const paid = await read(purchase);
    expect(statuses(paid)).toEqual([
      "created",
      "viewed",
      "pending_execute",
      "error",
      "pending_execute",
      "paid",
    ]);
    // Newest first.
    expect(paid.transaction_data.attempts.map((attempt: Loose) => attempt.error?.code)).toEqual([
      undefined,
      "validation_cvc_invalid",
    ]);
  });

  test.each([
    ["4000 0000 0000 9995", "insufficient_funds"],
    ["4000 0000 0000 0002", "do_not_honour"],
    ["4111 1111 1111 1111", "transaction_not_supported_or_not_valid_for_card"],
  ])("%s is declined: %s", async (card_number, code) => {
    const purchase = await client.createPurchase();
    await client.postCard(purchase, { card_number });
    const failed = await read(purchase);
    expect([failed.status, failed.transaction_data.attempts[0].error.code]).toEqual([
      "error",
      code,
    ]);
  });

  test("with single_attempt the first failure is the last", async () => {
    const purchase = await client.createPurchase({}, { single_attempt: true });
    const response = await client.postCard(purchase, { cvc: "999" });
    expect(response.headers.get("location")).toBe("https://app.example/pay/failed");
    expect((await read(purchase)).status).toBe("cancelled");
    expect(await (await client.postCard(purchase)).text()).toContain("Payment cancelled");
  });

  test.each([
    [{ expires: "01/20" }, "This card has expired."],
    [{ card_number: "4444 3333 2222 1112" }, "This is not a valid card number."],
    [{ cvc: "1" }, "The CVC has three or four digits."],
  ])("%j is a form error and no attempt", async (fields, message) => {
    const purchase = await client.createPurchase();
    const response = await client.postCard(purchase, fields);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(message);
    expect((await read(purchase)).transaction_data.attempts).toEqual([]);
  });
});

test("the link back to the seller does not cancel", async () => {
  const purchase = await client.createPurchase({
    cancel_redirect: "https://app.example/back?a=1&b=2",
  });
  const page = await (await fetch(purchase.checkout_url)).text();
  expect(page).toContain('href="https://app.example/back?a=1&amp;b=2"');
  expect((await read(purchase)).status).toBe("viewed");
});

describe("due", () => {
  test("passes silently: overdue stays payable, expired does not, late 3-D Secure still pays", async () => {
    const soon = Math.floor((await client.control("clock")).nowMs / 1000) + 60;
    const lax = await client.createPurchase({ due: soon });
    const strict = await client.createPurchase({ due: soon }, { due_strict: true });
    const inFlight = await client.createPurchase({ due: soon }, { due_strict: true });
    const step = (await client.postCard(inFlight, { card_number: "5555555555554444" })).headers.get(
      "location",
    )!;
    await client.control("clock", { advanceSeconds: 120 });
    expect((await read(lax)).status).toBe("overdue");
    expect((await read(strict)).status).toBe("expired");
    expect((await read(inFlight)).status).toBe("expired");
    expect(
      (await client.control(`events?objectId=${strict.id}`)).map((row: Loose) => row.event),
    ).toEqual(["purchase.created"]);
    await client.postCard(lax);
    expect((await read(lax)).status).toBe("paid");
    expect(await (await client.postCard(strict)).text()).toContain("Payment expired");
    const body = new URLSearchParams({ outcome: "approve" });
    await fetch(new URL(step, client.sandbox.url), { method: "POST", redirect: "manual", body });
    expect((await read(inFlight)).status).toBe("paid");
  });
});

test("a slow card stays pending_execute, can't be cancelled, then pays", async () => {
  await client.control("settings", { executeMode: "pending" });
  const purchase = await client.createPurchase();
  await client.postCard(purchase);
  expect((await read(purchase)).status).toBe("pending_execute");
  const cancel = await client.call("POST", `/api/v1/purchases/${purchase.id}/cancel/`);
  expect(cancel.body.__all__[0].code).toBe("purchase_cancel_wrong_status");
  await client.control(`purchases/${purchase.id}/settle`, {});
  expect((await read(purchase)).status).toBe("paid");
  await client.control("settings", { executeMode: "immediate" });
});
