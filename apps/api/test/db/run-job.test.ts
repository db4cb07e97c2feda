import { setTimeout as sleep } from "node:timers/promises";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { defineJob, upkeepQueue } from "../../src/worker/job.ts";
import { JobFailed, runJob } from "../../src/worker/run-job.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

const canary = `u${Math.random().toString().slice(2)}@example.com`;

const failing = defineJob({
  name: "transaction.sweep",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: { kind: "system", id: "test" },
  run: () => Promise.reject(new Error(`no user ${canary}`, { cause: new TypeError(canary) })),
});

test("what is stored of a failure is its kind, none of its words", async () => {
  const ctx = services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "r" });
  await withTransaction(ctx.pool, (tx) => ctx.enqueue(tx, "transaction.sweep", {}));
  await services.boss.work(
    "transaction.sweep",
    { batchSize: 1, pollingIntervalSeconds: 0.5, includeMetadata: true },
    async ([job]) => {
      if (job !== undefined) await runJob(services, failing, job);
    },
  );
  let output = "";
  for (let look = 0; look < 100 && output === ""; look++) {
    await sleep(100);
    const { rows } = await services.database.pool.query<{ row: string }>(
      "SELECT row_to_json(job)::text AS row FROM pgboss.job WHERE name = 'transaction.sweep' AND output IS NOT NULL",
    );
    output = rows[0]?.row ?? "";
  }
  await services.boss.offWork("transaction.sweep");
  expect(output).toContain("JobFailed");
  expect(output).not.toContain(canary);
  expect(output).not.toContain("    at ");
});

test("a payload that is not the job's own fails without running it", async () => {
  let ran = false;
  const job = defineJob({
    ...failing,
    run: () => {
      ran = true;
      return Promise.resolve();
    },
  });
  const claimed = { id: "j", data: { userEmail: canary }, retryCount: 0, retryLimit: 3 };
  const error: unknown = await runJob(services, job, claimed).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(JobFailed);
  expect(String(error)).not.toContain(canary);
  expect(ran).toBe(false);
});
