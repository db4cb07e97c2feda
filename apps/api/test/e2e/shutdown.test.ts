import { generateKeyPairSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { findFreePort } from "@revio-wallet/dev/free-port";
import { type ManagedServer, tail } from "@revio-wallet/dev/managed-server";
import { startApi } from "@revio-wallet/dev/stack-api";
import { openSecrets } from "@revio-wallet/dev/stack-secrets";
import { afterAll, afterEach, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { database } from "./support/database.ts";
import { openStream, readSome } from "./support/event-stream.ts";
import { addBankAccount, newPerson, payIn, withdrawalOnce } from "./support/people.ts";
import { stack } from "./support/stack.ts";
import { until } from "./support/until.ts";
import { attempt } from "./support/wallet-client.ts";

/** What an orchestrator usually gives a process, and our own tools do, before they kill it. */
const graceMs = 15_000;

const started: ManagedServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

/** A second process of the API beside the stack's, whose tokens it takes. */
async function anotherApi(): Promise<{ server: ManagedServer; apiUrl: string }> {
  const port = await findFreePort(0);
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const webhookKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  const server = await startApi({
    name: `api-${port}`,
    port,
    logFolder: stack.logFolder,
    apiFolder: join(stack.dataDir, "api"),
    secrets: await openSecrets(stack.dataDir),
    database: { urls: stack.databaseUrls },
    sandbox: { apiUrl: stack.sandboxApiUrl, webhook: { publicKey: webhookKey } },
    settings: { TRUSTED_PROXY_HOPS: "1", ACCESS_TOKEN_ISSUER: stack.apiUrl },
  });
  started.push(server);
  return { server, apiUrl: `http://127.0.0.1:${port}` };
}

test("F71 SIGTERM with a live stream and a money request under way: both end as they should, and the process in time", async () => {
  const person = await newPerson();
  await payIn(person, 20_000n);
  const bankAccountId = await addBankAccount(person);
  const { server, apiUrl } = await anotherApi();
  const there = { ...person, apiUrl };
  const stream = await openStream(there, { input: "0-0" });
  const seen = [await stream.next(), await stream.next(), await stream.next()];
  expect(seen.map((update) => update?.status)).toEqual([
    "created",
    "awaiting_payment",
    "completed",
  ]);
  const end = stream.next();

  // The request stands in the middle of its database transaction.
  const holder = await database.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", [person.userId]);
  const input = { amountMinor: 5_000n, currency: "ZAR", bankAccountId } as const;
  const idempotencyKey = randomUUID();
  const answer = attempt(there, "withdrawal.create", { ...input, idempotencyKey });
  await until("the request waits", async () => {
    const { rowCount } = await database.query(
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM users%FOR SHARE%'",
    );
    return rowCount === 1;
  });

  process.kill(server.pid, "SIGTERM");
  const killed = AbortSignal.timeout(graceMs);
  // The stream does not wait for the request, nor the request for the stream.
  expect(await end).toBeUndefined();
  expect([stream.refusal(), stream.ending()]).toEqual([undefined, "finished"]);
  expect((await tail(server.logFile)).includes("api stopping")).toBe(true);
  await holder.query("COMMIT");
  holder.release();
  const { status, data } = await answer;
  expect({ status, withdrawal: data?.withdrawal.status }).toEqual({
    status: 200,
    withdrawal: "queued",
  });
  // 128 + SIGTERM: it ended itself, nobody killed it.
  expect(await server.exited).toEqual({ code: 143, signal: null });
  expect(killed.aborted).toBe(false);
  await expect(fetch(`${apiUrl}/health/live`)).rejects.toThrow();

  // Another process goes on for both.
  const again = await attempt(person, "withdrawal.create", { ...input, idempotencyKey });
  expect(again.data?.withdrawal.id).toBe(data?.withdrawal.id);
  await withdrawalOnce(person, data?.withdrawal.id ?? "", "completed");
  const rest = await readSome(await openStream(person, { header: seen.at(-1)?.id ?? "" }), 3);
  expect(rest.map((update) => update.status)).toEqual(["queued", "processing", "completed"]);
});
