import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getApproval } from "../../../src/approval/get-approval.ts";
import { listApprovals } from "../../../src/approval/list-approvals.ts";
import { code } from "../operator-session/operator-world.ts";
import { type ChangeWorld, openChangeWorld } from "../operator/change-world.ts";

let world: ChangeWorld;
let maker: ChangeWorld["maker"];
let checker: ChangeWorld["maker"];
let subject: ChangeWorld["maker"];
beforeAll(async () => {
  world = await openChangeWorld();
});
beforeEach(async () => {
  await world.reset();
  ({ maker, checker, subject } = world);
});
afterAll(() => world.close());

describe("the list of requests", () => {
  test("what the viewer may decide on, what they asked for, and all; page by page, none twice", async () => {
    const subjects: ChangeWorld["ctx"][] = [];
    for (let count = 0; count < 5; count += 1) subjects.push(await world.operatorAs("viewer"));
    const ids: string[] = [];
    for (const { actor } of subjects) {
      world.ctx.clock.advance(1_000);
      ids.push((await world.ask({ role: "support" }, maker, actor.id)).approvalId);
    }
    const pages = async (as: ChangeWorld["ctx"], view: "decidable" | "own" | "all") => {
      const found: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await listApprovals(as, {
          view,
          ...(view === "all" ? { state: "requested" as const } : {}),
          cursor,
          limit: 2,
        });
        found.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) return found.filter((id) => ids.includes(id));
        cursor = page.nextCursor;
      }
    };
    expect(await pages(checker, "decidable")).toEqual(ids);
    expect(await pages(maker, "decidable")).toEqual([]);
    expect(await pages(maker, "own")).toEqual(ids.toReversed());
    expect(await pages(subject, "all")).toEqual(ids);
    const [first] = (await listApprovals(subject, { view: "all", state: "requested", limit: 1 }))
      .items;
    expect(first?.blockedBy).toBe("role");
    expect(await code(listApprovals(checker, { view: "all", limit: 1, cursor: "x" }))).toBe(
      "INVALID_INPUT",
    );
  });

  test("unknown: not found", async () => {
    expect(await code(getApproval(checker, { approvalId: randomUUID() }))).toBe("NOT_FOUND");
  });

  test("C10 each filter walks along an index, at any depth", async () => {
    await world.superuser.query(
      `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at, proposal, expires_at, request_reason)
       SELECT gen_random_uuid(), 'setting_change', NULL, 'requested', $1, now() - n * interval '1 minute',
         jsonb_build_object('target', 'limits:' || n), now() + interval '1 day', 'x'
       FROM generate_series(1, 20000) n`,
      [maker.actor.id],
    );
    await world.superuser.query(
      "UPDATE approvals SET state = 'withdrawn', decided_at = now() WHERE state = 'requested' AND proposal ->> 'target' LIKE 'limits:%'",
    );
    await world.superuser.query("ANALYZE approvals");
    const plan = async (where: string, order: "ASC" | "DESC") => {
      const { rows } = await world.superuser.query<{ "QUERY PLAN": string }>(
        `EXPLAIN SELECT id FROM approvals a WHERE ${where} AND (a.requested_at, a.id) < (now() - interval '5 days', gen_random_uuid())
         ORDER BY a.requested_at ${order}, a.id ${order} LIMIT 26`,
      );
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    };
    for (const where of [
      "true",
      "a.state = 'withdrawn'",
      "a.state = 'withdrawn' AND a.kind = 'setting_change'",
      `a.requested_by = '${maker.actor.id}'`,
    ]) {
      const text = await plan(where, "DESC");
      expect(text, where).toMatch(/Index/);
      expect(text, where).not.toMatch(/Sort|Seq Scan/);
    }
  });
});
