import { randomUUID } from "node:crypto";
import { createPool } from "@revio-wallet/db/pool";
import { CommitOutcomeUnknown, withTransaction } from "@revio-wallet/db/with-transaction";
import type { Pool, PoolClient } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { startTcpProxy, type TcpProxy } from "../../../../db/test/support/tcp-proxy.ts";
import { settleCommit } from "../../../src/idempotency/settle-commit.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { lookAt } from "../../world/look.ts";
import { type Customer, type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
let proxy: TcpProxy;
let throughProxy: Pool;
let customer: Customer;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  proxy = await startTcpProxy(world.database.appUrl);
  throughProxy = createPool({ connectionString: proxy.url, max: 4 });
});
afterAll(async () => {
  await throughProxy.end();
  await proxy.close();
  await world.close();
});
beforeEach(async () => {
  proxy.heal();
  customer = await world.customer();
  await world.fund(customer, 100_000n);
});

const { balancesOf, kindsOf } = lookAt(() => world);
const using = (pool: Pool): Customer => ({ ...customer, as: { ...customer.as, pool } });
/** The whole message, with its end: READ COMMITTED is not meant. */
const commit = "COMMIT\0";
const lost = { after: "dropAnswerTo", before: "dropMessage" } as const;

describe("F75 the connection is lost in COMMIT", () => {
  test.each(["after", "before"] as const)(
    "%s it reached the server: the caller of a withdrawal gets the one answer, and the reserve is made once",
    async (when) => {
      const key = randomUUID();
      proxy[lost[when]](commit, 1);
      const withdrawal = await world.withdraw(using(throughProxy), 40_000n, key);
      expect(withdrawal.status).toBe("queued");
      expect(await world.withdraw(customer, 40_000n, key)).toEqual(withdrawal);
      expect(await balancesOf(customer)).toEqual([60_000n, 40_000n, 0n]);
      await world.settle();
      expect(await kindsOf(customer)).toEqual([
        "deposit completed 100000",
        "withdrawal completed 40000",
      ]);
      await expectSound(world);
    },
  );

  test.each(["after", "before"] as const)(
    "%s it reached the server: a deposit is opened once, by the request that asked for it",
    async (when) => {
      const key = randomUUID();
      proxy[lost[when]](commit, 1);
      const deposit = await world.deposit(using(throughProxy), 40_000n, key);
      expect(deposit.status).toBe("awaiting_payment");
      expect(await world.sandbox.purchases(deposit.reference)).toHaveLength(1);
      expect(await world.deposit(customer, 40_000n, key)).toEqual(deposit);
    },
  );

  test.each(["after", "before"] as const)(
    "%s it reached the server: a final refusal stays one",
    async (when) => {
      const key = randomUUID();
      proxy[lost[when]](commit, 1);
      for (const asker of [using(throughProxy), customer]) {
        await expect(world.withdraw(asker, 140_000n, key)).rejects.toMatchObject({
          code: "INSUFFICIENT_FUNDS",
        });
      }
    },
  );

  test("and nobody can tell what came of it: says so, in bounded time; the same key gets the truth later", async () => {
    const key = randomUUID();
    proxy.dropAnswerTo(commit);
    await expect(world.withdraw(using(throughProxy), 40_000n, key)).rejects.toMatchObject({
      code: "OUTCOME_UNKNOWN",
    });
    proxy.heal();
    const withdrawal = await world.withdraw(using(throughProxy), 40_000n, key);
    expect(await balancesOf(customer)).toEqual([60_000n, 40_000n, 0n]);
    expect(await world.withdraw(customer, 40_000n, key)).toEqual(withdrawal);
  });
});

describe("F75 the COMMIT is answered by nobody, and the connection stays", () => {
  test("the caller is told before a partner's client gives up; the same key gets the one answer later", async () => {
    const key = randomUUID();
    proxy.holdAnswerTo(commit);
    const clientGivesUp = AbortSignal.timeout(20_000);
    const asked = world.withdraw(using(throughProxy), 40_000n, key);
    await expect(asked).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", retryAfterMs: 5_000 });
    expect(clientGivesUp.aborted).toBe(false);
    proxy.heal();
    const withdrawal = await world.withdraw(using(throughProxy), 40_000n, key);
    expect(await world.withdraw(customer, 40_000n, key)).toEqual(withdrawal);
    expect(await balancesOf(customer)).toEqual([60_000n, 40_000n, 0n]);
  });

  test("a look for it that finds no end is not waited for, and does no harm when it ends after all", async () => {
    let goOn = () => {};
    const stands = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const looks: Promise<void>[] = [];
    const asked = settleCommit(
      world.ctx,
      (isRepeat) => {
        if (!isRepeat) return Promise.reject(new CommitOutcomeUnknown("no answer"));
        const look = withTransaction(world.database.pool, async (tx) => {
          await stands;
          await tx.query("SELECT no_such_column");
        });
        looks.push(look);
        return look;
      },
      performance.now() + 300,
    );
    await expect(asked).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    goOn();
    expect(looks).toHaveLength(1);
    await expect(looks[0]).rejects.toMatchObject({ code: "42703" });
  });

  test("no time is left after the first: nothing is begun that nobody waits for", async () => {
    let runs = 0;
    const asked = settleCommit(
      world.ctx,
      () => {
        runs += 1;
        return Promise.reject(new CommitOutcomeUnknown("no answer"));
      },
      performance.now(),
    );
    await expect(asked).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(runs).toBe(1);
  });
});

test("F81 the answer of a repeat is a write of its own, so that it waits for the standby too", async () => {
  const key = randomUUID();
  await world.withdraw(customer, 40_000n, key);
  let wrote: unknown;
  const watching = watchedPool(world.database.pool, async (client, text) => {
    if (text !== "COMMIT") return;
    const { rows } = await client.query<{ wrote: boolean }>(
      "SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote",
    );
    wrote = rows[0]?.wrote;
  });
  await world.withdraw(using(watching), 40_000n, key);
  expect(wrote).toBe(true);
});

describe("F83 the server gives up a statement of a withdrawal", () => {
  /** The n-th statement fails with this SQLSTATE, once; `passed` counts how far it came. */
  function failing(at: number, code: string) {
    const seen = { count: 0, failed: false };
    const pool = watchedPool(world.database.pool, async (client) => {
      if (seen.failed || seen.count++ !== at) return;
      seen.failed = true;
      await client.query(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${code}'; END $$`);
    });
    return { pool, seen };
  }

  test.each(["40P01", "40001"])("%s at each of them: the whole runs again, once", async (code) => {
    for (let at = 0; ; at++) {
      const { pool, seen } = failing(at, code);
      const before = await balancesOf(customer);
      const withdrawal = await world.withdraw(using(pool), 1_000n);
      expect(withdrawal.status).toBe("queued");
      const [available = 0n, pending = 0n] = before;
      expect(await balancesOf(customer)).toEqual([available - 1_000n, pending + 1_000n, 0n]);
      if (!seen.failed) break;
      expect(at).toBeLessThan(60);
    }
  });

  test.each(["55P03", "57014"])(
    "%s at each of them: that error, and nothing is written",
    async (code) => {
      for (let at = 0; ; at++) {
        const { pool, seen } = failing(at, code);
        const key = randomUUID();
        const before = await balancesOf(customer);
        const outcome = await world
          .withdraw(using(pool), 1_000n, key)
          .catch((error: unknown) => error);
        if (!seen.failed) break;
        expect(outcome).toMatchObject({ code });
        expect(await balancesOf(customer)).toEqual(before);
        // The caller is told to come again, and then it is done once.
        await world.withdraw(customer, 1_000n, key);
        expect(at).toBeLessThan(60);
      }
    },
  );
});

test("F89 the connection is gone before any one statement of a withdrawal: nothing of it is written, and the same key does it once", async () => {
  for (let at = 0; ; at++) {
    const seen = { count: 0, cut: false };
    const cutting = watchedPool(world.database.pool, async (client) => {
      if (seen.cut || seen.count++ !== at) return;
      seen.cut = true;
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      await world.superuser.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    });
    const key = randomUUID();
    const [available = 0n, pending = 0n] = await balancesOf(customer);
    const outcome = await world.withdraw(using(cutting), 1_000n, key).then(
      () => "done",
      (error: Error) => error.message,
    );
    if (!seen.cut) break;
    const balances = await balancesOf(customer);
    // At COMMIT it is found out by the key what came of it, and done.
    if (outcome !== "done") expect(balances).toEqual([available, pending, 0n]);
    await world.withdraw(customer, 1_000n, key);
    expect(await balancesOf(customer)).toEqual([available - 1_000n, pending + 1_000n, 0n]);
    expect(at).toBeLessThan(60);
  }
});

/** A pool that lets `watch` run before each statement, on the same connection; what it throws is what the statement throws. */
function watchedPool(pool: Pool, watch: (client: PoolClient, text: string) => Promise<void>): Pool {
  const watched = (client: PoolClient) =>
    new Proxy(client, {
      get(target, property) {
        if (property === "query") {
          return async (statement: string | { text: string }, values?: unknown[]) => {
            await watch(target, typeof statement === "string" ? statement : statement.text);
            return target.query(statement as string, values);
          };
        }
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  return new Proxy(pool, {
    get(target, property) {
      if (property === "connect") return async () => watched(await target.connect());
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
