import { randomUUID } from "node:crypto";
import { sweepTransactions } from "@revio-wallet/core/revio/sweep-transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { jobs } from "../../src/worker/registry.ts";
import { runJob } from "../../src/worker/run-job.ts";
import { delayedDeposit } from "./delayed-deposit.ts";
import { refuse, type RevioStub, startRevioStub, unavailable } from "./revio-stub.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let revio: RevioStub;
beforeAll(async () => {
  revio = await startRevioStub();
  services = await openTestServices("worker", {
    REVIO_BASE_URL: revio.url,
    REVIO_FAILURES_TO_PAUSE: "1",
    REVIO_PAUSE_SECONDS: "0.2",
  });
  await services.startQueue();
});
afterEach(async () => {
  vi.useRealTimers();
  await services.pool.query("DELETE FROM pgboss.job");
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await revio.close();
});

const system = () =>
  services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "request" });

async function enqueue(name: "deposit.open-checkout", payload: object): Promise<void> {
  const ctx = system();
  await withTransaction(ctx.pool, (tx) =>
    ctx.enqueue(tx, name, payload as { transactionId: string }),
  );
}

/** Claims the next job as a worker does, whatever its time. */
async function claim(name: string) {
  await services.pool.query(
    "UPDATE pgboss.job SET start_after = now() - interval '1 s' WHERE name = $1 AND state IN ('created', 'retry')",
    [name],
  );
  const [job] = await services.boss.fetch(name, { includeMetadata: true });
  if (job === undefined) throw new Error(`no job in ${name}`);
  return job;
}

interface JobRow {
  state: string;
  retry_count: number;
  retry_limit: number;
  waits: boolean;
}
async function rowsOf(name: string): Promise<JobRow[]> {
  const { rows } = await services.pool.query<JobRow>(
    "SELECT state::text, retry_count, retry_limit, start_after > now() AS waits FROM pgboss.job WHERE name = $1",
    [name],
  );
  return rows;
}

const queue = "deposit.open-checkout";
const definition = jobs[queue];

describe("F10, F15 Revio is not asked at present", () => {
  test("the job goes back for later and no try is used up, however often; afterwards it is done once", async () => {
    revio.answer(unavailable);
    const transactionId = await delayedDeposit(services);
    // Time stands still for the circuit until the test moves it.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_000 });
    await services.circuits.attempt({ operation: "purchases.create", kind: "write" }, () =>
      Promise.resolve({ result: null, says: { is: "unavailable", retryAfterMs: 60_000 } }),
    );
    const sentBefore = revio.requests.length;
    for (let times = 1; times <= 30; times++) {
      const job = await claim(queue);
      await runJob(services, definition, job);
      // What pg-boss says of it afterwards is not heard: it is no longer this worker's.
      await services.boss.complete(queue, job);
      const [row, ...others] = await rowsOf(queue);
      expect(others).toEqual([]);
      expect(row).toEqual({
        state: "retry",
        retry_count: times - 1,
        retry_limit: definition.queue.retryLimit + times,
        waits: true,
      });
    }
    expect(revio.requests).toHaveLength(sentBefore);
    revio.answer(refuse);
    vi.setSystemTime(Date.now() + 61_000);
    const job = await claim(queue);
    await runJob(services, definition, job);
    await services.boss.complete(queue, job);
    expect(await rowsOf(queue)).toMatchObject([{ state: "completed" }]);
    expect(revio.requests).toHaveLength(sentBefore + 1);
    const { rows } = await services.pool.query("SELECT status FROM transactions WHERE id = $1", [
      transactionId,
    ]);
    expect(rows).toEqual([{ status: "failed" }]);
  });

  test("a failure with an answer uses up a try, as ever", async () => {
    await enqueue(queue, { transactionId: randomUUID() });
    const job = await claim(queue);
    const failing = { ...definition, run: () => Promise.reject(new Error("staged")) };
    await expect(runJob(services, failing, job)).rejects.toThrow("Error");
    await services.boss.fail(queue, job, new Error("staged"));
    expect(await rowsOf(queue)).toMatchObject([
      { state: "retry", retry_limit: definition.queue.retryLimit },
    ]);
  });
});

/** Lets a real pg-boss worker run the queue until the test has seen enough. */
async function working<Result>(
  run: (() => Promise<unknown>) | undefined,
  look: () => Promise<Result>,
): Promise<void> {
  const used = run === undefined ? definition : { ...definition, run };
  await services.boss.work(
    queue,
    {
      batchSize: 1,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
      includeMetadata: true,
    },
    async ([job]) => {
      if (job !== undefined) await runJob(services, used, job);
    },
  );
  try {
    await vi.waitFor(look, { timeout: 30_000, interval: 100 });
  } finally {
    await services.boss.offWork(queue);
  }
}

describe("jobs that cannot be done", () => {
  test("F66 a payload of a version that nobody knows goes to the dead letters at once, and the queue goes on", async () => {
    const poison = { transactionId: randomUUID(), version: 99 };
    await enqueue(queue, poison);
    await enqueue(queue, { transactionId: randomUUID() });
    await working(undefined, async () => {
      expect((await rowsOf(queue)).map(({ state }) => state).toSorted()).toEqual([
        "completed",
        "failed",
      ]);
    });
    const { rows } = await services.pool.query(
      "SELECT data, source_retry_count FROM pgboss.job WHERE name = $1",
      [`${queue}.dead`],
    );
    expect(rows).toEqual([{ data: poison, source_retry_count: 0 }]);
  });

  test("F67 a job that fails every time ends in the dead letters after its tries; others go on", async () => {
    let tries = 0;
    const poisonId = randomUUID();
    await enqueue(queue, { transactionId: poisonId });
    await services.pool.query(
      "UPDATE pgboss.job SET retry_limit = 2, retry_delay = 0, retry_backoff = false WHERE name = $1",
      [queue],
    );
    await enqueue(queue, { transactionId: randomUUID() });
    const run = (_: unknown, payload?: { transactionId: string }) => {
      if (payload?.transactionId !== poisonId) return Promise.resolve();
      tries++;
      return Promise.reject(new Error("poison"));
    };
    await working(run as () => Promise<unknown>, async () => {
      expect(await rowsOf(`${queue}.dead`)).toHaveLength(1);
      expect((await rowsOf(queue)).map(({ state }) => state).toSorted()).toEqual([
        "completed",
        "failed",
      ]);
    });
    expect(tries).toBe(3);
  });

  test("F65 what a stale worker says of a job that another has by now is not heard", async () => {
    await enqueue(queue, { transactionId: randomUUID() });
    const stale = await claim(queue);
    // Its claim expires, and another worker takes the job.
    await services.boss.fail(queue, stale, new Error("expired"));
    const fresh = await claim(queue);
    expect(fresh.id).toBe(stale.id);
    await services.boss.complete(queue, stale);
    await services.boss.fail(queue, stale, new Error("late"));
    expect(await rowsOf(queue)).toMatchObject([{ state: "active", retry_count: 1 }]);
    await services.boss.complete(queue, fresh);
    expect(await rowsOf(queue)).toMatchObject([{ state: "completed" }]);
  });

  test("F69 the row of a job is deleted: the sweeper makes it anew from the tables", async () => {
    revio.answer(unavailable);
    const transactionId = await delayedDeposit(services);
    await services.pool.query("DELETE FROM pgboss.job");
    const inAWhile = { now: () => new Date(Date.now() + 11 * 60_000) };
    await sweepTransactions({ ...system(), clock: inAWhile });
    const found = await services.boss.findJobs(queue, { data: { transactionId } });
    expect(found).toHaveLength(1);
    await sweepTransactions({ ...system(), clock: inAWhile });
    expect(await services.boss.findJobs(queue, { data: { transactionId } })).toHaveLength(1);
  });
});
