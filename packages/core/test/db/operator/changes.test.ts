import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getApproval } from "../../../src/approval/get-approval.ts";
import { listApprovals } from "../../../src/approval/list-approvals.ts";
import { withdrawRequest } from "../../../src/approval/withdraw-request.ts";
import { getOperator, listOperators } from "../../../src/operator/list-operators.ts";
import { requestInvitation } from "../../../src/operator/request-invitation.ts";
import { inviteOperator } from "../../../src/operator-session/invite-operator.ts";
import { revokeOperatorSessions } from "../../../src/operator-session/manage-operator-sessions.ts";
import { code } from "../operator-session/operator-world.ts";
import { type ChangeWorld, openChangeWorld } from "./change-world.ts";

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

const operatorRow = async (id: string) => {
  const { rows } = await world.superuser.query<{ role: string; status: string; person: string }>(
    "SELECT role, status, person_id AS person FROM operators WHERE id = $1",
    [id],
  );
  return rows[0];
};

describe("C62 roles and status change under four eyes", () => {
  test("approved: just that, once, with before and after on record, and their sessions end", async () => {
    const sessionId = randomUUID();
    await world.superuser.query(
      `INSERT INTO operator_sessions (id, operator_id, token_hash, created_at, last_used_at, idle_expires_at, expires_at)
       VALUES ($1, $2, sha256($3), now(), now(), now() + interval '1 h', now() + interval '1 h')`,
      [sessionId, subject.actor.id, sessionId],
    );
    const { approvalId, from, to } = await world.ask({ role: "support" });
    expect([from, to]).toEqual([{ role: "viewer" }, { role: "support" }]);
    expect((await operatorRow(subject.actor.id))?.role).toBe("viewer");
    expect((await world.decide(approvalId)).state).toBe("approved");
    expect((await operatorRow(subject.actor.id))?.role).toBe("support");
    expect(await code(world.decide(approvalId))).toBe("WRONG_STATE");
    expect(
      (await world.auditOf(subject.actor.id)).map(({ action, actor, details }) => [
        action,
        actor,
        details,
      ]),
    ).toEqual([
      [
        "operator.changed",
        checker.actor.id,
        {
          target: `operator:${subject.actor.id}`,
          "role.from": "viewer",
          "role.to": "support",
          approvalId,
        },
      ],
    ]);
    expect((await world.auditOf(sessionId)).map(({ action }) => action)).toEqual([
      "operator_session.ended",
    ]);
    const { changes, openApprovalId } = await getOperator(maker, { operatorId: subject.actor.id });
    expect(openApprovalId).toBeNull();
    expect(changes).toMatchObject([
      { approvalId, version: 1, before: { role: "viewer" }, after: { role: "support" } },
    ]);
  });

  test("rejected, withdrawn, or too old: nothing changes, and there is room for another", async () => {
    const { approvalId: refused } = await world.ask({ role: "support" });
    expect(await code(world.ask({ status: "suspended" }))).toBe("WRONG_STATE");
    await world.decide(refused, checker, "rejected");
    const { approvalId: takenBack } = await world.ask({ role: "support" });
    const back = { approvalId: takenBack, reason: "a mistake" };
    expect(await code(withdrawRequest(checker, back))).toBe("WRONG_STATE");
    await withdrawRequest(maker, back);
    expect(await code(world.decide(takenBack))).toBe("WRONG_STATE");
    const { approvalId: old } = await world.ask({ role: "support" });
    const then = new Date(world.ctx.clock.now().getTime() + 25 * 3_600_000);
    const later = (as: ChangeWorld["ctx"]) => ({
      ...as,
      clock: { ...as.clock, now: () => then },
    });
    expect(await code(world.decide(old, later(checker)))).toBe("WRONG_STATE");
    await world.ask({ role: "support" }, later(maker));
    expect((await operatorRow(subject.actor.id))?.role).toBe("viewer");
  });

  test("suspended, they can do nothing; reactivated, they can again", async () => {
    await world.decide((await world.ask({ status: "suspended" })).approvalId);
    expect(await code(listApprovals(subject, { view: "all", limit: 1 }))).toBe("FORBIDDEN");
    await world.decide((await world.ask({ status: "active" })).approvalId);
    expect(await code(listApprovals(subject, { view: "all", limit: 1 }))).toBe("done");
  });

  test("the same request again is the same proposal; what is so already, or nobody's, is refused", async () => {
    const key = randomUUID();
    const first = await world.ask({ role: "support" }, maker, subject.actor.id, key);
    expect(await world.ask({ role: "support" }, maker, subject.actor.id, key)).toEqual(first);
    expect(await code(world.ask({ role: "operator" }, maker, subject.actor.id, key))).toBe(
      "IDEMPOTENCY_KEY_REUSED",
    );
    await withdrawRequest(maker, { approvalId: first.approvalId, reason: "a mistake" });
    expect(await code(world.ask({ role: "viewer" }))).toBe("WRONG_STATE");
    expect(await code(world.ask({ role: "support" }, maker, randomUUID()))).toBe("NOT_FOUND");
  });

  test("nobody decides about themselves, also with another account; administrators alone ask and decide", async () => {
    const third = await world.operatorAs("administrator");
    const about = (await world.ask({ role: "viewer" }, maker, third.actor.id)).approvalId;
    expect(await code(world.decide(about, third))).toBe("FORBIDDEN");
    expect(await code(world.decide(about, third, "rejected"))).toBe("FORBIDDEN");
    const second = await world.operatorAs("administrator");
    await world.superuser.query("UPDATE operators SET person_id = $2 WHERE id = $1", [
      second.actor.id,
      third.actor.id,
    ]);
    expect(await code(world.decide(about, second))).toBe("FORBIDDEN");
    for (const role of ["viewer", "support", "operator", "reconciliation_checker"]) {
      const as = await world.operatorAs(role);
      expect(await code(world.ask({ role: "support" }, as))).toBe("FORBIDDEN");
      expect(await code(world.decide(about, as))).toBe("FORBIDDEN");
    }
  });

  test("two people stay administrators, however it is asked", async () => {
    const own = (await world.ask({ role: "viewer" }, maker, maker.actor.id)).approvalId;
    expect(await code(world.decide(own))).toBe("WRONG_STATE");
    // What was rolled back left no trace.
    expect((await world.auditOf(own)).map(({ action }) => action)).toEqual([
      "operator_change.requested",
    ]);
    await world.operatorAs("administrator");
    expect((await world.decide(own)).state).toBe("approved");
  });

  test("C44 changed since it was asked for: refused with why, and still open", async () => {
    const { approvalId } = await world.ask({ role: "support" });
    await world.superuser.query("UPDATE operators SET role = 'operator' WHERE id = $1", [
      subject.actor.id,
    ]);
    const shown = await getApproval(checker, { approvalId });
    expect(shown.fields).toEqual([
      { field: "role", from: "viewer", to: "support", now: "operator" },
    ]);
    expect(shown.changedSince).toHaveLength(1);
    expect(await code(world.decide(approvalId))).toBe("WRONG_STATE");
    expect((await getApproval(checker, { approvalId })).state).toBe("requested");
    expect((await operatorRow(subject.actor.id))?.role).toBe("operator");
  });

  test("C45 two administrators at once: exactly one effect", async () => {
    const third = await world.operatorAs("administrator");
    const { approvalId } = await world.ask({ role: "support" });
    const both = await Promise.all([
      code(world.decide(approvalId)),
      code(world.decide(approvalId, third)),
    ]);
    expect(new Set(both)).toEqual(new Set(["done", "WRONG_STATE"]));
    expect((await world.auditOf(subject.actor.id)).map(({ action }) => action)).toEqual([
      "operator.changed",
    ]);
  });

  test("many decisions about administrators at once leave two of them, and none waits for ever", async () => {
    const more = [];
    for (let count = 0; count < 3; count += 1) more.push(await world.operatorAs("administrator"));
    const everybody = [maker, checker, ...more];
    const asked = await Promise.all(
      everybody.map((as) => world.ask({ role: "viewer" }, maker, as.actor.id)),
    );
    const deciders = [checker, maker, maker, maker, maker].map((_, at) => everybody[(at + 1) % 5]);
    const outcomes = await Promise.all(
      asked.map(({ approvalId }, at) =>
        code(world.decide(approvalId, deciders[at] as ChangeWorld["ctx"])),
      ),
    );
    expect(outcomes).toContain("done");
    const { rows } = await world.superuser.query<{ left: number }>(
      "SELECT count(*)::int AS left FROM operators WHERE role = 'administrator' AND status = 'active'",
    );
    expect(rows[0]?.left).toBeGreaterThanOrEqual(2);
  });
});

describe("C40 two accounts of one person are one pair of eyes", () => {
  const otherAccountOf = async (as: ChangeWorld["ctx"], role = "administrator") => {
    const other = await world.operatorAs(role);
    await world.superuser.query("UPDATE operators SET person_id = $2 WHERE id = $1", [
      other.actor.id,
      as.actor.id,
    ]);
    return other;
  };

  test("nobody decides with one account what they asked for with another, either way", async () => {
    const other = await otherAccountOf(maker);
    const { approvalId } = await world.ask({ role: "support" });
    expect(await code(world.decide(approvalId, other))).toBe("FORBIDDEN");
    expect(await code(world.decide(approvalId, other, "rejected"))).toBe("FORBIDDEN");
    expect(await getApproval(other, { approvalId })).toMatchObject({
      blockedBy: "own_request",
      mayApprove: false,
      mayReject: false,
    });
    const back = (await world.ask({ role: "support" }, other, checker.actor.id)).approvalId;
    expect(await code(world.decide(back, maker))).toBe("FORBIDDEN");
  });

  test("said by an approved change, and the two waiting for each other are judged by what was said first", async () => {
    const other = await world.operatorAs("administrator");
    const link = await world.ask({ samePersonAs: maker.actor.id }, maker, other.actor.id);
    const { approvalId } = await world.ask({ role: "support" });
    await world.decide(link.approvalId);
    expect((await operatorRow(other.actor.id))?.person).toBe(maker.actor.id);
    expect(await code(world.decide(approvalId, other))).toBe("FORBIDDEN");
    const { accounts } = await getOperator(checker, { operatorId: maker.actor.id });
    expect(accounts.map(({ id }) => id).sort()).toEqual([maker.actor.id, other.actor.id].sort());
  });

  test.each(["withdrawal", "adjustment", "payout_resolution", "operator_change", "setting_change"])(
    "S35 direct SQL as the application: a %s is not approved by the same person",
    async (kind) => {
      const other = await otherAccountOf(maker);
      const id = randomUUID();
      // As a backup would bring it in: without foreign keys, so that it needs no withdrawal to be about.
      await world.superuser.query("BEGIN");
      await world.superuser.query("SET LOCAL session_replication_role = replica");
      await world.superuser.query(
        `INSERT INTO approvals (id, kind, transaction_id, state, requested_by, requested_at, proposal, amount_minor, currency, expires_at, request_reason)
         VALUES ($1, $2, gen_random_uuid(), 'requested', $3, now(), jsonb_build_object('target', gen_random_uuid()), 1, 'ZAR', now() + interval '1 day', 'x')`,
        [id, kind, maker.actor.id],
      );
      await world.superuser.query("COMMIT");
      for (const decidedBy of [maker.actor.id, other.actor.id]) {
        for (const state of ["approved", "rejected"]) {
          const attack = world.db.pool.query(
            "UPDATE approvals SET state = $3, decided_by = $2, decided_at = now(), reason = 'mine' WHERE id = $1",
            [id, decidedBy, state],
          );
          expect(await code(attack)).toBe("23514");
        }
      }
      expect(
        await code(
          world.db.pool.query("UPDATE approvals SET decided_person = $2 WHERE id = $1", [
            id,
            other.actor.id,
          ]),
        ),
      ).toBe("42501");
    },
  );
});

describe("direct SQL as the application", () => {
  test("writes no role, status, person, limit or right", async () => {
    for (const statement of [
      "UPDATE operators SET role = 'administrator'",
      "UPDATE operators SET status = 'active'",
      "UPDATE operators SET person_id = id",
      "UPDATE transaction_limits SET max_amount_minor = 1",
      "UPDATE approval_rights SET max_amount_minor = NULL",
      "INSERT INTO approval_rights VALUES ('adjustment', 'viewer', true, true, NULL)",
      "INSERT INTO approved_changes VALUES (gen_random_uuid(), 'x', 1, '{}', '{}', now())",
    ]) {
      expect(await code(world.db.pool.query(statement)), statement).toBe("42501");
    }
  });

  test("applies nothing without an approval, nothing twice, and leaves no approval unapplied", async () => {
    const apply = (id: string) =>
      world.db.pool.query("SELECT apply_approved_change($1, now())", [id]);
    const { approvalId } = await world.ask({ role: "support" });
    expect(await code(apply(approvalId))).toBe("42501");
    expect(await code(apply(randomUUID()))).toBe("42501");
    const approve = (id: string) =>
      world.db.pool.query(
        "UPDATE approvals SET state = 'approved', decided_by = $2, decided_at = $3, reason = 'x' WHERE id = $1",
        [id, checker.actor.id, world.ctx.clock.now()],
      );
    expect(await code(approve(approvalId))).toBe("23514");
    await world.decide(approvalId);
    await world.superuser.query("UPDATE operators SET role = 'viewer' WHERE id = $1", [
      subject.actor.id,
    ]);
    expect(await code(apply(approvalId))).toBe("23505");
    expect((await operatorRow(subject.actor.id))?.role).toBe("viewer");
  });

  test("what is proposed cannot change after it was asked for", async () => {
    const { approvalId } = await world.ask({ role: "support" });
    const change = world.db.pool.query("UPDATE approvals SET proposal = '{}' WHERE id = $1", [
      approvalId,
    ]);
    expect(await code(change)).toBe("42501");
  });
});

describe("C62 invitations to roles that may approve", () => {
  const person = () => ({ email: `${randomUUID()}@wallet.example`, displayName: "Lerato Mokoena" });
  const signIn = () =>
    ({ ...maker, operatorSession: undefined }) as unknown as Parameters<typeof inviteOperator>[0];

  test("need an approval, are sent by who asked, once, and just as approved", async () => {
    const her = { ...person(), role: "reconciliation_checker" as const };
    expect(await code(inviteOperator(signIn(), her))).toBe("WRONG_STATE");
    const { approvalId, state } = await requestInvitation(maker, {
      ...her,
      reason: "She joins on Monday.",
      idempotencyKey: randomUUID(),
    });
    expect(state).toBe("requested");
    expect(await code(inviteOperator(signIn(), { ...her, approvalId }))).toBe("WRONG_STATE");
    await world.decide(approvalId);
    const asChecker = { ...signIn(), actor: checker.actor };
    expect(await code(inviteOperator(asChecker, { ...her, approvalId }))).toBe("WRONG_STATE");
    const more = { ...her, role: "administrator" as const, approvalId };
    expect(await code(inviteOperator(signIn(), more))).toBe("WRONG_STATE");
    expect(await code(inviteOperator(signIn(), { ...her, approvalId }))).toBe("done");
    expect(await code(inviteOperator(signIn(), { ...her, approvalId }))).toBe("WRONG_STATE");
    const details = (await world.auditOf(approvalId))
      .map((one) => JSON.stringify(one.details))
      .join();
    expect(details).not.toContain(her.email);
    expect(details).not.toContain("Lerato");
  });

  test("to look and to help need none; and alone, the first administrator invites the second", async () => {
    expect(await code(inviteOperator(signIn(), { ...person(), role: "support" }))).toBe("done");
    const second = { ...person(), role: "administrator" as const };
    expect(await code(inviteOperator(signIn(), second))).toBe("WRONG_STATE");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id <> $1", [
      maker.actor.id,
    ]);
    expect(await code(inviteOperator(signIn(), second))).toBe("done");
  });
});

test("C64 sessions of others: ended at once, by administrators alone, on record", async () => {
  const sessionId = randomUUID();
  await world.superuser.query(
    `INSERT INTO operator_sessions (id, operator_id, token_hash, created_at, last_used_at, idle_expires_at, expires_at)
     VALUES ($1, $2, sha256($3), now(), now(), now() + interval '1 h', now() + interval '1 h')`,
    [sessionId, subject.actor.id, sessionId],
  );
  const input = { operatorId: subject.actor.id, sessionId, reason: "She lost her laptop." };
  expect(await code(revokeOperatorSessions(subject, input))).toBe("FORBIDDEN");
  expect(await revokeOperatorSessions(maker, input)).toBe(1);
  expect(await code(revokeOperatorSessions(maker, input))).toBe("NOT_FOUND");
  expect(await revokeOperatorSessions(maker, { ...input, sessionId: undefined })).toBe(0);
  const unknown = { ...input, operatorId: randomUUID() };
  expect(await code(revokeOperatorSessions(maker, unknown))).toBe("NOT_FOUND");
  expect(await world.auditOf(sessionId)).toMatchObject([
    { action: "operator_session.ended", actor: maker.actor.id, details: { why: input.reason } },
  ]);
});

test("operators are listed the earliest first, page by page", async () => {
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await listOperators(subject, { cursor, limit: 3, status: "active" });
    found.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(found.sort()).toEqual([maker, checker, subject].map(({ actor }) => actor.id).sort());
});
