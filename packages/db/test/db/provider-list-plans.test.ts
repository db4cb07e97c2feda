import { beforeAll, describe, expect, test } from "vitest";
import type { Queryable } from "../../src/pool.ts";
import {
  readAuditAnnouncements,
  readAuditEnd,
  readDeliveryAnnouncements,
  readDeliveryEnd,
} from "../../src/sql/announcements.ts";
import {
  findAuditActions,
  findAuditEvents,
  findAuditSubjectKinds,
} from "../../src/sql/audit-lists.ts";
import { findProviderCalls } from "../../src/sql/provider-calls.ts";
import {
  findEventsOfObject,
  findEventTypes,
  findLatestDeliveryAt,
  findProviderDeliveries,
  findProviderEvents,
} from "../../src/sql/provider-event-lists.ts";
import type { World } from "../support/sample-rows.ts";
import { insertWorld } from "../support/sample-world.ts";
import { useDatabase } from "../support/test-database.ts";

/** Rows in each table. A scan reads them all; a page by an index reads little more than it gives. */
const many = 60_000;
const mostRead = 2_500;
const limit = 51;

const database = useDatabase();
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
  const { owner } = database;
  await owner.query(
    `INSERT INTO provider_events (id, key_id, body_sha256, body_ciphertext, data_key_id, event_type, object_type, object_id, received_at,
       state, outcome, transaction_id, settled_at)
     SELECT gen_random_uuid(), 'key', sha256(n::text::bytea), 'x', $1, CASE WHEN n % 1000 = 0 THEN 'payout.error' ELSE 'type.' || n % 7 END,
       'purchase', md5((n / 5)::text)::uuid, timestamptz '2026-01-01' + n * interval '1 min',
       CASE WHEN n % 50 = 0 THEN 'parked' WHEN n % 3 = 0 THEN 'ignored' ELSE 'applied' END,
       CASE WHEN n % 1500 = 0 THEN 'unknown_purchase' ELSE 'x' END, CASE WHEN n % 997 = 0 THEN $2::uuid END, now()
     FROM generate_series(1, $3) n`,
    [world.dataKeyId, world.depositId, many],
  );
  await owner.query(
    `INSERT INTO provider_deliveries (received_at, verdict, provider_event_id, headers, body_bytes, created_xid)
     SELECT received_at, CASE WHEN random() < 0.01 THEN 'duplicate' ELSE 'accepted' END, id, '{}', 10, '1000' FROM provider_events ORDER BY received_at`,
  );
  await owner.query(
    `INSERT INTO audit_events (occurred_at, actor_kind, actor_id, action, subject_kind, subject_id, details)
     SELECT timestamptz '2026-01-01' + n * interval '1 min', CASE WHEN n % 500 = 0 THEN 'operator' ELSE 'system' END,
       CASE WHEN n % 500 = 0 THEN 'op-' || n % 3 ELSE 'sweep' END, CASE WHEN n % 2000 = 0 THEN 'break.noted' ELSE 'moved.' || n % 9 END,
       CASE WHEN n % 2000 = 0 THEN 'break' ELSE 'transaction' END, 's-' || n / 6, '{}'
     FROM generate_series(1, $1) n`,
    [many],
  );
  await owner.query(
    `INSERT INTO provider_calls (called_at, operation, attempt, object_id, duration_ms, code, request_id)
     SELECT timestamptz '2026-01-01' + n * interval '1 min', CASE WHEN n % 800 = 0 THEN 'payouts.execute' ELSE 'op.' || n % 4 END, 1,
       md5((n / 5)::text)::uuid, 5, CASE WHEN n % 300 = 0 THEN 'revio_outcome_unknown' ELSE 'ok' END, 'r-' || n / 3
     FROM generate_series(1, $1) n`,
    [many],
  );
  for (const table of [
    "provider_events",
    "provider_deliveries",
    "audit_events",
    "provider_calls",
  ]) {
    await owner.query(`VACUUM ANALYZE ${table}`);
  }
});

interface Plan {
  "Node Type": string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Plan[];
}

/** Rows that the scans of a plan looked at. */
function rowsOf(plan: Plan): number {
  const below = (plan.Plans ?? []).reduce((sum, each) => sum + rowsOf(each), 0);
  if (!plan["Node Type"].includes("Scan")) return below;
  const removed =
    (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0);
  return below + (plan["Actual Rows"] + removed) * plan["Actual Loops"];
}

/** Runs the statements of `work` under EXPLAIN ANALYZE too, and sums what they read. */
async function rowsRead(work: (db: Queryable) => Promise<unknown>): Promise<number> {
  let read = 0;
  await work({
    query: async <Row extends object>(statement: unknown, values?: unknown[]) => {
      const text = String(statement);
      const { rows } = await database.pool.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      read += rowsOf(rows[0]?.["QUERY PLAN"][0].Plan as Plan);
      return database.pool.query<Row>(text, values);
    },
  });
  return read;
}

const middle = new Date("2026-01-21T00:00:00Z");
const later = new Date("2026-01-22T00:00:00Z");
const id = "00000000-0000-4000-8000-000000000000";

const events: [string, Parameters<typeof findProviderEvents>[1]][] = [
  ["no filter", {}],
  ["a rare state", { state: "parked" }],
  ["a common state", { state: "applied" }],
  ["a rare type", { eventType: "payout.error" }],
  ["a common type", { eventType: "type.3" }],
  ["a type that never came", { eventType: "never" }],
  ["a rare type in a state", { eventType: "payout.error", state: "applied" }],
  ["a rare outcome", { outcome: "unknown_purchase" }],
  ["an object", { objectId: "9bf31c7f-f062-436a-96d3-c8bd1f8f2ff3" }],
  ["a transaction", { transactionId: id }],
  ["a period", { from: middle, to: later }],
  ["a state in a period", { state: "parked", from: middle, to: later }],
  ["nothing since", { from: new Date("2030-01-01") }],
];

describe("C10 webhooks, at any depth", () => {
  test.each(events)("%s", async (_, filter) => {
    for (const after of [undefined, { receivedAt: middle, id }]) {
      const read = await rowsRead((db) => findProviderEvents(db, filter, { after, limit }));
      expect(read).toBeLessThan(mostRead);
    }
  });

  test("deliveries, the newest of them, types, and what there is about an object", async () => {
    for (const after of [undefined, { at: middle, sequence: 5n }]) {
      for (const filter of [{}, { verdict: "duplicate" }, { from: middle, to: later }] as const) {
        const page = { ...filter, after, limit };
        expect(await rowsRead((db) => findProviderDeliveries(db, page))).toBeLessThan(mostRead);
      }
    }
    expect(await rowsRead((db) => findLatestDeliveryAt(db, "accepted"))).toBeLessThan(10);
    expect(await rowsRead(findEventTypes)).toBeLessThan(100);
    const object = { objectId: "9bf31c7f-f062-436a-96d3-c8bd1f8f2ff3", limit };
    expect(await rowsRead((db) => findEventsOfObject(db, object))).toBeLessThan(100);
  });
});

test.each([
  ["no filter", {}],
  ["an operation", { operation: "payouts.execute" }],
  ["an outcome", { codes: ["revio_outcome_unknown"] }],
  ["an object", { objectId: "9bf31c7f-f062-436a-96d3-c8bd1f8f2ff3" }],
  ["a transaction", { transactionId: id }],
  ["a request", { requestId: "r-77" }],
  ["a period", { from: middle, to: later }],
])("C10 calls to Revio, at any depth, by %s", async (_, filter) => {
  for (const after of [undefined, { at: middle, sequence: 5n }]) {
    const page = { ...filter, after, limit };
    expect(await rowsRead((db) => findProviderCalls(db, page))).toBeLessThan(mostRead);
  }
});

const audits: [string, Parameters<typeof findAuditEvents>[1]][] = [
  ["no filter", {}],
  ["operators", { actorKind: "operator" }],
  ["one operator", { actorKind: "operator", actorId: "op-1" }],
  ["a rare action", { action: "break.noted" }],
  ["a common action", { action: "moved.3" }],
  ["a subject", { subjectKind: "transaction", subjectId: "s-77" }],
  ["a period", { from: middle, to: later }],
  ["an action in a period", { action: "break.noted", from: middle, to: later }],
  ["nothing since", { from: new Date("2030-01-01") }],
];

describe("C10 the audit trail, at any depth", () => {
  test.each(audits)("%s", async (_, filter) => {
    for (const before of [undefined, 30_000n]) {
      const read = await rowsRead((db) => findAuditEvents(db, filter, { before, limit }));
      expect(read).toBeLessThan(mostRead);
    }
  });

  test("the words that it has", async () => {
    expect(await rowsRead(findAuditActions)).toBeLessThan(100);
    expect(await rowsRead(findAuditSubjectKinds)).toBeLessThan(100);
  });
});

test("C15 a look for changes reads what is new, and no more", async () => {
  expect(await rowsRead(readAuditEnd)).toBeLessThan(10);
  expect(await rowsRead(readDeliveryEnd)).toBeLessThan(10);
  const audit = await readAuditEnd(database.pool);
  const deliveries = await readDeliveryEnd(database.pool);
  expect(await rowsRead((db) => readAuditAnnouncements(db, { ...audit, limit }))).toBeLessThan(10);
  expect(
    await rowsRead((db) => readDeliveryAnnouncements(db, { ...deliveries, limit })),
  ).toBeLessThan(10);
});
