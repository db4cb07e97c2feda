import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getAuditEvent } from "../../../src/audit/get-audit-event.ts";
import { listAuditEvents } from "../../../src/audit/list-audit-events.ts";
import { listAuditWords } from "../../../src/audit/list-audit-words.ts";
import { type AuditDetails, recordAuditEvent } from "../../../src/audit/record-audit-event.ts";
import type { Actor } from "../../../src/context.ts";
import { extendChains } from "../../../src/integrity/extend-chains.ts";
import { getAuditChain } from "../../../src/integrity/get-audit-chain.ts";
import { stepIntegrity } from "../../../src/integrity/step-integrity.ts";
import { verifyAuditChain } from "../../../src/integrity/verify-audit-chain.ts";
import { operator } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

let db: TestDatabase;
let superuser: Client;
let ctx: Awaited<ReturnType<typeof testContext>>;
let viewer: typeof ctx;
let maker: typeof ctx;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  superuser = new Client({ connectionString: db.superuserUrl });
  await superuser.connect();
  ctx = await testContext(db);
  viewer = await operator(ctx, superuser, "viewer");
  maker = await operator(ctx, superuser, "reconciliation_maker");
});
afterAll(async () => {
  await ctx.reader.$disconnect();
  await superuser.end();
  await db.drop();
});

const record = async (
  actor: Actor,
  action: string,
  subject: [string, string],
  details: AuditDetails = {},
) => {
  ctx.clock.advance(1_000);
  await withTransaction(ctx.pool, (tx) =>
    recordAuditEvent({ ...ctx, actor }, tx, {
      action,
      subjectKind: subject[0],
      subjectId: subject[1],
      details,
    }),
  );
};

async function allOf(filter: Omit<Parameters<typeof listAuditEvents>[1], "limit">) {
  const seen = [];
  let cursor: string | undefined;
  do {
    const page = await listAuditEvents(viewer, { ...filter, cursor, limit: 3 });
    seen.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return seen;
}

describe("C61 the audit trail", () => {
  test("newest first by each filter, without gap or repeat; operators have names", async () => {
    const transactionId = randomUUID();
    const system: Actor = { kind: "system", id: "transaction.sweep" };
    const from = new Date(ctx.clock.now().getTime() + 1_000);
    for (let nth = 0; nth < 8; nth++) {
      await record(system, "transaction.moved", ["transaction", transactionId], { nth });
      await record(maker.actor, "break.noted", ["break", `break-${nth}`]);
    }
    const to = ctx.clock.now();
    const { rows } = await superuser.query<{ sequence: string }>(
      "SELECT sequence FROM audit_events ORDER BY sequence DESC",
    );
    const all = await allOf({});
    expect(all.map(({ sequence }) => sequence.toString())).toEqual(rows.map((r) => r.sequence));
    const byActor = await allOf({ actor: { kind: "operator", id: maker.actor.id } });
    expect(byActor).toHaveLength(8);
    expect(byActor[0]).toMatchObject({ actorName: "Op", action: "break.noted" });
    expect(await allOf({ actor: { kind: "operator" } })).toEqual(byActor);
    expect(await allOf({ action: "break.noted" })).toEqual(byActor);
    const ofSubject = await allOf({ subject: { kind: "transaction", id: transactionId } });
    expect(ofSubject.map(({ details }) => details["nth"])).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await allOf({ from, to })).toHaveLength(15);
    expect(await allOf({ from: to })).toHaveLength(1);
    expect(await allOf({ to: from })).toEqual([]);
    expect(await allOf({ from: new Date(to.getTime() + 1) })).toEqual([]);
    expect(
      await allOf({ action: "break.noted", from, to, actor: { kind: "operator" } }),
    ).toHaveLength(7);
    expect(await listAuditWords(viewer)).toEqual({
      actions: ["break.noted", "transaction.moved"],
      subjectKinds: ["break", "transaction"],
    });
  });

  test("events that were written late stand in the period of their own time", async () => {
    const began = ctx.clock.now();
    const late = { ...ctx, clock: { now: () => began } };
    ctx.clock.advance(60_000);
    await record({ kind: "system", id: "s" }, "day.closed", ["day", "1"]);
    await withTransaction(ctx.pool, (tx) =>
      recordAuditEvent(late, tx, { action: "day.closed", subjectKind: "day", subjectId: "2" }),
    );
    const period = { from: began, to: new Date(began.getTime() + 1), action: "day.closed" };
    expect((await allOf(period)).map(({ subjectId }) => subjectId)).toEqual(["2"]);
    const after = { from: new Date(began.getTime() + 1), action: "day.closed" };
    expect((await allOf(after)).map(({ subjectId }) => subjectId)).toEqual(["1"]);
  });

  test("one event: before and after, and whether it is what was written", async () => {
    await record(maker.actor, "break.assigned", ["break", "b"], { from: null, to: "x", why: "y" });
    const [newest] = (await listAuditEvents(viewer, { limit: 1 })).items;
    const sequence = newest?.sequence ?? 0n;
    expect(await getAuditEvent(viewer, { sequence })).toMatchObject({
      changes: [{ field: "value", before: null, after: "x" }],
      rest: { why: "y" },
      link: null,
    });
    await olderAreOver({ superuser });
    await extendChains(ctx);
    expect((await getAuditEvent(viewer, { sequence })).link).toMatchObject({ holds: true });
    await expect(getAuditEvent(viewer, { sequence: 10n ** 15n })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("users see none of it", async () => {
    const user = { ...ctx, actor: { kind: "user", id: randomUUID(), sessionId: "s" } } as const;
    for (const call of [
      listAuditEvents(user, { limit: 1 }),
      getAuditEvent(user, { sequence: 1n }),
      getAuditChain(user),
      listAuditWords(user),
      verifyAuditChain(user, { links: 1 }),
      verifyAuditChain(viewer, { links: 1 }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("C61 the hash chain", () => {
  test("tells how far it goes and what was verified; a stretch can be verified now, which is on record", async () => {
    await olderAreOver({ superuser });
    await extendChains(ctx);
    const before = await getAuditChain(viewer);
    expect(before.headSequence).toBe(before.newestSequence);
    expect(before.lastPassEndedAt).toBeNull();
    await stepIntegrity(ctx);
    expect(await getAuditChain(viewer)).toMatchObject({ lastPassFindings: 0, openFindings: [] });
    const head = before.headPosition ?? 0n;
    expect(await verifyAuditChain(maker, { links: 4 })).toEqual({
      from: head - 3n,
      to: head,
      isLast: false,
      findings: 0,
      verifiedAt: ctx.clock.now(),
    });
    expect(await verifyAuditChain(maker, { after: 0n, links: 2 })).toMatchObject({
      from: 1n,
      to: 2n,
    });
    expect(await verifyAuditChain(maker, { after: head, links: 5 })).toMatchObject({
      from: null,
      to: null,
      isLast: true,
    });
    expect(await allOf({ action: "audit_chain.verified" })).toHaveLength(3);
  });

  test("an event that was changed is found in its stretch, and not in another; money stops", async () => {
    await olderAreOver({ superuser });
    await extendChains(ctx);
    const { rows } = await superuser.query<{ position: string; sequence: string }>(
      "SELECT position, item_sequence AS sequence FROM chain_links WHERE stream = 'audit' ORDER BY position DESC LIMIT 1 OFFSET 5",
    );
    await superuser.query("ALTER TABLE audit_events DISABLE TRIGGER USER");
    await superuser.query(`UPDATE audit_events SET details = '{"nth": 99}' WHERE sequence = $1`, [
      rows[0]?.sequence,
    ]);
    await superuser.query("ALTER TABLE audit_events ENABLE TRIGGER USER");
    expect(await verifyAuditChain(maker, { after: 0n, links: 3 })).toMatchObject({ findings: 0 });
    expect(await verifyAuditChain(maker, { links: 10 })).toMatchObject({ findings: 1 });
    const sequence = BigInt(rows[0]?.sequence ?? 0);
    expect((await getAuditEvent(viewer, { sequence })).link).toMatchObject({ holds: false });
    expect((await getAuditChain(viewer)).openFindings).toMatchObject([
      { subject: `audit_event:${sequence}` },
    ]);
    const { rows: brake } = await superuser.query("SELECT stopped_at FROM outgoing_switch");
    expect(brake).toEqual([{ stopped_at: expect.any(Date) as Date }]);
  });
});
