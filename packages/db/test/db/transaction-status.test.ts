import { beforeAll, describe, expect, test } from "vitest";
import { sampleRows, type Row, type World } from "../support/sample-rows.ts";
import { insertRow, insertWorld } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { expectRefused, useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase();
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
});

/** The status machine, written down a second time: a change of the table must be meant. */
const allowed: Record<string, Record<string, string[]>> = {
  deposit: {
    created: ["awaiting_payment", "failed", "cancelled", "expired", "completed", "in_review"],
    awaiting_payment: ["completed", "failed", "expired", "cancelled", "in_review"],
    // Late success: the payer's attempt was in flight when we gave up.
    failed: ["completed", "in_review"],
    expired: ["completed", "in_review"],
    cancelled: ["completed", "in_review"],
    in_review: ["completed", "failed"],
    completed: [],
  },
  withdrawal: {
    awaiting_approval: ["queued", "rejected", "cancelled"],
    queued: ["processing", "cancelled", "failed", "in_doubt"],
    processing: ["completed", "failed", "in_doubt", "queued"],
    in_doubt: ["processing", "completed", "failed", "queued"],
    completed: ["returned"],
    failed: [],
    cancelled: [],
    rejected: [],
    returned: [],
  },
  refund: { completed: [] },
  chargeback: { completed: ["reversed"], reversed: [] },
  adjustment: { completed: [] },
};

const pairs = Object.entries(allowed).flatMap(([kind, machine]) =>
  Object.entries(machine).flatMap(([from, next]) =>
    Object.keys(machine)
      .filter((to) => to !== from)
      .map((to) => ({ kind, from, to, ok: next.includes(to) })),
  ),
);

function transaction(kind: string, status: string, patch: Row = {}): Row {
  return {
    ...sampleRows["transactions"]?.(world),
    kind,
    status,
    bank_account_id: kind === "withdrawal" ? world.bankAccountId : null,
    related_transaction_id: kind === "refund" || kind === "chargeback" ? world.depositId : null,
    ...patch,
  };
}

test("the machine has these statuses and no other", async () => {
  const { rows } = await database.pool.query<{ kind: string; status: string }>(
    "SELECT kind, status FROM transaction_statuses",
  );
  const expected = Object.entries(allowed).flatMap(([kind, machine]) =>
    Object.keys(machine).map((status) => `${kind} ${status}`),
  );
  expect(rows.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual(expected.sort());
});

test("the database allows as many changes as the list above, neither more nor fewer", async () => {
  const { rows } = await database.pool.query<{ count: bigint }>(
    "SELECT count(*) FROM transaction_status_changes",
  );
  expect(rows[0]?.count).toBe(BigInt(pairs.filter(({ ok }) => ok).length));
});

/** Puts a transaction in the middle of its life, where the application could not begin it. */
async function insertMidway(row: Row): Promise<void> {
  await withClient(database.superuserUrl, async (client) => {
    await client.query("SET session_replication_role = replica");
    await insertRow(client, "transactions", row);
  });
}

const initial = new Set([
  "deposit created",
  "withdrawal awaiting_approval",
  "withdrawal queued",
  "refund completed",
  "chargeback completed",
  "adjustment completed",
]);
const births = Object.entries(allowed).flatMap(([kind, machine]) =>
  Object.keys(machine).map((status) => ({ kind, status, ok: initial.has(`${kind} ${status}`) })),
);

test.each(births)("$kind begins as $status (allowed: $ok)", async ({ kind, status, ok }) => {
  const birth = insertRow(database.pool, "transactions", transaction(kind, status));
  if (ok) await birth;
  else await expectRefused(birth, sqlState.check);
});

test.each(pairs)("$kind: $from → $to (allowed: $ok)", async ({ kind, from, to, ok }) => {
  const row = transaction(kind, from);
  await insertMidway(row);
  const change = database.pool.query("UPDATE transactions SET status = $2 WHERE id = $1", [
    row["id"],
    to,
  ]);
  if (ok) await expect(change).resolves.toMatchObject({ rowCount: 1 });
  else await expectRefused(change, sqlState.check);
});

test.each(Object.keys(allowed))("%s cannot take a status of another kind", async (kind) => {
  const foreign = kind === "withdrawal" ? "awaiting_payment" : "queued";
  const row = transaction(kind, Object.keys(allowed[kind] ?? {})[0] ?? "");
  await expectRefused(
    insertRow(database.pool, "transactions", { ...row, status: foreign }),
    sqlState.check,
  );
});

describe("what does not change", () => {
  const changes: Record<string, string> = {
    id: "gen_random_uuid()",
    user_id: "gen_random_uuid()",
    kind: "'adjustment'",
    amount_minor: "amount_minor + 1",
    fee_minor: "fee_minor + 1",
    currency: "'USD'",
    reference: "reference || 'x'",
    related_transaction_id: "id",
    bank_account_id: "gen_random_uuid()",
    return_url: "'https://elsewhere.example'",
    created_at: "created_at + interval '1 s'",
  };

  test.each(Object.entries(changes))("%s", async (column, value) => {
    const row = transaction("deposit", "created");
    await insertRow(database.pool, "transactions", row);
    const statement = `UPDATE transactions SET ${column} = ${value} WHERE id = '${String(row["id"])}'`;
    await expectRefused(database.pool.query(statement), sqlState.privilege);
    await expectRefused(database.owner.query(statement), sqlState.check);
  });

  test("every column is either above or granted to the application", async () => {
    const { rows } = await database.pool.query<{ column: string }>(
      `SELECT attname AS "column" FROM pg_attribute WHERE attrelid = 'transactions'::regclass AND attnum > 0
       AND NOT has_column_privilege('wallet_app', attrelid, attnum, 'UPDATE')`,
    );
    expect(rows.map(({ column }) => column).sort()).toEqual(Object.keys(changes).sort());
  });
});

test("each event of a transaction wakes the listeners with its user", async () => {
  const client = await database.pool.connect();
  try {
    const woken = new Promise((resolve) => {
      client.once("notification", resolve);
    });
    await client.query("LISTEN transaction_events");
    await insertRow(
      database.pool,
      "transaction_events",
      sampleRows["transaction_events"]?.(world) ?? {},
    );
    await expect(woken).resolves.toMatchObject({
      channel: "transaction_events",
      payload: world.userId,
    });
  } finally {
    client.release(true);
  }
});
