import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sampleRows, type Row, type World } from "../support/sample-rows.ts";
import { insertRow, insertWorld } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase } from "../support/test-database.ts";

const database = useDatabase({ poolSize: 25 });
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
});

async function insertWithdrawal(): Promise<string> {
  const row: Row = {
    ...sampleRows["transactions"]?.(world),
    kind: "withdrawal",
    status: "queued",
    bank_account_id: world.bankAccountId,
  };
  await insertRow(database.pool, "transactions", row);
  return String(row["id"]);
}

async function insertPayout(withdrawalId: string): Promise<string> {
  const row = { ...sampleRows["revio_payouts"]?.(world), transaction_id: withdrawalId };
  await insertRow(database.pool, "revio_payouts", row);
  return String(Object(row).id);
}

/** What the job does before it sends the execute request. */
const markExecuteSent = (payoutId: string, at = new Date()) =>
  database.pool.query(
    "UPDATE revio_payouts SET state = 'execute_sent', execute_sent_at = $2 WHERE id = $1 AND state = 'created'",
    [payoutId, at],
  );
const setState = (payoutId: string, state: string) =>
  database.pool.query("UPDATE revio_payouts SET state = $2 WHERE id = $1", [payoutId, state]);

describe("a withdrawal is paid out once", () => {
  let withdrawalId: string;
  let payoutId: string;
  beforeEach(async () => {
    withdrawalId = await insertWithdrawal();
    payoutId = await insertPayout(withdrawalId);
  });

  test("twenty processes execute one payout: one gets through", async () => {
    const attempts = await Promise.all(Array.from({ length: 20 }, () => markExecuteSent(payoutId)));
    expect(attempts.filter(({ rowCount }) => rowCount === 1)).toHaveLength(1);
  });

  test("twenty payouts of one withdrawal are executed at once: one gets through", async () => {
    const payouts = [payoutId];
    for (let i = 1; i < 20; i++) payouts.push(await insertPayout(withdrawalId));
    const attempts = await Promise.allSettled(payouts.map((id) => markExecuteSent(id)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === "rejected") {
        expect(attempt.reason).toMatchObject({
          code: sqlState.unique,
          constraint: "revio_payouts_one_execution_idx",
        });
      }
    }
  });

  test.each(["execute_unknown", "executing", "success", "error"])(
    "another payout is not executed while one is %s",
    async (state) => {
      await markExecuteSent(payoutId);
      await setState(payoutId, state);
      const other = await insertPayout(withdrawalId);
      await expectRefused(
        markExecuteSent(other),
        sqlState.unique,
        "revio_payouts_one_execution_idx",
      );
    },
  );

  test("a refused execute frees the place for another payout, not for itself", async () => {
    await markExecuteSent(payoutId);
    await setState(payoutId, "execute_rejected");
    await expectRefused(setState(payoutId, "execute_sent"), sqlState.check);
    const other = await insertPayout(withdrawalId);
    expect((await markExecuteSent(other)).rowCount).toBe(1);
    await expectRefused(
      setState(payoutId, "executing"),
      sqlState.unique,
      "revio_payouts_one_execution_idx",
    );
  });

  test("the time of execution is set once: not moved, not cleared, not set again to the same", async () => {
    const at = new Date("2026-11-23T08:00:00.000Z");
    await markExecuteSent(payoutId, at);
    for (const [state, time] of [
      ["execute_sent", at],
      ["execute_sent", new Date()],
      ["executing", new Date()],
      ["created", null],
    ]) {
      await expectRefused(
        database.pool.query(
          "UPDATE revio_payouts SET state = $2, execute_sent_at = $3 WHERE id = $1",
          [payoutId, state, time],
        ),
        sqlState.check,
      );
    }
    await expectRefused(setState(payoutId, "created"), sqlState.check, "revio_payouts_check1");
  });

  test("a payout whose execution is under way can still be read back", async () => {
    await markExecuteSent(payoutId);
    const { rowCount } = await database.pool.query(
      "UPDATE revio_payouts SET provider_status = 'executing', status_history_length = 2, last_read_at = now() WHERE id = $1",
      [payoutId],
    );
    expect(rowCount).toBe(1);
  });

  test("while money is stopped for everybody it is not taken for execution, and is afterwards", async () => {
    await database.pool.query("UPDATE outgoing_switch SET stopped_at = now(), reason = 'test'");
    await expectRefused(markExecuteSent(payoutId), sqlState.check);
    await setState(payoutId, "created");
    await database.pool.query("UPDATE outgoing_switch SET stopped_at = NULL, reason = NULL");
    expect((await markExecuteSent(payoutId)).rowCount).toBe(1);
  });

  test("the owner is bound by it too", async () => {
    await markExecuteSent(payoutId);
    await expectRefused(
      database.owner.query("UPDATE revio_payouts SET execute_sent_at = now() WHERE id = $1", [
        payoutId,
      ]),
      sqlState.check,
    );
  });

  test("whose payout it is does not change", async () => {
    for (const column of ["id", "transaction_id", "attempt", "create_sent_at"]) {
      await expectRefused(
        database.pool.query(`UPDATE revio_payouts SET ${column} = ${column} WHERE id = $1`, [
          payoutId,
        ]),
        sqlState.privilege,
      );
    }
  });
});

test("one purchase credits a deposit, however many were made and paid", async () => {
  const purchases = Array.from({ length: 5 }, () => ({
    ...sampleRows["revio_purchases"]?.(world),
  }));
  for (const purchase of purchases) await insertRow(database.pool, "revio_purchases", purchase);
  const credits = await Promise.allSettled(
    purchases.map((purchase) =>
      database.pool.query("UPDATE revio_purchases SET credited_at = now() WHERE id = $1", [
        purchase["id"],
      ]),
    ),
  );
  expect(credits.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const credit of credits) {
    if (credit.status === "rejected") {
      expect(credit.reason).toMatchObject({
        code: sqlState.unique,
        constraint: "revio_purchases_one_credit_idx",
      });
    }
  }
});

test("the same bytes under the same key are one event, however many deliveries arrive at once", async () => {
  const event = sampleRows["provider_events"]?.(world) ?? {};
  const deliveries = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      insertRow(database.pool, "provider_events", { ...event, id: randomUUID() }),
    ),
  );
  expect(deliveries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const otherKey = { ...event, id: randomUUID(), key_id: "rotated" };
  await insertRow(database.pool, "provider_events", otherKey);
});

test("what an event said is fixed; what became of it is not", async () => {
  for (const column of [
    "key_id",
    "body_sha256",
    "body_ciphertext",
    "event_type",
    "object_id",
    "received_at",
  ]) {
    await expectRefused(
      database.pool.query(`UPDATE provider_events SET ${column} = ${column}`),
      sqlState.privilege,
    );
  }
  const { rowCount } = await database.pool.query(
    "UPDATE provider_events SET state = 'parked', outcome = 'unknown_purchase', settled_at = now() WHERE id = $1",
    [world.providerEventId],
  );
  expect(rowCount).toBe(1);
});
