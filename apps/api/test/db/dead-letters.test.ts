import { randomUUID } from "node:crypto";
import { listDeadLetters } from "@revio-wallet/core/job/list-dead-letters";
import { readQueueHealth } from "@revio-wallet/core/job/read-queue-health";
import { redriveDeadLetters } from "@revio-wallet/core/job/redrive-dead-letters";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AppContext } from "../../src/context.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
const operators = { operator: randomUUID(), administrator: randomUUID(), support: randomUUID() };

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
  for (const [role, id] of Object.entries(operators)) {
    await superuser.query(
      `INSERT INTO operators (id, email, display_name, role, status, created_at)
       VALUES ($1, $2, $3, $3, 'active', now())`,
      [id, `${role}@example.com`, role],
    );
  }
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await services.pool.query("DELETE FROM pgboss.job");
});

const queue = "withdrawal.submit";
const as = (role: keyof typeof operators): AppContext =>
  services.contextFor({ actor: { kind: "operator", id: operators[role] }, requestId: "r" });
const reason = "Revio was down";

/** Jobs that fail their last try, with this error, as pg-boss itself sees it. */
async function die(count: number, cause: string): Promise<string[]> {
  const ctx = as("operator");
  const ids = Array.from({ length: count }, () => randomUUID());
  await withTransaction(ctx.pool, async (tx) => {
    for (const transactionId of ids) await ctx.enqueue(tx, queue, { transactionId });
  });
  const claimed = await services.boss.fetch(queue, { batchSize: count });
  await services.pool.query("UPDATE pgboss.job SET retry_limit = retry_count WHERE name = $1", [
    queue,
  ]);
  for (const job of claimed) await services.boss.fail(queue, job, new Error(cause));
  return ids;
}

const payloadsIn = async (name: string) => {
  const { rows } = await services.pool.query<{ id: string }>(
    `SELECT data ->> 'transactionId' AS id FROM pgboss.job WHERE name = $1 AND state = 'created' ORDER BY 1`,
    [name],
  );
  return rows.map(({ id }) => id);
};

describe("dead letters", () => {
  test("are told by queue and cause", async () => {
    await die(3, "RevioUnavailable");
    await die(2, "TypeError");
    const groups = await listDeadLetters(as("administrator"));
    expect(groups.map(({ queue: name, cause, count }) => [name, cause, count])).toEqual([
      [queue, "RevioUnavailable", 3n],
      [queue, "TypeError", 2n],
    ]);
    const health = await readQueueHealth(as("operator"));
    expect(health.find((figures) => figures.queue === queue)).toMatchObject({ dead: 5, ready: 0 });
  });

  test("are brought back by cause or one by one: as many as there were, with the same payloads", async () => {
    const ids = await die(4, "RevioUnavailable");
    await die(2, "TypeError");
    const other = await payloadsIn(`${queue}.dead`);
    expect(
      await redriveDeadLetters(as("operator"), { queue, cause: "RevioUnavailable", reason }),
    ).toEqual({ redriven: 4 });
    expect(await payloadsIn(queue)).toEqual(ids.toSorted());
    expect(await payloadsIn(`${queue}.dead`)).toEqual(
      other.filter((id) => !ids.includes(id)).toSorted(),
    );
    const { rows } = await services.pool.query<{ id: string }>(
      "SELECT id FROM pgboss.job WHERE name = $1 ORDER BY id LIMIT 1",
      [`${queue}.dead`],
    );
    const one = { queue, jobId: rows[0]?.id, reason } as const;
    expect(await redriveDeadLetters(as("administrator"), one)).toEqual({ redriven: 1 });
    await expect(redriveDeadLetters(as("administrator"), one)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await payloadsIn(queue)).toHaveLength(5);
    expect(await payloadsIn(`${queue}.dead`)).toHaveLength(1);
  });

  test("twice, and beside itself: each comes back once", async () => {
    const ids = await die(30, "RevioUnavailable");
    const redrives = await Promise.all(
      Array.from({ length: 5 }, () => redriveDeadLetters(as("operator"), { queue, reason })),
    );
    expect(redrives.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(30);
    expect(await redriveDeadLetters(as("operator"), { queue, reason })).toEqual({ redriven: 0 });
    expect(await payloadsIn(queue)).toEqual(ids.toSorted());
  });

  test("P09 two dead jobs with the same singleton key both come back", async () => {
    await die(2, "RevioUnavailable");
    await services.pool.query("UPDATE pgboss.job SET singleton_key = 'same' WHERE name = $1", [
      `${queue}.dead`,
    ]);
    expect(await redriveDeadLetters(as("operator"), { queue, reason })).toEqual({ redriven: 2 });
    expect(await payloadsIn(queue)).toHaveLength(2);
  });

  test("it dies in between: nothing has happened", async () => {
    const ids = await die(3, "RevioUnavailable");
    const ctx = as("operator");
    let added = 0;
    const dying: AppContext = {
      ...ctx,
      enqueue: async (...job) => {
        if (++added === 3) throw new Error("killed");
        await ctx.enqueue(...job);
      },
    };
    await expect(redriveDeadLetters(dying, { queue, reason })).rejects.toThrow("killed");
    expect(await payloadsIn(queue)).toEqual([]);
    expect(await payloadsIn(`${queue}.dead`)).toEqual(ids.toSorted());
  });

  test("come back paced, 200 at most, and it is on record who did it and how many", async () => {
    await die(205, "RevioUnavailable");
    expect(await redriveDeadLetters(as("operator"), { queue, reason })).toEqual({ redriven: 200 });
    const { rows } = await services.pool.query<{ spread: number }>(
      `SELECT extract(epoch FROM max(start_after) - min(start_after))::float8 AS spread FROM pgboss.job
       WHERE name = $1 AND state = 'created'`,
      [queue],
    );
    expect(rows[0]?.spread).toBeCloseTo(199 * 0.25, 1);
    const { rows: audit } = await services.pool.query(
      `SELECT actor_id, details FROM audit_events WHERE action = 'dead_letters.redriven' ORDER BY sequence DESC LIMIT 1`,
    );
    expect(audit).toEqual([
      {
        actor_id: operators.operator,
        details: { count: 200, cause: null, jobId: null, reason },
      },
    ]);
  });

  test("every operator sees them; operators and administrators redrive them; users do neither", async () => {
    await die(1, "RevioUnavailable");
    const user = services.contextFor({
      actor: { kind: "user", id: randomUUID(), sessionId: randomUUID() },
      requestId: "r",
    });
    for (const ctx of [as("support"), user]) {
      await expect(redriveDeadLetters(ctx, { queue, reason })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
    expect(await payloadsIn(`${queue}.dead`)).toHaveLength(1);
    await expect(listDeadLetters(user)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await listDeadLetters(as("support"))).toHaveLength(1);
  });
});
