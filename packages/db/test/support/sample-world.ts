import { randomUUID } from "node:crypto";
import type { Queryable } from "../../src/pool.ts";
import { type Row, sampleRows, type World } from "./sample-rows.ts";

/** Inserts one row; `overriding` lets the owner set an identity column. */
export async function insertRow(
  db: Queryable,
  table: string,
  row: Row,
  options: { overriding?: boolean } = {},
): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  const overriding = options.overriding ? "OVERRIDING SYSTEM VALUE" : "";
  await db.query(
    `INSERT INTO ${table} (${columns.join(", ")}) ${overriding} VALUES (${places.join(", ")})`,
    Object.values(row),
  );
}

async function insertSample(
  db: Queryable,
  table: string,
  world: World,
  patch: Row = {},
): Promise<string> {
  const row = { ...sampleRows[table]?.(world), ...patch };
  await insertRow(db, table, row);
  return String(row["id"]);
}

/** A user with one row of everything that others point at. Only the owner may make operators. */
export async function insertWorld(app: Queryable, owner: Queryable): Promise<World> {
  const world = {} as World;
  world.dataKeyId = await insertSample(app, "data_keys", world);
  world.userId = await insertSample(app, "users", world);
  world.sessionId = await insertSample(app, "sessions", world);
  world.bankAccountId = await insertSample(app, "bank_accounts", world);
  world.depositId = await insertSample(app, "transactions", world);
  world.withdrawalId = await insertSample(app, "transactions", world, {
    kind: "withdrawal",
    status: "queued",
    bank_account_id: world.bankAccountId,
  });
  world.providerEventId = await insertSample(app, "provider_events", world);
  world.operatorId = await insertSample(owner, "operators", world);
  const administrator = { role: "administrator" };
  world.administratorId = await insertSample(owner, "operators", world, administrator);
  world.operatorSessionId = await insertSample(app, "operator_sessions", world);
  world.breakId = await insertSample(app, "breaks", world);
  world.runId = await insertSample(app, "reconciliation_runs", world);
  world.approvalId = await insertSample(app, "approvals", world, proposedSetting(world));
  return world;
}

/** What makes the sample of an approval one of a setting that nothing else asks to change. */
export function proposedSetting(world: World): Row {
  return {
    id: randomUUID(),
    kind: "setting_change",
    transaction_id: null,
    requested_by: world.administratorId,
    proposal: JSON.stringify({ target: `limits:${randomUUID()}` }),
    expires_at: new Date("2026-11-24T08:00:00.000Z"),
    request_reason: "Fewer and larger withdrawals.",
  };
}
