import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSecrets } from "@revio-wallet/dev/stack-secrets";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PostgresPair } from "../../src/cluster/postgres-pair.ts";

let folder: string;
let pair: PostgresPair;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "revio-wallet-pair-"));
  await chmod(folder, 0o711);
  pair = await PostgresPair.start({ folder, secrets: await openSecrets(folder) });
});
afterAll(async () => {
  await pair?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: pair.superuserUrl });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function waiting(client: Client): Promise<number> {
  const { rowCount } = await client.query(
    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
  );
  return rowCount ?? 0;
}

test("what was acknowledged is there after the primary died; what was not is not answered without a standby", async () => {
  const first = await connected();
  await first.query("CREATE TABLE pair_test (id int)");
  await first.query("INSERT INTO pair_test VALUES (1)");

  await pair.failOver();
  expect(pair.generation).toBe(1);
  const [writer, looker] = [await connected(), await connected()];
  const second = writer.query("INSERT INTO pair_test VALUES (2)");
  await expect.poll(() => waiting(looker)).toBe(1);
  const { rows } = await looker.query("SELECT id FROM pair_test");
  expect(rows).toEqual([{ id: 1 }]);

  await pair.addStandby();
  await second;
  await pair.failOver();
  const third = await connected();
  expect((await third.query("SELECT id FROM pair_test ORDER BY id")).rows).toEqual([
    { id: 1 },
    { id: 2 },
  ]);
  expect(await pair.serverLog()).not.toContain("PANIC");
  await pair.addStandby();
  await Promise.all([first, writer, looker, third].map((client) => client.end().catch(() => {})));
});

test("a wait for the standby that is cancelled leaves the row on this primary alone: the next one lacks it", async () => {
  const [writer, looker] = [await connected(), await connected()];
  await pair.stopStandby();
  const notices: string[] = [];
  writer.on("notice", ({ code }) => notices.push(code ?? ""));
  const inserted = writer.query("INSERT INTO pair_test VALUES (3)");
  await expect.poll(() => waiting(looker)).toBe(1);
  await looker.query(
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
  );
  await inserted;
  // What withTransaction takes for an unknown outcome.
  expect(notices).toEqual(["01000"]);
  expect((await looker.query("SELECT 1 FROM pair_test WHERE id = 3")).rowCount).toBe(1);

  await pair.failOver();
  const next = await connected();
  expect((await next.query("SELECT 1 FROM pair_test WHERE id = 3")).rowCount).toBe(0);
  await Promise.all([writer, looker, next].map((client) => client.end().catch(() => {})));
});
