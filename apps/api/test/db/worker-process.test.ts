import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ManagedServer, startServer, tail } from "@revio-wallet/dev/managed-server";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { delayedDeposit } from "./delayed-deposit.ts";
import { never, refuse, type RevioStub, startRevioStub, unavailable } from "./revio-stub.ts";
import { openTestServices, testVariables, type TestServices } from "./services.ts";

/** Real worker processes on a database of their own, with a provider that answers as told. */
let services: TestServices;
let revio: RevioStub;
let variables: Record<string, string>;
let logFolder: string;
const started: ManagedServer[] = [];

beforeAll(async () => {
  revio = await startRevioStub();
  logFolder = await mkdtemp(join(tmpdir(), "worker-process-"));
  services = await openTestServices("api", { REVIO_BASE_URL: revio.url });
  await services.startQueue();
  variables = {
    ...testVariables(services.database, {
      REVIO_BASE_URL: revio.url,
      LOG_LEVEL: "info",
      JOB_POLL_SECONDS: "0.5",
    }),
    // What the test encrypts the worker must read.
    KEY_ENCRYPTION_KEYS: services.env.KEY_ENCRYPTION_KEYS,
    LOOKUP_KEY: services.env.LOOKUP_KEY,
  };
});
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop();
  revio.answer(unavailable);
  await services.pool.query("DELETE FROM pgboss.job");
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await revio.close();
  await rm(logFolder, { recursive: true });
});

async function startWorker(
  settings: Record<string, string> = {},
  nodeFlags: string[] = [],
): Promise<ManagedServer> {
  const name = `worker-${Math.random().toString(36).slice(2)}`;
  const worker = await startServer({
    name,
    command: ["node", ...nodeFlags, "apps/api/src/worker/main.ts"],
    variables: { ...variables, ...settings },
    logFolder,
    check: async () => {
      const log = await tail(join(logFolder, `${name}.log`));
      if (!log.includes("worker ready")) throw new Error("it is not ready");
    },
  });
  started.push(worker);
  return worker;
}

const stateOf = async (transactionId: string) => {
  const { rows } = await services.pool.query<{ state: string }>(
    `SELECT state::text FROM pgboss.job WHERE name = 'deposit.open-checkout' AND data ->> 'transactionId' = $1`,
    [transactionId],
  );
  return rows.map(({ state }) => state);
};
const statusOf = async (transactionId: string) => {
  const { rows } = await services.pool.query<{ status: string }>(
    "SELECT status FROM transactions WHERE id = $1",
    [transactionId],
  );
  return rows[0]?.status;
};

/** A worker in the middle of a POST to Revio. */
async function workerAtWork(how: Parameters<RevioStub["answer"]>[0], settings = {}) {
  const transactionId = await delayedDeposit(services);
  await services.pool.query(
    "UPDATE pgboss.job SET start_after = now() WHERE name = 'deposit.open-checkout'",
  );
  revio.requests.length = 0;
  revio.answer(how);
  const worker = await startWorker(settings);
  await vi.waitFor(() => expect(revio.requests).toHaveLength(1), { timeout: 30_000 });
  return { worker, transactionId };
}

describe("F71 SIGTERM while a job is at work", () => {
  test("it finishes, and the process ends with 0", async () => {
    let answer: () => void = () => undefined;
    const { worker, transactionId } = await workerAtWork((response) => {
      answer = () => refuse(response);
    });
    process.kill(worker.pid, "SIGTERM");
    await vi.waitFor(async () => {
      expect(await readFile(worker.logFile, "utf8")).toContain("worker stopping");
    });
    answer();
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await stateOf(transactionId)).toEqual(["completed"]);
    expect(await statusOf(transactionId)).toBe("failed");
  });

  test("it does not finish in time: handed back at once, in doubt on record, the process ends with 0", async () => {
    const { worker, transactionId } = await workerAtWork(never, { SHUTDOWN_DRAIN_SECONDS: "1" });
    process.kill(worker.pid, "SIGTERM");
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await stateOf(transactionId)).toEqual(["retry"]);
    const { rows } = await services.pool.query(
      "SELECT state FROM revio_purchases WHERE transaction_id = $1 ORDER BY create_sent_at DESC LIMIT 1",
      [transactionId],
    );
    expect(rows).toEqual([{ state: "create_unknown" }]);

    // The next worker has it within seconds, and it ends once.
    revio.answer(refuse);
    await startWorker();
    await vi.waitFor(async () => expect(await statusOf(transactionId)).toBe("failed"), {
      timeout: 30_000,
    });
  });

  test("a second SIGTERM waits for nothing", async () => {
    const { worker, transactionId } = await workerAtWork(never, { SHUTDOWN_DRAIN_SECONDS: "300" });
    process.kill(worker.pid, "SIGTERM");
    await vi.waitFor(async () => {
      expect(await readFile(worker.logFile, "utf8")).toContain("worker stopping");
    });
    process.kill(worker.pid, "SIGTERM");
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await stateOf(transactionId)).toEqual(["retry"]);
  });
});

describe("F72", () => {
  test.each([
    ["rejection", "Promise.reject(new Error('staged'))"],
    ["exception", "setTimeout(() => { throw new Error('staged'); })"],
  ])("an error that nobody caught (%s) ends the process", async (_, defect) => {
    const onSignal = encodeURIComponent(`process.on("SIGUSR2", () => { ${defect}; });`);
    const worker = await startWorker({}, ["--import", `data:text/javascript,${onSignal}`]);
    process.kill(worker.pid, "SIGUSR2");
    expect((await worker.exited).code).toBe(1);
    const log = await readFile(worker.logFile, "utf8");
    expect(log).toContain("an error that nobody caught");
    expect(log).not.toContain("worker stopped");
  });
});

describe("start", () => {
  test("F93 is refused on an older schema, with a sentence that says what to do", async () => {
    const { rows } = await services.pool.query<{ name: string }>(
      "SELECT name FROM schema_migrations ORDER BY name DESC LIMIT 1",
    );
    const { Client } = await import("pg");
    const owner = new Client({ connectionString: services.database.ownerUrl });
    await owner.connect();
    await owner.query("UPDATE schema_migrations SET name = 'x_' || name WHERE name = $1", [
      rows[0]?.name,
    ]);
    try {
      await expect(startWorker()).rejects.toThrow(/lacks migration \d{14}_.* Run the migrations/);
    } finally {
      await owner.query("UPDATE schema_migrations SET name = $1 WHERE name = 'x_' || $1", [
        rows[0]?.name,
      ]);
      await owner.end();
    }
  });

  test("F96 is refused on a host whose clock is an hour off, with a sentence that says what to do", async () => {
    const ahead = encodeURIComponent("const real = Date.now; Date.now = () => real() + 3600000;");
    await expect(startWorker({}, ["--import", `data:text/javascript,${ahead}`])).rejects.toThrow(
      /clock and the database's differ by more than 30 s/,
    );
  });
});
