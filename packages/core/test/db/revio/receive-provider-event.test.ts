import { withTransaction } from "@revio-wallet/db/with-transaction";
import { loadWebhookKeys } from "@revio-wallet/revio-client/webhooks";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { purgeForgedDeliveries } from "../../../src/revio/purge-forged-deliveries.ts";
import { receiveProviderEvent } from "../../../src/revio/receive-provider-event.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const { depositOf, parkedEvents } = lookAt(() => world);
const count = async (table: string, where = "true") => {
  const { rows } = await world.superuser.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
  );
  return rows[0]?.count;
};
const forged = "verdict = 'invalid_signature'";
/** Sends an event of a body's own making, signed as told. */
const send = async (body: object, options: object = {}) => {
  const { results } = (await world.sandbox.post("events/send", { body, ...options })) as {
    results: { httpStatus: number }[];
  };
  return results.map(({ httpStatus }) => httpStatus);
};

describe("not from Revio", () => {
  test.each([
    ["the signature of another key", { key: "wrong" }],
    ["no signature", { key: "none" }],
    ["a changed body", { corrupt: true }],
  ])("%s: refused, one line of evidence, no event and no body", async (_, options) => {
    const events = await count("provider_events");
    const lines = (await count("provider_deliveries", forged)) ?? 0;
    expect(
      await send({ event_type: "purchase.paid", id: crypto.randomUUID(), amount: 12 }, options),
    ).toEqual([401]);
    expect(await count("provider_events")).toBe(events);
    expect(await count("provider_deliveries", forged)).toBe(lines + 1);
  });

  test("no more than a thousand lines an hour; the real ones are taken in all the same", async () => {
    await world.superuser.query(
      `INSERT INTO provider_deliveries (received_at, verdict, headers, body_bytes)
       SELECT $1, 'invalid_signature', '{}', 1 FROM generate_series(1, 1000)`,
      [world.ctx.clock.now()],
    );
    const lines = await count("provider_deliveries", forged);
    expect(await send({ event_type: "x", id: "y" }, { key: "wrong", count: 20 })).toHaveLength(20);
    expect(await count("provider_deliveries", forged)).toBe(lines);
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    await world.advance(31 * 24 * 60 * 60_000);
    expect(await purgeForgedDeliveries(world.ctx)).toBe(lines);
    expect(await count("provider_deliveries", forged)).toBe(0);
  });
});

describe("from Revio, and not what we know", () => {
  const parkedAs = async (eventType: string) => {
    await world.settle();
    const { rows } = await world.superuser.query<{ outcome: string }>(
      "SELECT outcome FROM provider_events WHERE event_type = $1 AND state = 'parked'",
      [eventType],
    );
    return rows.map(({ outcome }) => outcome);
  };

  test("without an id: acknowledged, kept, parked", async () => {
    expect(await send({ event_type: "purchase.paid", status: "paid" })).toEqual([200]);
    expect(await parkedAs("unreadable")).toEqual(["unreadable"]);
  });

  test("about an object that Revio does not have: parked", async () => {
    const id = crypto.randomUUID();
    await send({ event_type: "purchase.paid", type: "purchase", id, is_test: true });
    await world.settle();
    expect(await parkedEvents(id)).toEqual(["purchase.paid: unknown_at_provider"]);
  });

  test("a payment of nothing that can be read: parked", async () => {
    await send({
      event_type: "payment.odd",
      type: "payment",
      id: crypto.randomUUID(),
      is_test: true,
    });
    expect(await parkedAs("payment.odd")).toEqual(["unrelated_payment"]);
  });

  test("about a kind of object that is none of ours: rightly nothing", async () => {
    const id = crypto.randomUUID();
    await send({ event_type: "billing.done", type: "billing_invoice", id, is_test: true });
    await world.settle();
    expect(
      await count(
        "provider_events",
        `object_id = '${id}' AND state = 'ignored' AND outcome = 'not_ours'`,
      ),
    ).toBe(1);
  });

  test("which says no mode: parked", async () => {
    const id = crypto.randomUUID();
    await send({ event_type: "purchase.paid", type: "purchase", id });
    await world.settle();
    expect(await parkedEvents(id)).toEqual(["purchase.paid: wrong_mode"]);
  });
});

describe("stored", () => {
  test("encrypted, and before it is acknowledged", async () => {
    const secret = "canary-5f1d";
    await send({
      event_type: "purchase.viewed",
      type: "purchase",
      id: crypto.randomUUID(),
      is_test: true,
      secret,
    });
    const { rows } = await world.superuser.query<{ row: string }>(
      "SELECT p::text || encode(p.body_ciphertext, 'escape') AS row FROM provider_events p",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
    await world.settle();
  });

  test("the same bytes a year later: a duplicate without effect", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const recorded = (await world.sandbox.get(`deliveries?objectId=${purchase?.id}`)) as {
      id: string;
    }[];
    await world.advance(365 * 24 * 60 * 60_000);
    const events = await count("provider_events");
    const entries = await count("journal_entries");
    for (const { id } of recorded) await world.sandbox.post(`deliveries/${id}/replay`, {});
    await world.settle();
    expect(await count("provider_events")).toBe(events);
    expect(await count("journal_entries")).toBe(entries);
  });

  test("no acknowledgement while the database cannot be written", async () => {
    const { process, ctx } = world.process(0);
    const delivery = { rawBody: Buffer.from("{}"), signature: undefined, headers: {}, keys: [] };
    await expect(receiveProviderEvent(ctx, delivery)).rejects.toThrow("killed");
    expect(process.dead).toBe(true);
  });
});

describe("the process dies", () => {
  /** A paid deposit of which Revio has told nothing, and the one delivery that will tell. */
  async function untoldPayment() {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 10_000n);
    await world.settle();
    const { reference } = deposit;
    await world.sandbox.webhookFault({ reference }, { kind: "drop" }, null);
    await world.pay(deposit);
    const [purchase] = await world.sandbox.purchases(reference);
    const body = {
      event_type: "purchase.paid",
      type: "purchase",
      id: purchase?.id,
      is_test: true,
      brand_id: world.brandId,
    };
    return { customer, deposit, body };
  }
  /** Where the process that receives an event stands before its COMMIT, and after it. */
  async function pointsOfReceiving() {
    const { process, ctx } = world.process();
    world.receiveAs(ctx);
    await send((await untoldPayment()).body);
    world.receiveAs();
    const at = (point: string) => process.points.indexOf(point);
    return { "before COMMIT": at("before COMMIT"), "after COMMIT": at("after COMMIT") };
  }

  test.each([
    ["F39 before the event is stored: Revio is not told that it is", "before COMMIT", 0],
    ["F40 after the event is stored, before the 2xx", "after COMMIT", 1],
  ] as const)("%s; it comes again, and is credited once", async (_, point, stored) => {
    const points = await pointsOfReceiving();
    expect(points[point]).toBeGreaterThan(0);
    const { customer, deposit, body } = await untoldPayment();
    const dying = world.process(points[point]);
    world.receiveAs(dying.ctx);
    expect(await send(body)).toEqual([500]);
    expect(dying.process.dead).toBe(true);
    world.receiveAs();
    const about = `object_id = '${body.id}' AND event_type = 'purchase.paid'`;
    expect(await count("provider_events", about)).toBe(stored);
    expect(await send(body)).toEqual([200]);
    await world.settle();
    expect(await count("provider_events", about)).toBe(1);
    expect((await depositOf(customer, deposit)).status).toBe("completed");
    expect(await count("journal_entries", `transaction_id = '${deposit.id}'`)).toBe(1);
    await expectSound(world);
  });
});

describe("keys", () => {
  const registrations = () => world.ctx.revio.webhooks.list();
  /** Whose signature was accepted under this purchase: one entry for each key. */
  const signersAbout = async (deposit: { reference: string }) => {
    const [purchase] = await world.sandbox.purchases(deposit.reference);
    const { rows } = await world.superuser.query<{ id: string }>(
      "SELECT DISTINCT key_id AS id FROM provider_events WHERE object_id = $1",
      [purchase?.id],
    );
    return new Set(rows.map(({ id }) => id));
  };
  const idsOf = () => new Set(world.webhookKeys.map(({ keyId }) => keyId));

  test("F43 two in use: both are taken, and act once; the one that was dropped is refused", async () => {
    const [first] = await registrations();
    const second = await world.ctx.revio.webhooks.create({
      title: "the next key",
      callback: first?.callback ?? "",
      allEvents: true,
    });
    world.webhookKeys.push(...loadWebhookKeys([second.publicKey]));
    const customer = await world.customer();
    const both = await world.fund(customer, 10_000n);
    expect(await signersAbout(both)).toEqual(idsOf());
    expect(idsOf().size).toBe(2);

    const [dropped] = world.webhookKeys.splice(0, 1);
    const refused = (await count("provider_deliveries", forged)) ?? 0;
    const one = await world.fund(customer, 20_000n);
    expect(await signersAbout(one)).toEqual(idsOf());
    expect(await count("provider_deliveries", forged)).toBeGreaterThan(refused);
    for (const deposit of [both, one]) {
      expect((await depositOf(customer, deposit)).status).toBe("completed");
      expect(await count("journal_entries", `transaction_id = '${deposit.id}'`)).toBe(1);
    }
    await expectSound(world);

    await world.ctx.revio.webhooks.remove(second.id);
    if (dropped !== undefined) world.webhookKeys.splice(0, 1, dropped);
  });

  test("F44 changed without a word: all is refused, an alarm says so, looking carries the deposit; with the new key what was refused is taken", async () => {
    const [webhook] = await registrations();
    const known = [...world.webhookKeys];
    const rotated = await world.sandbox.post(`webhooks/${webhook?.id}/rotate-key`);
    const customer = await world.customer();
    const first = await world.deposit(customer, 10_000n);
    await world.pay(first);
    const alarms = () =>
      world.logged.filter(
        ({ level, message }) => level === "error" && message.includes("changed its key"),
      );
    expect(alarms()).toEqual([]);
    await world.drain(10 * 60_000);
    expect(await signersAbout(first)).toEqual(new Set());
    expect((await depositOf(customer, first)).status).toBe("completed");
    expect(alarms().length).toBeGreaterThan(0);
    // Whatever a delivery says about itself, no key is learned from it.
    expect(world.webhookKeys).toEqual(known);

    world.webhookKeys.push(...loadWebhookKeys([String(rotated["public_key"])]));
    await world.sandbox.post("deliveries/retry-now");
    await world.settle();
    expect((await signersAbout(first)).size).toBe(1);
    const second = await world.fund(customer, 20_000n);
    expect((await depositOf(customer, second)).status).toBe("completed");
    await expectSound(world);
  });
});

test("the harness sees a call to Revio inside a database transaction", async () => {
  await withTransaction(world.ctx.pool, () =>
    world.ctx.revio.purchases.get(crypto.randomUUID()).catch(() => undefined),
  );
  expect(world.callsInTransaction.splice(0)).toEqual(["purchases.get"]);
});
