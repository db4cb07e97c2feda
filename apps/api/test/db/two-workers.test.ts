import { randomInt, randomUUID } from "node:crypto";
import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import { checkDeposit } from "@revio-wallet/core/revio/check-deposit";
import { startDeposit } from "@revio-wallet/core/revio/start-deposit";
import { registerUser } from "@revio-wallet/core/user/register-user";
import { createWithdrawal } from "@revio-wallet/core/withdrawal/create-withdrawal";
import { startSandbox } from "@revio-wallet/revio-sandbox/start-sandbox";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { jobs } from "../../src/worker/registry.ts";
import { runJob } from "../../src/worker/run-job.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, databaseFile: ":memory:" });
  services = await openTestServices("worker", {
    REVIO_BASE_URL: `${sandbox.url}/api/v1/`,
    REVIO_API_KEY: sandbox.apiKey,
    REVIO_BRAND_ID: sandbox.brandId,
  });
  await services.startQueue();
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await sandbox.close();
});

async function control<Answer>(path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${sandbox.controlUrl}${path}`, {
    method: body === undefined ? "GET" : "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return (await answer.json()) as Answer;
}

const queue = "withdrawal.submit";

/** A withdrawal of a user with money, waiting in the queue. */
async function queuedWithdrawal() {
  const requestId = "test";
  const anonymous = services.contextFor({ actor: { kind: "system", id: "test" }, requestId });
  const { id: userId } = await registerUser(anonymous, {
    email: `${randomUUID()}@example.com`,
    password: randomUUID(),
    fullName: "Thandi Nkosi",
    ipAddress: `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  });
  const actor = { kind: "user", id: userId, sessionId: randomUUID() } as const;
  const ctx = services.contextFor({ actor, requestId });
  const money = { userId, currency: "ZAR" } as const;
  const { deposit } = await startDeposit(ctx, {
    ...money,
    amountMinor: 50_000n,
    returnUrl: undefined,
    idempotencyKey: randomUUID(),
  });
  const [purchase] = await control<{ id: string }[]>(`purchases?reference=${deposit.reference}`);
  await control(`purchases/${purchase?.id}/pay`, {});
  await checkDeposit(anonymous, { transactionId: deposit.id, look: 0 });
  const bankAccount = await addBankAccount(ctx, {
    branchCode: "250655",
    accountNumber: `62${randomInt(10_000, 99_999)}${randomInt(1_000, 8_999)}`,
    accountHolder: "Thandi Nkosi",
    accountType: "current",
  });
  const { withdrawal } = await createWithdrawal(ctx, {
    ...money,
    amountMinor: 20_000n,
    bankAccountId: bankAccount.id,
    idempotencyKey: randomUUID(),
  });
  return withdrawal;
}

test.each([
  ["create", "heeds its signal"],
  ["create", "is a zombie"],
  ["execute", "heeds its signal"],
  ["execute", "is a zombie"],
])(
  "F63, F64 the job expires while its %s is under way, and another worker takes it; the first one %s: executed at most once",
  async (step, first) => {
    const { id, reference } = await queuedWithdrawal();
    const slow = { kind: "slow", delayMs: 4_000, when: "before", times: 1 };
    await control("faults", { match: { operation: `payouts.${step}` }, ...slow });
    // The claim runs out long before the answer comes.
    await services.pool.query("UPDATE pgboss.job SET expire_seconds = 1 WHERE name = $1", [queue]);
    await services.pool.query("UPDATE pgboss.job SET retry_delay = 0, retry_backoff = false");
    let runs = 0;
    let ended = 0;
    const options = {
      batchSize: 1,
      localConcurrency: 2,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
      includeMetadata: true,
    } as const;
    await services.boss.work<unknown, void, typeof options>(queue, options, async ([job]) => {
      if (job === undefined) return;
      const { signal, ...zombie } = job;
      runs++;
      try {
        await runJob(
          services,
          jobs[queue],
          first === "is a zombie" ? zombie : { ...zombie, signal },
        );
      } finally {
        ended++;
      }
    });
    await vi.waitFor(
      () => {
        expect(runs).toBeGreaterThanOrEqual(2);
        expect(ended).toBe(runs);
      },
      { timeout: 40_000, interval: 200 },
    );
    await services.boss.offWork(queue);
    const { payouts } = await control<{ payouts: { reference: string; executions: number }[] }>(
      "books",
    );
    const executions = payouts
      .filter((payout) => payout.reference === reference)
      .reduce((sum, payout) => sum + payout.executions, 0);
    expect(executions).toBeLessThanOrEqual(1);
    const { rows } = await services.pool.query<{ status: string }>(
      "SELECT status FROM transactions WHERE id = $1",
      [id],
    );
    // Whatever the workers saw, an order that may have been sent is never forgotten.
    if (executions === 1) expect(["processing", "in_doubt"]).toContain(rows[0]?.status);
    await services.pool.query("DELETE FROM pgboss.job");
  },
);
