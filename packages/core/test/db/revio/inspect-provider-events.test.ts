import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getProviderEventOverview } from "../../../src/provider-event/get-provider-event-overview.ts";
import { listProviderDeliveries } from "../../../src/provider-event/list-provider-deliveries.ts";
import { listProviderEvents } from "../../../src/provider-event/list-provider-events.ts";
import { previewReplay } from "../../../src/provider-event/preview-replay.ts";
import { requestReplay } from "../../../src/provider-event/request-replay.ts";
import { getProviderEvent } from "../../../src/revio/get-provider-event.ts";
import { readBackProviderEvent } from "../../../src/revio/read-back-provider-event.ts";
import { receiveProviderEvent } from "../../../src/revio/receive-provider-event.ts";
import { revealProviderEvent } from "../../../src/revio/reveal-provider-event.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { verifyLedger } from "../../../src/ledger/verify-ledger.ts";
import { operator } from "../../registered-user.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let staff: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  staff = await operator(world.ctx, world.superuser, "operator");
});
afterAll(() => world.close());

const reason = "The payer asks where it is";
const newKey = () => crypto.randomUUID();
const withKeys = (ctx: WorldContext) => ({
  ...ctx,
  webhookKeyIds: world.webhookKeys.map(({ keyId }) => keyId),
});

/** Ids of the events about a deposit's purchase, oldest first. */
async function eventsAbout(deposit: { reference: string }): Promise<string[]> {
  const [purchase] = await world.sandbox.purchases(deposit.reference);
  const page = await listProviderEvents(viewer, { objectId: String(purchase?.id), limit: 100 });
  return page.items.map(({ id }) => id).toReversed();
}

/** The ledger, and what is told of transactions, as one hash. */
async function booksHash(): Promise<string> {
  const { rows } = await world.superuser.query(
    `SELECT (SELECT json_agg(j ORDER BY sequence) FROM journal_entries j) AS entries, (SELECT json_agg(p ORDER BY id) FROM postings p) AS postings,
            (SELECT json_agg(b ORDER BY ledger_account_id) FROM balances b) AS balances, (SELECT json_agg(t ORDER BY id) FROM transactions t) AS transactions,
            (SELECT json_agg(e ORDER BY sequence) FROM transaction_events e) AS steps`,
  );
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

const auditOf = async (action: string, subjectId: string) => {
  const { rows } = await world.superuser.query<{ actorId: string; details: object }>(
    `SELECT actor_id AS "actorId", details FROM audit_events WHERE action = $1 AND subject_id = $2 ORDER BY sequence`,
    [action, subjectId],
  );
  return rows;
};

describe("C30 C31 the inspector", () => {
  test("tells signature, mode, repeats, what was announced, the outcome, and the object's events in order", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const ids = await eventsAbout(deposit);
    const of = { transactionId: deposit.id, limit: 10 };
    const applied = (await listProviderEvents(viewer, { ...of, state: "applied" })).items;
    expect(applied.map(({ outcome }) => outcome)).toEqual(["deposit.completed"]);
    const [paid] = (await listProviderEvents(viewer, { ...of, eventType: "purchase.paid" })).items;
    const seen = await getProviderEvent(withKeys(viewer), { providerEventId: String(paid?.id) });
    expect(seen).toMatchObject({
      transactionReference: deposit.reference,
      signature: { keyId: world.webhookKeys[0]?.keyId, isKeyConfigured: true },
      isOurMode: true,
      expectedMode: "test",
      notReplayable: null,
    });
    expect(seen.announced).toMatchObject({ objectType: "purchase", status: "paid", isTest: true });
    expect(seen.received.map(({ verdict, signature }) => [verdict, signature])).toEqual([
      ["accepted", "valid"],
    ]);
    expect(seen.ofObject.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(seen)).not.toContain("bodyCiphertext");
    const later = await getProviderEvent(
      { ...viewer, webhookKeyIds: [] },
      { providerEventId: seen.id },
    );
    expect(later.signature.isKeyConfigured).toBe(false);
  });

  test("the same bytes again are a repeat of the first; forged ones are told with the reason", async () => {
    const customer = await world.customer();
    await world.fund(customer, 10_000n);
    const forged = async (signature: string | undefined) =>
      receiveProviderEvent(world.ctx, {
        rawBody: Buffer.from(`{"forged":"${String(signature)}"}`),
        signature,
        headers: { "x-forwarded-for": "203.0.113.9" },
        keys: world.webhookKeys,
      });
    await forged(undefined);
    await forged("not base64!");
    await forged(Buffer.alloc(256, 7).toString("base64"));
    const { items } = await listProviderDeliveries(viewer, {
      verdict: "invalid_signature",
      limit: 10,
    });
    expect(items.map(({ signature, signatureReason }) => [signature, signatureReason])).toEqual([
      ["invalid", "no_match"],
      ["invalid", "malformed_signature"],
      ["missing", "missing_signature"],
    ]);
    expect(items[0]).toMatchObject({ sourceAddress: "203.0.113.9", providerEventId: null });
  });

  test("an id of nobody's is not found, a user learns nothing", async () => {
    const { as: user } = await world.customer();
    const nobody = { providerEventId: newKey() };
    await expect(getProviderEvent(withKeys(viewer), nobody)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    for (const call of [
      getProviderEvent(withKeys(user), nobody),
      listProviderEvents(user, { limit: 1 }),
      listProviderDeliveries(user, { limit: 1 }),
      getProviderEventOverview(user, { hours: 1 }),
      readBackProviderEvent(user, nobody),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });

  test("pages without gap or repeat, by each filter; periods are half open", async () => {
    const all = [];
    let cursor: string | undefined;
    do {
      const page = await listProviderEvents(viewer, { cursor, limit: 2 });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const { rows } = await world.superuser.query<{ id: string }>(
      "SELECT id FROM provider_events ORDER BY received_at DESC, id DESC",
    );
    expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const middle = all[Math.floor(all.length / 2)];
    const at = middle?.receivedAt ?? new Date();
    const from = await listProviderEvents(viewer, { from: at, limit: 100 });
    const to = await listProviderEvents(viewer, { to: at, limit: 100 });
    expect(from.items.map(({ id }) => id)).toContain(middle?.id);
    expect(to.items.map(({ id }) => id)).not.toContain(middle?.id);
    expect(from.items.length + to.items.length).toBe(all.length);
    const ofType = await listProviderEvents(viewer, { eventType: "purchase.paid", limit: 100 });
    expect(ofType.items).toEqual(all.filter(({ eventType }) => eventType === "purchase.paid"));
    expect((await listProviderEvents(viewer, { outcome: "never", limit: 5 })).items).toEqual([]);
    await expect(listProviderEvents(viewer, { cursor: "?", limit: 5 })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("the overview counts what came, and knows each type", async () => {
    const overview = await getProviderEventOverview(viewer, { hours: 24 });
    const { items } = await listProviderEvents(viewer, { limit: 100 });
    const count = (state: string) => items.filter((event) => event.state === state).length;
    expect(overview).toMatchObject({
      applied: count("applied"),
      ignored: count("ignored"),
      parked: count("parked"),
      waiting: count("received"),
      deliveries: { invalid_signature: 3 },
    });
    expect(overview.eventTypes).toEqual([...new Set(items.map((e) => e.eventType))].sort());
    expect(overview.lastReceivedAt).not.toBeNull();
    expect(overview.latencyP50Ms).not.toBeNull();
  });
});

describe("C30 what Revio says now", () => {
  test("stands next to what the event said, with everything that was announced", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const id = (await eventsAbout(deposit)).at(-1) ?? "";
    const seen = await readBackProviderEvent(viewer, { providerEventId: id });
    expect(seen).toMatchObject({
      verdict: "found",
      object: { type: "purchase" },
      now: { status: "paid", moved: true, amountMinor: 10_000n, currency: "ZAR" },
      event: { status: "paid" },
      isSameStatus: true,
    });
    expect(seen.announced?.missing).toEqual([]);
    expect(seen.announced?.deliveries.length).toBeGreaterThan(0);
    expect(seen.announced?.deliveries.every(({ deliveredOn }) => deliveredOn !== null)).toBe(true);
  });

  test("while Revio does not answer nothing is claimed", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const [id = ""] = await eventsAbout(deposit);
    const away: WorldContext = {
      ...viewer,
      revio: {
        ...viewer.revio,
        purchases: {
          ...viewer.revio.purchases,
          get: () =>
            viewer.revio.purchases.get(newKey(), { timeoutMs: 1, signal: AbortSignal.abort() }),
        },
      },
    };
    await expect(readBackProviderEvent(away, { providerEventId: id })).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
    });
  });
});

describe("C33 the body", () => {
  test("is shown for a reason, on record first; an execution URL is not shown to anybody", async () => {
    const customer = await world.customer();
    await world.fund(customer, 50_000n);
    const withdrawal = await world.withdraw(customer, 20_000n);
    await world.settle();
    const { items } = await listProviderEvents(viewer, { transactionId: withdrawal.id, limit: 20 });
    const id = items[0]?.id ?? "";
    const body = await revealProviderEvent(staff, { providerEventId: id, reason });
    expect(body).toMatchObject({ isUtf8: true, hideAfterSeconds: 60 });
    expect(body.bytes).toBe(Buffer.byteLength(body.text));
    expect(body.text).toContain(customer.accountNumber);
    const parsed = JSON.parse(body.text) as { execution_url?: string | null };
    expect(parsed.execution_url ?? "*").toMatch(/^\**$/);
    expect(await auditOf("provider_event.revealed", id)).toEqual([
      { actorId: staff.actor.id, details: { reason } },
    ]);
  });

  test("not for everybody, and not what is not there; neither leaves a trace", async () => {
    const { items } = await listProviderEvents(viewer, { limit: 1 });
    const id = items[0]?.id ?? "";
    const before = (await auditOf("provider_event.revealed", id)).length;
    await expect(
      revealProviderEvent(viewer, { providerEventId: id, reason }),
    ).rejects.toMatchObject({ code: "FORBIDDEN" });
    const nobody = newKey();
    await expect(
      revealProviderEvent(staff, { providerEventId: nobody, reason }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await auditOf("provider_event.revealed", id)).toHaveLength(before);
    expect(await auditOf("provider_event.revealed", nobody)).toEqual([]);
  });
});

describe("C32 processing again", () => {
  const replay = async (ids: string[], idempotencyKey = newKey()) =>
    requestReplay(staff, { scope: { ids }, reason, idempotencyKey });

  test("what was applied changes nothing: not the books, not the event", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 30_000n);
    const ids = await eventsAbout(deposit);
    await world.advance(2 * 60_000);
    const before = await booksHash();
    const { items: told } = await listProviderEvents(viewer, {
      transactionId: deposit.id,
      limit: 9,
    });
    const { results } = await replay(ids);
    expect(results.map(({ result }) => result)).toEqual(ids.map(() => "requested"));
    await world.drain(60_000);
    expect(await booksHash()).toBe(before);
    expect(
      (await listProviderEvents(viewer, { transactionId: deposit.id, limit: 9 })).items,
    ).toEqual(told);
    const seen = await getProviderEvent(withKeys(viewer), { providerEventId: ids.at(-1) ?? "" });
    expect(seen.replays).toMatchObject([
      { requestedBy: staff.actor.id, requestedByName: "Op", reason, state: "ignored" },
    ]);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
  });

  test("what was put aside because Revio knew nothing of it is applied once it does", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 40_000n);
    await world.pay(deposit);
    // The first look sees none such: as Revio's own delay.
    const blind: WorldContext = {
      ...world.ctx,
      revio: {
        ...world.ctx.revio,
        purchases: {
          ...world.ctx.revio.purchases,
          get: () => world.ctx.revio.purchases.get(newKey()),
        },
      },
    };
    await new Promise((resolve) => setTimeout(resolve, 500));
    await world.runJobs({ only: "provider-event.apply", as: blind });
    const parked = (await listProviderEvents(viewer, { state: "parked", limit: 100 })).items;
    expect(parked.map(({ outcome }) => outcome)).toContain("unknown_at_provider");
    await world.advance(2 * 60_000);
    const preview = await previewReplay(staff, {
      filter: { state: "parked", outcome: "unknown_at_provider" },
    });
    expect(preview.matching).toBe(parked.filter((e) => e.outcome === "unknown_at_provider").length);
    expect(preview.willRequest).toBe(preview.matching);
    const { results } = await requestReplay(staff, {
      scope: { filter: { state: "parked", outcome: "unknown_at_provider" } },
      reason,
      idempotencyKey: newKey(),
    });
    expect(results).toHaveLength(preview.willRequest);
    await world.settle();
    await world.drain(5 * 60_000);
    const { rows } = await world.superuser.query(
      "SELECT count(*)::int AS entries FROM journal_entries WHERE transaction_id = $1",
      [deposit.id],
    );
    expect(rows).toEqual([{ entries: 1 }]);
    const paid = (await listProviderEvents(viewer, { transactionId: deposit.id, limit: 9 })).items;
    expect(paid.filter(({ state }) => state === "parked")).toEqual([]);
    await expectSound(world);
  });

  test("twice with one key is once; while one waits another is not asked for; run twice it is done once", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const ids = (await eventsAbout(deposit)).slice(-1);
    await world.advance(2 * 60_000);
    const key = newKey();
    const [first, again] = await Promise.all([replay(ids, key), replay(ids, key)]);
    expect(again).toEqual(first);
    expect(await replay(ids)).toMatchObject({ results: [{ result: "already_waiting" }] });
    await expect(
      requestReplay(staff, { scope: { ids: [newKey()] }, reason, idempotencyKey: key }),
    ).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    await world.runJobs({ copies: 4 });
    const [id = ""] = ids;
    expect(await auditOf("provider_event.replayed", id)).toHaveLength(1);
    expect(await auditOf("provider_event.replay_requested", id)).toHaveLength(1);
    expect(await replay([...ids, newKey()])).toMatchObject({
      results: [{ result: "requested" }, { result: "unknown", replayId: null }],
    });
  });

  test("a lost job is made anew by the sweeper", async () => {
    await world.settle();
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const [id = ""] = await eventsAbout(deposit);
    await world.advance(2 * 60_000);
    await replay([id]);
    await world.jobs.lose();
    await world.advance(20 * 60_000);
    await sweepTransactions(world.ctx);
    await world.runJobs({ only: "provider-event.replay" });
    expect(await auditOf("provider_event.replayed", id)).toHaveLength(1);
  });

  test("dies before its COMMIT: nothing has happened, and it is tried again", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const [id = ""] = await eventsAbout(deposit);
    await world.advance(2 * 60_000);
    const trial = world.process();
    await replay([id]);
    await world.runJobs({ only: "provider-event.replay", as: trial.ctx });
    const dying = world.process(trial.process.points.indexOf("before COMMIT"));
    await replay([id]);
    await world.runJobs({ only: "provider-event.replay", as: dying.ctx });
    expect(dying.process.dead).toBe(true);
    expect(await auditOf("provider_event.replayed", id)).toHaveLength(1);
    await world.advance(2 * 60_000);
    await world.runJobs({ only: "provider-event.replay" });
    expect(await auditOf("provider_event.replayed", id)).toHaveLength(2);
    await expectSound(world);
  });

  test("C60 asking dies in between: neither a request nor a line of the audit trail is left", async () => {
    const customer = await world.customer();
    const deposit = await world.fund(customer, 10_000n);
    const [id = ""] = await eventsAbout(deposit);
    await world.advance(2 * 60_000);
    const dying = { ...staff, enqueue: () => Promise.reject(new Error("killed")) };
    const request = { scope: { ids: [id] }, reason, idempotencyKey: newKey() };
    await expect(requestReplay(dying, request)).rejects.toThrow("killed");
    expect(await auditOf("provider_event.replay_requested", id)).toEqual([]);
    const { rows } = await world.superuser.query(
      "SELECT 1 FROM provider_event_replays WHERE provider_event_id = $1",
      [id],
    );
    expect(rows).toEqual([]);
    expect(await requestReplay(staff, request)).toMatchObject({
      results: [{ result: "requested" }],
    });
  });

  test("what has only just come is left to its own job", async () => {
    const customer = await world.customer();
    const deposit = await world.deposit(customer, 10_000n);
    await world.pay(deposit);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { items } = await listProviderEvents(viewer, { state: "received", limit: 1 });
    expect(await replay([items[0]?.id ?? ""])).toMatchObject({
      results: [{ result: "first_time_under_way" }],
    });
    await world.settle();
  });

  test("who may not", async () => {
    const support = await operator(world.ctx, world.superuser, "support");
    const scope = { ids: [newKey()] };
    for (const ctx of [viewer, support]) {
      await expect(
        requestReplay(ctx, { scope, reason, idempotencyKey: newKey() }),
      ).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

test("no call to Revio was made inside a database transaction", () => {
  expect(world.callsInTransaction).toEqual([]);
});
