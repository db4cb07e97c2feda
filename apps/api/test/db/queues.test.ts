import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMissingQueues, jobs, queueSettings } from "../../src/worker/registry.ts";
import { configureSchedules, schedules } from "../../src/worker/schedules.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

const day = 86_400;

describe("queues, as the database has them", () => {
  test.each(Object.keys(jobs))(
    "%s gives up late, backs off, and keeps what failed",
    async (name) => {
      const queue = await services.boss.getQueue(name);
      expect(queue).toMatchObject({
        policy: "standard",
        retryBackoff: true,
        notify: true,
        heartbeatSeconds: 30,
        deadLetter: `${name}.dead`,
        partition: false,
      });
      expect(queue?.retentionSeconds).toBeGreaterThanOrEqual(90 * day);
      expect(queue?.deleteAfterSeconds).toBeGreaterThan(0);
      expect(queue?.retryDelayMax).toBeGreaterThan(0);
      expect(await services.boss.getQueue(`${name}.dead`)).toMatchObject({
        policy: "standard",
        retryLimit: 0,
        retentionSeconds: 365 * day,
      });
    },
  );

  test.each([
    "provider-event.apply",
    "deposit.check",
    "purchase.check",
    "withdrawal.submit",
    "withdrawal.check",
  ])("%s outlasts an outage of Revio and a slow answer", async (name) => {
    const queue = await services.boss.getQueue(name);
    expect(queue?.retryLimit).toBeGreaterThanOrEqual(10);
    expect(queue?.retryLimit).toBeLessThanOrEqual(30);
    // A run makes a few calls of up to 15 s each.
    expect(queue?.expireInSeconds).toBeGreaterThanOrEqual(120);
  });

  test("a start changes drifted settings back; the API only adds what is missing", async () => {
    const name = "withdrawal.submit";
    await services.boss.updateQueue(name, { retryLimit: 1, notify: false });
    await createMissingQueues(services.boss);
    expect((await services.boss.getQueue(name))?.retryLimit).toBe(1);
    await services.boss.updateQueue(name, queueSettings().get(name) ?? {});
    expect((await services.boss.getQueue(name))?.retryLimit).toBe(20);
  });

  test("schedules are those of this version, once each", async () => {
    await services.boss.schedule("deposit.check", "0 0 * * *", {});
    await configureSchedules(services.boss);
    await configureSchedules(services.boss);
    const stored = await services.boss.getSchedules();
    expect(stored.map(({ name, cron }) => ({ job: name, cron })).toSorted(byJob)).toEqual(
      schedules.toSorted(byJob),
    );
  });
});

function byJob(a: { job: string }, b: { job: string }): number {
  return a.job.localeCompare(b.job);
}

describe("enqueue", () => {
  const call = { actor: { kind: "system", id: "test" }, requestId: "request-1" } as const;
  const idOf = (n: number) => `01a20ae4-f77d-7027-91b9-00000000000${n}`;
  const find = (transactionId: string) =>
    services.boss.findJobs("withdrawal.submit", { data: { transactionId } });

  test("a job exists once its database transaction commits", async () => {
    const ctx = services.contextFor(call);
    await withTransaction(ctx.pool, async (tx) => {
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId: idOf(1) });
      expect(await find(idOf(1))).toEqual([]);
    });
    expect(await find(idOf(1))).toHaveLength(1);
  });

  test("a job vanishes with its database transaction", async () => {
    const ctx = services.contextFor(call);
    const failing = withTransaction(ctx.pool, async (tx) => {
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId: idOf(2) });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await find(idOf(2))).toEqual([]);
  });

  test("a job for later keeps its time", async () => {
    const ctx = services.contextFor(call);
    const startAfter = new Date(Date.now() + 3_600_000);
    await withTransaction(ctx.pool, (tx) =>
      ctx.enqueue(tx, "withdrawal.submit", { transactionId: idOf(3) }, { startAfter }),
    );
    const [job] = await find(idOf(3));
    expect(job?.startAfter).toEqual(startAfter);
  });

  test("a queue that silently refuses a job is an error, and undoes the change that asked for it", async () => {
    const ctx = services.contextFor(call);
    // Somebody gave the queue a policy that keeps one job at a time.
    await services.database.pool.query(
      "UPDATE pgboss.queue SET policy = 'short' WHERE name = 'withdrawal.check'",
    );
    const add = (transactionId: string) =>
      withTransaction(ctx.pool, (tx) =>
        ctx.enqueue(tx, "withdrawal.check", { transactionId, look: 1 }),
      );
    await add(idOf(4));
    await expect(add(idOf(5))).rejects.toThrow(/withdrawal.check refused a job/);
  });
});
