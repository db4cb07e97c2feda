import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAuditEvent } from "@revio-wallet/core/audit/record-audit-event";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TransactionEventListener } from "../../src/transaction-event-listener.ts";
import {
  type StreamedChanges,
  streamChanges,
} from "../../src/trpc/operator/live/stream-changes.ts";
import { type SignedInOperator, signedInOperator } from "../signed-in-operator.ts";
import { testContext } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let owner: Client;
let listener: TransactionEventListener;

beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
  owner = new Client({ connectionString: services.database.superuserUrl });
  await owner.connect();
  listener = new TransactionEventListener({
    connectionString: services.database.appUrl,
    log: services.log,
  });
});
afterAll(async () => {
  await listener.close();
  await owner.end();
  await services[Symbol.asyncDispose]();
});

const core = () => services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "r" });

const change = (subjectKind: string, subjectId: string) =>
  withTransaction(services.pool, (tx) =>
    recordAuditEvent(core(), tx, { action: `${subjectKind}.changed`, subjectKind, subjectId }),
  );

async function open(operator: SignedInOperator, lastEventId?: string) {
  const abort = new AbortController();
  const { sessionToken } = operator;
  const ctx = testContext(
    services,
    { kind: "operator", sessionToken, address: undefined, stepUpId: undefined },
    listener,
  );
  const stream = streamChanges({ ...ctx, core: core() }, lastEventId, abort.signal);
  const next = async (): Promise<(StreamedChanges & { id: string }) | undefined> => {
    const { value, done } = await stream.next();
    if (done === true || value === undefined) return undefined;
    const [id, changes] = value;
    return { id, ...changes };
  };
  /** Until something of the noun is told: other tests of the server may hold changes back. */
  const told = async (noun: string) => {
    for (;;) {
      const changes = await next();
      const found = changes?.nouns.find((one) => one.noun === noun);
      if (changes === undefined || found !== undefined) return { id: changes?.id ?? "", ...found };
    }
  };
  const leave = async () => {
    abort.abort();
    await stream.return();
  };
  return { next, told, leave };
}

describe("C15 live changes for operators", () => {
  test("begin at once with a place, then tell what changed, together and by kind", async () => {
    const { next, told, leave } = await open(await signedInOperator(owner, "viewer"));
    expect(await next()).toMatchObject({ nouns: [], auditEvents: 0, isOverflow: false });
    const ids = [randomUUID(), randomUUID()];
    await withTransaction(services.pool, async (tx) => {
      for (const subjectId of [...ids, ids[0] ?? ""]) {
        const event = { action: "transaction.moved", subjectKind: "transaction", subjectId };
        await recordAuditEvent(core(), tx, event);
      }
    });
    expect(await told("transaction")).toMatchObject({ count: 3, ids });
    await change("approval", "a");
    expect(await told("approval")).toMatchObject({ count: 1, ids: ["a"] });
    await services.pool.query(
      "INSERT INTO provider_deliveries (received_at, verdict, headers, body_bytes) VALUES (now(), 'invalid_signature', '{}', 1)",
    );
    expect(await told("webhook")).toMatchObject({ count: 1 });
    await services.pool.query(
      "INSERT INTO pgboss.job (name, data) VALUES ('withdrawal.submit.dead', '{}')",
    );
    expect(await told("queue")).toMatchObject({ ids: ["withdrawal.submit"] });
    await leave();
  });

  test("cut and resumed, nothing is missed and nothing told twice", async () => {
    const operator = await signedInOperator(owner, "viewer");
    const first = await open(operator);
    let place = (await first.next())?.id;
    await first.leave();
    const seen: unknown[] = [];
    const made = Array.from({ length: 4 }, () => randomUUID());
    for (const id of made) {
      await change("break", id);
      const resumed = await open(operator, place);
      const told = await resumed.told("break");
      seen.push(...(told.ids ?? []));
      place = told.id;
      await resumed.leave();
    }
    expect(seen).toEqual(made);
  });

  test("an older database transaction that commits later is told all the same", async () => {
    const { next, told, leave } = await open(await signedInOperator(owner, "viewer"));
    await next();
    await withTransaction(services.pool, async (tx) => {
      await recordAuditEvent(core(), tx, { action: "x.y", subjectKind: "user", subjectId: "late" });
      await change("user", "early");
      await sleep(1_500);
    });
    const ids = [];
    while (ids.length < 2) ids.push(...((await told("user")).ids ?? []));
    expect(ids.toSorted()).toEqual(["early", "late"]);
    await leave();
  });

  test("more than anybody could follow is told as that, and not one by one", async () => {
    const operator = await signedInOperator(owner, "viewer");
    const first = await open(operator);
    const place = (await first.next())?.id;
    await first.leave();
    await services.pool.query(
      `INSERT INTO audit_events (occurred_at, actor_kind, actor_id, action, subject_kind, subject_id, details)
       SELECT now(), 'system', 's', 'transaction.moved', 'transaction', n::text, '{}' FROM generate_series(1, 1200) n`,
    );
    const resumed = await open(operator, place);
    for (;;) {
      const changes = await resumed.next();
      if (changes?.isOverflow !== true) continue;
      expect(changes).toMatchObject({ nouns: [], auditEvents: 0 });
      break;
    }
    await resumed.leave();
  });

  test("ends with the session, and does not keep it from ending", async () => {
    const operator = await signedInOperator(owner, "viewer");
    await owner.query(
      "UPDATE operator_sessions SET last_used_at = now() - interval '5 min' WHERE id = $1",
      [operator.sessionId],
    );
    const read = async () =>
      (
        await owner.query<{ idle_expires_at: Date }>(
          "SELECT idle_expires_at FROM operator_sessions WHERE id = $1",
          [operator.sessionId],
        )
      ).rows;
    const before = await read();
    const { next } = await open(operator);
    await next();
    expect(await read()).toEqual(before);
    await owner.query(
      "UPDATE operator_sessions SET ended_at = now(), end_reason = 'revoked' WHERE id = $1",
      [operator.sessionId],
    );
    await expect(
      (async () => {
        while ((await next()) !== undefined);
      })(),
    ).rejects.toThrow("Sign in again.");
  });

  test("twelve at once for one operator, and a place back when one ends", async () => {
    const operator = await signedInOperator(owner, "viewer");
    const streams = [];
    for (let nth = 0; nth < 12; nth++) {
      const stream = await open(operator);
      await stream.next();
      streams.push(stream);
    }
    await expect((await open(operator)).next()).rejects.toThrow(/live streams/);
    for (const { leave } of streams) await leave();
    const again = await open(operator);
    expect(await again.next()).toBeDefined();
    await again.leave();
  });

  test("a place that is not ours is refused", async () => {
    const operator = await signedInOperator(owner, "viewer");
    await expect((await open(operator, "1; DROP TABLE users")).next()).rejects.toThrow(/position/);
  });
});
