import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createDeposit } from "@revio-wallet/core/deposit/create-deposit";
import { readTransactionUpdates } from "@revio-wallet/core/transaction/read-transaction-updates";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { TransactionEventListener } from "../../src/transaction-event-listener.ts";
import { streamUpdates } from "../../src/trpc/partner/transaction/stream-updates.ts";
import type { TrpcContext } from "../../src/trpc/trpc-context.ts";
import { asPartner, signedInUser, testContext } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let listener: TransactionEventListener;
let user: Awaited<ReturnType<typeof signedInUser>>;

beforeAll(async () => {
  services = await openTestServices("api");
  listener = new TransactionEventListener({
    connectionString: services.database.appUrl,
    log: services.log,
  });
});

afterAll(async () => {
  await listener.close();
  await services[Symbol.asyncDispose]();
});

const core = (userId: string) =>
  services.contextFor({
    actor: { kind: "user", id: userId, sessionId: randomUUID() },
    requestId: "r",
  });

async function deposit(userId: string): Promise<string> {
  const created = await createDeposit(core(userId), {
    userId,
    amountMinor: 1_000n,
    currency: "ZAR",
    returnUrl: undefined,
    idempotencyKey: randomUUID(),
  });
  if ("answered" in created) throw new Error("a new key has no answer yet");
  return created.transaction.id;
}

function open(
  options: {
    lastEventId?: string;
    accessToken?: string;
    events?: TrpcContext["transactionEvents"];
  } = {},
) {
  const abort = new AbortController();
  const accessToken = options.accessToken ?? user.accessToken;
  const ctx = testContext(services, { kind: "partner", accessToken }, options.events ?? listener);
  const stream = streamUpdates(
    { ...ctx, core: core(user.id), userId: user.id },
    options.lastEventId,
    abort.signal,
  );
  const next = async () => {
    const { value, done } = await stream.next();
    return done === true || value === undefined
      ? undefined
      : { id: value[0] as string, transactionId: value[1].transaction.id, cause: value[1].cause };
  };
  /** As tRPC does when the client goes away. */
  const leave = async () => {
    abort.abort();
    await stream.return();
  };
  return { next, leave };
}

describe("a live stream", () => {
  // A user of its own each: other databases of the server can hold back what an earlier test did.
  beforeEach(async () => {
    // They all register from one address.
    await services.database.pool.query("DELETE FROM rate_limits");
    user = await signedInUser(services);
  });

  test("begins now, and tells of a change", async () => {
    const earlier = await deposit(user.id);
    await vi.waitFor(
      async () => {
        const place = { userId: user.id, after: "0-0", limit: 10 };
        const told = await readTransactionUpdates(core(user.id), place);
        expect(told.map(({ transaction }) => transaction.id)).toEqual([earlier]);
      },
      { timeout: 20_000 },
    );
    const { next, leave } = open();
    const first = next();
    await sleep(300);
    const id = await deposit(user.id);
    expect(await first).toMatchObject({ transactionId: id, cause: "deposit.created" });
    await leave();
    expect(await next()).toBeUndefined();
  });

  test("cut at every event, it goes on without a gap and without telling anything twice", async () => {
    const start = open();
    const firstSeen = start.next();
    await sleep(200);
    const made = [await deposit(user.id)];
    const seen = [await firstSeen];
    await start.leave();
    for (let n = 0; n < 5; n++) made.push(await deposit(user.id));
    for (let n = 0; n < 5; n++) {
      const resumed = open({ lastEventId: seen.at(-1)?.id ?? "" });
      seen.push(await resumed.next());
      await resumed.leave();
    }
    expect(seen.map((update) => update?.transactionId)).toEqual(made);
  });

  test("waits for an older database transaction that is still running: nothing is skipped", async () => {
    const { next, leave } = open();
    const first = next();
    await sleep(200);
    const made: string[] = [];
    await withTransaction(services.database.pool, async (tx) => {
      // Takes its place in the order now, and commits after the deposit below.
      await tx.query("SELECT pg_current_xact_id()");
      made.push(await deposit(user.id));
      expect(await Promise.race([first, sleep(700, "still waiting")])).toBe("still waiting");
    });
    expect((await first)?.transactionId).toBe(made[0]);
    await leave();
  });

  test("without notifications it is late, but complete", async () => {
    const deaf = { closed: false, subscribe: () => () => undefined };
    const { next, leave } = open({ events: deaf });
    const first = next();
    await sleep(200);
    const id = await deposit(user.id);
    expect((await first)?.transactionId).toBe(id);
    await leave();
  });

  test("tells a user nothing about others", async () => {
    const { next, leave } = open();
    const first = next();
    await sleep(200);
    const other = await signedInUser(services);
    await deposit(other.id);
    const mine = await deposit(user.id);
    expect((await first)?.transactionId).toBe(mine);
    await leave();
  });

  test("ends when the session ends", async () => {
    const second = await asPartner(services).session.signIn({
      email: user.email,
      password: user.password,
    });
    const { next } = open({ accessToken: second.accessToken });
    const first = next();
    await sleep(200);
    // Expected before it can happen: it may end while signing out is still being answered.
    const refused = expect(first).rejects.toThrow("Sign in again.");
    await asPartner(services, second.accessToken).session.signOut();
    await deposit(user.id);
    await refused;
  });

  test("ends quietly when the process stops, so that clients come back elsewhere", async () => {
    const stopping = new TransactionEventListener({
      connectionString: services.database.appUrl,
      log: services.log,
    });
    const { next } = open({ events: stopping });
    const first = next().catch((error: unknown) => error);
    await sleep(300);
    await stopping.close();
    expect(await first).toMatchObject({ name: "AbortError" });
  });

  test("a user has five at a time, and gets a place back when one ends", async () => {
    const streams = Array.from({ length: 5 }, () => open());
    const waiting = streams.map(({ next }) => next());
    await sleep(100);
    await expect(open().next()).rejects.toThrow(/live streams/);
    for (const { leave } of streams) await leave();
    await Promise.all(waiting);
    const again = open();
    const first = again.next();
    await sleep(100);
    await again.leave();
    expect(await first).toBeUndefined();
  });

  test("a place that is not ours is refused", async () => {
    await expect(open({ lastEventId: "1; DROP TABLE users" }).next()).rejects.toThrow(/position/);
  });
});

test("the listener comes back after its connection was cut, and wakes those who wait", async () => {
  const someone = await signedInUser(services);
  let wakes = 0;
  const unsubscribe = listener.subscribe(someone.id, () => wakes++);
  await deposit(someone.id);
  await waitFor(() => wakes > 0);
  await services.database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wallet-api-live' AND datname = current_database()",
  );
  await waitFor(() => wakes > 1);
  const before = wakes;
  await deposit(someone.id);
  await waitFor(() => wakes > before);
  unsubscribe();
});

async function waitFor(condition: () => boolean): Promise<void> {
  for (let look = 0; look < 100; look++) {
    if (condition()) return;
    await sleep(50);
  }
  throw new Error("it did not happen within five seconds");
}
