import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { answerWebhook } from "../../src/http/answer-webhook.ts";
import { jobs } from "../../src/worker/registry.ts";
import { runJob } from "../../src/worker/run-job.ts";
import { never, type RevioStub, startRevioStub } from "./revio-stub.ts";
import { openTestServices, type TestServices } from "./services.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const queue = "provider-event.apply";

let services: TestServices;
let revio: RevioStub;
let superuser: Client;
beforeAll(async () => {
  revio = await startRevioStub();
  services = await openTestServices("api", {
    REVIO_BASE_URL: revio.url,
    DATABASE_POOL_SIZE: "2",
    REVIO_TIMEOUT_SECONDS: "30",
    REVIO_WEBHOOK_PUBLIC_KEYS: publicKey.export({ type: "spki", format: "pem" }) as string,
  });
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
  await revio.close();
});

const paid = (id: string = randomUUID()) =>
  JSON.stringify({ event_type: "purchase.paid", type: "purchase", id, is_test: true });

/** Delivers as Revio does; the status that it is answered with. */
async function deliver(body: string): Promise<number> {
  const signature = sign("RSA-SHA256", Buffer.from(body), privateKey).toString("base64");
  const request = new Request("http://wallet.test/webhooks/revio", {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature": signature },
    body,
  });
  return (await answerWebhook(request, services)).status;
}

async function countOf(table: string, where = "true"): Promise<number> {
  const { rows } = await superuser.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
  );
  return rows[0]?.count ?? -1;
}
const countJobs = () => countOf("pgboss.job", `name = '${queue}'`);

test("F51 the work on an event takes for ever: it was acknowledged before the work began, and so is what follows", async () => {
  revio.answer(never);
  const purchaseId = randomUUID();
  expect(await deliver(paid(purchaseId))).toBe(200);
  expect(revio.requests).toEqual([]);
  const [job] = await services.boss.fetch(queue, { includeMetadata: true });
  if (job === undefined) throw new Error("the event has no job");
  const abort = new AbortController();
  const work = runJob(services, jobs[queue], { ...job, signal: abort.signal }).catch(
    (error: unknown) => error,
  );
  await vi.waitFor(() => expect(revio.requests).toHaveLength(1), { timeout: 30_000 });
  expect(await deliver(`${paid(purchaseId)} `)).toBe(200);
  expect(await countOf("provider_events", "state = 'received'")).toBe(2);
  abort.abort();
  await work;
  await services.pool.query("DELETE FROM pgboss.job");
});

test("F52 five hundred at once, again until they are acknowledged: each is stored once, with one job", async () => {
  const before = await countOf("provider_events");
  const bodies = Array.from({ length: 500 }, () => paid());
  const refused: number[] = [];
  const deliverUntilTaken = async (waiting: string[]): Promise<void> => {
    const statuses = await Promise.all(waiting.map(deliver));
    refused.push(...statuses.filter((status) => status !== 200));
    const left = waiting.filter((_, index) => statuses[index] !== 200);
    if (left.length > 0) await deliverUntilTaken(left);
  };

  // The database takes nobody: nothing is acknowledged that is not stored.
  const { rows } = await superuser.query<{ name: string }>("SELECT current_database() AS name");
  const limit = (connections: number) =>
    superuser.query(`ALTER DATABASE ${rows[0]?.name} CONNECTION LIMIT ${connections}`);
  await limit(0);
  await superuser.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'wallet-api'",
  );
  try {
    expect(new Set(await Promise.all(bodies.slice(0, 50).map(deliver)))).toEqual(new Set([503]));
  } finally {
    await limit(-1);
  }
  expect(await countOf("provider_events")).toBe(before);

  await deliverUntilTaken(bodies);
  expect(refused.every((status) => status === 503)).toBe(true);
  expect(await countOf("provider_events")).toBe(before + bodies.length);
  expect(await countJobs()).toBe(bodies.length);
  // What came again because its acknowledgement was lost is no second event.
  expect(new Set(await Promise.all(bodies.slice(0, 20).map(deliver)))).toEqual(new Set([200]));
  expect(await countOf("provider_events")).toBe(before + bodies.length);
  expect(await countJobs()).toBe(bodies.length);
});
