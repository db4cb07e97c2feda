import type { Pool } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPool } from "../../src/pool.ts";
import { withTransaction } from "../../src/with-transaction.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { useDatabase } from "../support/test-database.ts";

/**
 * A connection that the server ends. An error event for which nobody listens ends the process: here, the test run. In a failover all
 * connections die, each at some moment of its life.
 */
const database = useDatabase();
let proxy: TcpProxy;
let pool: Pool;
let lost: Error[];
beforeEach(async () => {
  proxy = await startTcpProxy(database.appUrl);
  lost = [];
  pool = createPool({
    connectionString: proxy.url,
    max: 1,
    onConnectionLost: (error) => lost.push(error),
  });
});
afterEach(async () => {
  await pool.end();
  await proxy.close();
});

const backendPid = async () => {
  const { rows } = await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid;
};
/** "Ready" and "terminated" in one packet: who waits for "ready" has had no time to listen for errors. */
const terminate = () => proxy.terminateWhenReady();

describe("ready, and terminated in the same packet", () => {
  test("as the connection is opened: its first user learns by the first statement, the next gets another", async () => {
    terminate();
    const work = withTransaction(pool, async () => "done");
    await expect(work).rejects.toThrow(/connection/i);
    expect(pool.totalCount).toBe(0);
    expect(await withTransaction(pool, async () => "done")).toBe("done");
  });

  test("as a statement is answered: the answer counts, the connection is not used again", async () => {
    const before = await backendPid();
    terminate();
    expect(await backendPid()).toBe(before);
    await expect.poll(() => pool.totalCount).toBe(0);
    expect(lost).toMatchObject([{ code: "57P01" }]);
    const after = await backendPid();
    expect(after).not.toBe(before);
  });

  test("as BEGIN is answered: nothing of the work is done, the connection is not used again", async () => {
    const before = await backendPid();
    terminate();
    let statements = 0;
    const work = withTransaction(pool, async (tx) => {
      await tx.query("SELECT 1");
      statements += 1;
    });
    await expect(work).rejects.toThrow(/connection/i);
    expect(statements).toBe(0);
    expect(pool.totalCount).toBe(0);
    expect(await backendPid()).not.toBe(before);
  });

  test("as a client that somebody holds was answered: they learn by the next statement, and it is not used again", async () => {
    const client = await pool.connect();
    terminate();
    await client.query("SELECT 1");
    await expect(client.query("SELECT 2")).rejects.toThrow(/connection/i);
    client.release();
    expect(pool.totalCount).toBe(0);
    expect(await backendPid()).toBeTypeOf("number");
  });
});

test("terminated while it is idle: told, destroyed, and another is opened", async () => {
  const before = await backendPid();
  expect([pool.idleCount, pool.totalCount]).toEqual([1, 1]);
  const killer = createPool({ connectionString: database.superuserUrl, max: 1 });
  await killer.query("SELECT pg_terminate_backend($1)", [before]);
  await killer.end();
  await expect.poll(() => lost.length).toBe(1);
  expect(lost).toMatchObject([{ code: "57P01" }]);
  expect(pool.totalCount).toBe(0);
  expect(await backendPid()).not.toBe(before);
});
