import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toAppError } from "../../src/trpc/errors.ts";
import { jobs } from "../../src/worker/registry.ts";
import { type SignedInOperator, signedInOperator } from "../signed-in-operator.ts";
import { asOperator } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let staff: SignedInOperator;
let viewer: SignedInOperator;

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
  const owner = new Client({ connectionString: services.database.superuserUrl });
  await owner.connect();
  staff = await signedInOperator(owner, "operator");
  viewer = await signedInOperator(owner, "viewer");
  await owner.end();
});
afterAll(() => services[Symbol.asyncDispose]());
beforeEach(async () => {
  await services.pool.query("DELETE FROM pgboss.job");
});

const queue = "withdrawal.submit" as const;
const call = () => services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "r" });
const codeOf = (error: unknown) => toAppError(error).code;

async function add(count: number, startAfter?: Date): Promise<string[]> {
  const ctx = call();
  const ids = Array.from({ length: count }, () => randomUUID());
  await withTransaction(ctx.pool, async (tx) => {
    for (const transactionId of ids) {
      await ctx.enqueue(tx, queue, { transactionId }, startAfter && { startAfter });
    }
  });
  return ids;
}

/** Jobs that fail their last try, as pg-boss itself sees it. */
async function die(count: number, cause: string): Promise<void> {
  await add(count);
  const claimed = await services.boss.fetch(queue, { batchSize: count });
  await services.pool.query("UPDATE pgboss.job SET retry_limit = retry_count WHERE name = $1", [
    queue,
  ]);
  for (const job of claimed) await services.boss.fail(queue, job, new Error(cause));
}

const figures = async () => {
  const { queues } = await asOperator(services, viewer).queue.list();
  return queues.find((one) => one.queue === queue);
};

describe("C51 queues", () => {
  test("every queue is there, with what waits, runs, is done and is dead", async () => {
    const later = new Date(Date.now() + 3_600_000);
    await add(3);
    await add(2, later);
    const [first] = await services.boss.fetch(queue, { batchSize: 1 });
    const { queues } = await asOperator(services, viewer).queue.list();
    expect(queues.map((one) => one.queue).sort()).toEqual(Object.keys(jobs).sort());
    expect(await figures()).toMatchObject({
      ready: 2,
      waiting: 2,
      active: 1,
      completed: 0,
      dead: 0,
    });
    await services.boss.complete(queue, first?.id ?? "");
    await services.pool.query("DELETE FROM pgboss.job WHERE state = 'created'");
    await die(2, "RevioUnavailable");
    expect(await figures()).toMatchObject({
      ready: 0,
      active: 0,
      completed: 1,
      died: 2,
      dead: 2,
      runP50Ms: expect.any(Number) as number,
    });
  });

  test("who works on it is told; nobody, and jobs that are late, are warned of", async () => {
    // The instance of this test has just started: what it works on it tells with its next sign of life.
    expect(await figures()).toMatchObject({ workers: 0, warnings: [] });
    await services.pool.query(
      `UPDATE pgboss.instance SET workers = '[{"queue": "day.close"}]', heartbeat_on = now()`,
    );
    expect(await figures()).toMatchObject({ workers: 0, warnings: ["no_worker"] });
    await add(1, new Date(Date.now() - 600_000));
    expect((await figures())?.warnings).toEqual(["no_worker", "late"]);
    await services.pool.query("DELETE FROM pgboss.job");
    await services.boss.work(queue, async () => undefined);
    await services.pool.query(
      `UPDATE pgboss.instance SET workers = jsonb_build_array(jsonb_build_object('queue', $1::text)), heartbeat_on = now()`,
      [queue],
    );
    expect(await figures()).toMatchObject({ workers: 1, warnings: [] });
    await services.pool.query(
      "UPDATE pgboss.instance SET heartbeat_on = now() - heartbeat_seconds * interval '4 seconds'",
    );
    expect(await figures()).toMatchObject({ workers: 0 });
    await services.boss.offWork(queue);
  });

  test("jobs page by page, also those of one statement, whose times are the same", async () => {
    const ids = await add(7);
    const api = asOperator(services, viewer);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.queue.listJobs({ queue, state: "ready", cursor, limit: 2 });
      seen.push(...page.items.map(({ payload }) => payload["transactionId"]));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.map(String).toSorted()).toEqual(ids.toSorted());
    const wrong = api.queue.listJobs({ queue, state: "ready", cursor: "?" });
    await expect(wrong.catch(codeOf)).resolves.toBe("INVALID_INPUT");
    for (const state of ["deferred", "active", "completed", "dead"] as const) {
      expect((await api.queue.listJobs({ queue, state })).items).toEqual([]);
    }
  });

  test("a job: ids are shown, other text is starred; a dead letter names what died, and why by kind", async () => {
    await die(1, "RevioUnavailable");
    const api = asOperator(services, viewer);
    const [dead] = (await api.queue.listJobs({ queue, state: "dead" })).items;
    const job = await api.job.get({ jobId: dead?.id ?? "" });
    expect(job).toMatchObject({
      queue: `${queue}.dead`,
      isDeadLetter: true,
      failure: "RevioUnavailable",
      source: { queue },
    });
    await services.pool.query(
      `UPDATE pgboss.job SET data = '{"email": "thandi@example.com", "look": 3, "nested": {"a": 1}}', output = '{"name": "Thandi"}' WHERE id = $1`,
      [dead?.id],
    );
    const odd = await api.job.get({ jobId: dead?.id ?? "" });
    expect(odd.payload).toEqual({ email: "•••", look: 3, nested: "•••" });
    expect(JSON.stringify(odd)).not.toContain("Thandi");
    const nobody = api.job.get({ jobId: randomUUID() });
    await expect(nobody.catch(codeOf)).resolves.toBe("NOT_FOUND");
  });

  test("a preview of a redrive says what the redrive then does", async () => {
    await die(3, "RevioUnavailable");
    await die(2, "TypeError");
    const api = asOperator(services, staff);
    const all = await api.job.previewRedrive({ queue });
    expect(all).toMatchObject({ matching: 5, willRedrive: 5 });
    expect(all.byCause.map(({ cause, count }) => [cause, count])).toEqual([
      ["RevioUnavailable", 3],
      ["TypeError", 2],
    ]);
    const some = { queue, cause: "TypeError" };
    const { willRedrive } = await api.job.previewRedrive(some);
    expect(await api.job.redrive({ ...some, reason: "Mended" })).toEqual({ redriven: willRedrive });
    expect(await api.job.previewRedrive({ queue })).toMatchObject({ matching: 3 });
    const refused = asOperator(services, viewer).job.redrive({ queue, reason: "Mended" });
    await expect(refused.catch(codeOf)).resolves.toBe("FORBIDDEN");
  });
});
