import { withTransaction } from "@revio-wallet/db/with-transaction";
import { createRevioClient } from "@revio-wallet/revio-client/create-revio-client";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { InvariantViolation } from "../../../src/errors.ts";
import { assertNoOpenTransaction } from "../../../src/revio/assert-no-open-transaction.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

test("a call to Revio inside of a database transaction is a defect: it is not made, and nothing is written", async () => {
  let sent = 0;
  const client = createRevioClient({
    baseUrl: "http://127.0.0.1:1/api/v1/",
    apiKey: "test_0123456789",
    brandId: world.brandId,
    expectTest: true,
    beforeCall: assertNoOpenTransaction,
    fetch: () => {
      sent++;
      return Promise.reject(new Error("sent"));
    },
  });
  const inside = withTransaction(world.ctx.pool, async (tx) => {
    await tx.query("SELECT 1");
    // Deep inside, after a wait, is inside too.
    await new Promise((resolve) => setImmediate(resolve));
    return client.balance.get();
  });
  await expect(inside).rejects.toBeInstanceOf(InvariantViolation);
  expect(sent).toBe(0);
  await expect(client.balance.get()).rejects.toMatchObject({ code: "revio_unavailable" });
  expect(sent).toBeGreaterThan(0);
});
