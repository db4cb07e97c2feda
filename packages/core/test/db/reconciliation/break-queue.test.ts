import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { addBreakNote } from "../../../src/reconciliation/add-break-note.ts";
import { assignBreak } from "../../../src/reconciliation/assign-break.ts";
import { getBreak } from "../../../src/reconciliation/get-break.ts";
import { listBreaks } from "../../../src/reconciliation/list-breaks.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { resolveBreaks } from "../../../src/reconciliation/resolve-breaks.ts";
import { operator } from "../../registered-user.ts";
import { type MoneyWorld, startMoneyWorld, type WorldContext } from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let support: WorldContext;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  support = await operator(world.ctx, world.superuser, "support");
});
afterAll(() => world.close());

const newBreak = (severity: "warning" | "critical" = "warning", subject = randomUUID()) =>
  withTransaction(world.ctx.pool, (tx) =>
    openBreak(world.ctx, tx, {
      class: "amount_mismatch",
      severity,
      subject: `purchase:${subject}`,
      atStake: { amountMinor: 5n, currency: "ZAR" },
      evidence: { outcome: "deposit.amount_mismatch", status: "paid" },
      openedBy: "provider_event",
    }),
  );
const resolve = (subject: string, openedBy?: "provider_event" | "reconciliation") =>
  withTransaction(world.ctx.pool, (tx) =>
    resolveBreaks(world.ctx, tx, {
      subject: `purchase:${subject}`,
      classes: ["amount_mismatch"],
      resolution: "match",
      ...(openedBy === undefined ? {} : { openedBy }),
    }),
  );

test("the queue: oldest first, page by page, without gap or repeat", async () => {
  const ids: string[] = [];
  for (let nth = 0; nth < 5; nth++) {
    ids.push(await newBreak());
    await world.advance(1_000);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listBreaks(viewer, { state: "open", cursor, limit: 2 });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids);
  await expect(listBreaks(viewer, { state: "open", cursor: "?", limit: 2 })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});

test("found again it becomes more severe, never less, and stays one", async () => {
  const subject = randomUUID();
  const id = await newBreak("warning", subject);
  expect(await newBreak("critical", subject)).toBe(id);
  expect(await newBreak("warning", subject)).toBe(id);
  expect(await getBreak(viewer, { breakId: id })).toMatchObject({ severity: "critical" });
});

test("only what an opener opened is ended for it", async () => {
  const subject = randomUUID();
  const id = await newBreak("warning", subject);
  await resolve(subject, "reconciliation");
  expect(await getBreak(viewer, { breakId: id })).toMatchObject({ state: "open" });
  await resolve(subject, "provider_event");
  expect(await getBreak(viewer, { breakId: id })).toMatchObject({
    state: "resolved",
    resolution: "match",
  });
});

test("notes: in order, with who wrote them, also after the end", async () => {
  const subject = randomUUID();
  const breakId = await newBreak("warning", subject);
  await addBreakNote(support, { breakId, note: "Asked the bank." });
  await world.advance(1_000);
  await resolve(subject);
  await addBreakNote(support, { breakId, note: "The bank says it is so." });
  const found = await getBreak(viewer, { breakId });
  expect(found.evidence).toEqual({ outcome: "deposit.amount_mismatch", status: "paid" });
  expect(found.notes.map(({ note, operatorId }) => [note, operatorId])).toEqual([
    ["Asked the bank.", support.actor.id],
    ["The bank says it is so.", support.actor.id],
  ]);
});

test("taken, given back, and not any more once it is resolved; each step is on record", async () => {
  const subject = randomUUID();
  const breakId = await newBreak("warning", subject);
  const ownerId = support.actor.id;
  await assignBreak(support, { breakId, ownerId });
  await assignBreak(support, { breakId, ownerId });
  expect((await listBreaks(viewer, { state: "open", ownerId, limit: 10 })).items).toMatchObject([
    { id: breakId, ownerId },
  ]);
  await assignBreak(support, { breakId, ownerId: null });
  await resolve(subject);
  await expect(assignBreak(support, { breakId, ownerId })).rejects.toMatchObject({
    code: "WRONG_STATE",
  });
  const { rows } = await world.database.pool.query(
    "SELECT action, details FROM audit_events WHERE subject_id = $1 AND action = 'break.assigned' ORDER BY sequence",
    [breakId],
  );
  expect(rows.map(({ details }: { details: object }) => details)).toEqual([
    { from: null, to: ownerId },
    { from: ownerId, to: null },
  ]);
});

describe("who may", () => {
  test("a viewer reads, and writes nothing", async () => {
    const breakId = await newBreak();
    await getBreak(viewer, { breakId });
    const forbidden = { code: "FORBIDDEN" };
    await expect(addBreakNote(viewer, { breakId, note: "x" })).rejects.toMatchObject(forbidden);
    await expect(assignBreak(viewer, { breakId, ownerId: null })).rejects.toMatchObject(forbidden);
  });

  test("a suspended operator, somebody made up, and a user read nothing", async () => {
    const breakId = await newBreak();
    const suspended = await operator(world.ctx, world.superuser, "administrator");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      suspended.actor.id,
    ]);
    const nobody = world.actor({ kind: "operator", id: randomUUID() });
    const { as: user } = await world.customer();
    for (const ctx of [suspended, nobody, user]) {
      await expect(getBreak(ctx, { breakId })).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(listBreaks(ctx, { state: "open", limit: 1 })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      await expect(addBreakNote(ctx, { breakId, note: "x" })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });

  test("what is not there", async () => {
    const breakId = randomUUID();
    const missing = { code: "NOT_FOUND" };
    await expect(getBreak(viewer, { breakId })).rejects.toMatchObject(missing);
    await expect(addBreakNote(support, { breakId, note: "x" })).rejects.toMatchObject(missing);
    await expect(assignBreak(support, { breakId, ownerId: null })).rejects.toMatchObject(missing);
    await expect(
      assignBreak(support, { breakId: await newBreak(), ownerId: randomUUID() }),
    ).rejects.toMatchObject(missing);
  });
});
