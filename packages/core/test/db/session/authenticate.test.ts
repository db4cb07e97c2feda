import { randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { signAccessToken } from "../../../src/session/access-token.ts";
import { authenticate } from "../../../src/session/authenticate.ts";
import { endSession } from "../../../src/session/end-session.ts";
import { listSessions } from "../../../src/session/list-sessions.ts";
import { refreshSession } from "../../../src/session/refresh-session.ts";
import { signIn } from "../../../src/session/sign-in.ts";
import { signOut } from "../../../src/session/sign-out.ts";
import { signOutEverywhere } from "../../../src/session/sign-out-everywhere.ts";
import { changePassword } from "../../../src/user/change-password.ts";
import { reactivateUser } from "../../../src/user/reactivate-user.ts";
import { suspendUser } from "../../../src/user/suspend-user.ts";
import { anyAddress, asSession, operator, signedInUser } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";
import { waitingForLock } from "../../waiting-for-lock.ts";

let db: TestDatabase;
let admin: Client;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl"), poolSize: 20 });
  admin = new Client({ connectionString: db.superuserUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await db.drop();
});
beforeEach(async () => {
  ctx = await testContext(db);
});

const refused = { code: "UNAUTHENTICATED", message: "Sign in again." };
const another = (user: { email: string; password: string }) =>
  signIn(ctx, { ...user, ipAddress: anyAddress() });

describe("the session behind the token", () => {
  test("a token that names no session, or another user's, is refused though we signed it", async () => {
    const one = await signedInUser(ctx);
    const two = await signedInUser(ctx);
    const { sessionId } = two.as.actor as { sessionId: string };
    const expires = new Date(ctx.clock.now().getTime() + 60_000);
    for (const claims of [
      { userId: one.user.id, sessionId: randomUUID() },
      { userId: one.user.id, sessionId },
      { userId: randomUUID(), sessionId },
    ]) {
      const { accessToken } = await signAccessToken(ctx, claims, expires);
      await expect(authenticate(ctx, accessToken)).rejects.toMatchObject(refused);
    }
  });

  test("S28 a refresh token is no access token, and the other way round", async () => {
    const { tokens } = await signedInUser(ctx);
    await expect(authenticate(ctx, tokens.refreshToken)).rejects.toMatchObject(refused);
    await expect(
      refreshSession(ctx, { refreshToken: tokens.accessToken, ipAddress: anyAddress() }),
    ).rejects.toMatchObject(refused);
  });
});

describe("S18 ending sessions", () => {
  test("signing out ends this session at the next request, and no other", async () => {
    const one = await signedInUser(ctx);
    const other = await another(one);
    await signOut(one.as);
    await expect(authenticate(ctx, one.tokens.accessToken)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, other.accessToken)).resolves.toMatchObject({ kind: "user" });
  });

  test("everywhere, with or without this one", async () => {
    const one = await signedInUser(ctx);
    const other = await another(one);
    expect(await signOutEverywhere(one.as, { keepCurrent: true })).toEqual({ endedSessions: 1 });
    await expect(authenticate(ctx, other.accessToken)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, one.tokens.accessToken)).resolves.toMatchObject({
      kind: "user",
    });
    expect(await signOutEverywhere(one.as)).toEqual({ endedSessions: 1 });
    await expect(authenticate(ctx, one.tokens.accessToken)).rejects.toMatchObject(refused);
  });

  test("one by one, from the list; another user's session is not there", async () => {
    const one = await signedInUser(ctx);
    await signIn(ctx, { ...one, ipAddress: anyAddress(), userAgent: "lost telephone" });
    const listed = await listSessions(one.as);
    expect(listed).toHaveLength(2);
    expect(listed.filter((session) => session.current)).toHaveLength(1);
    const lost = listed.find((session) => session.userAgent === "lost telephone");
    await endSession(one.as, { sessionId: lost?.id ?? "" });
    expect(await listSessions(one.as)).toEqual([expect.objectContaining({ current: true })]);

    const stranger = await signedInUser(ctx);
    const { sessionId } = stranger.as.actor as { sessionId: string };
    const foreign = endSession(one.as, { sessionId }).catch((error: unknown) => error);
    const unknown = endSession(one.as, { sessionId: randomUUID() }).catch(
      (error: unknown) => error,
    );
    expect(await foreign).toEqual(await unknown);
    await expect(authenticate(ctx, stranger.tokens.accessToken)).resolves.toBeTruthy();
  });

  test("an idle session is not listed any more", async () => {
    const one = await signedInUser(ctx);
    await another(one);
    ctx.clock.advance(31 * 60_000);
    const now = await another(one);
    expect(await listSessions(await asSession(ctx, now))).toHaveLength(1);
  });
});

describe("suspension", () => {
  test("is immediate: access token, refresh token and sign-in stop; reactivation asks for a new sign-in", async () => {
    const one = await signedInUser(ctx);
    const other = await another(one);
    const support = await operator(ctx, admin);
    await suspendUser(support, { userId: one.user.id, reason: "reported stolen" });
    for (const { accessToken, refreshToken } of [one.tokens, other]) {
      await expect(authenticate(ctx, accessToken)).rejects.toMatchObject(refused);
      await expect(
        refreshSession(ctx, { refreshToken, ipAddress: anyAddress() }),
      ).rejects.toMatchObject(refused);
    }
    await expect(another(one)).rejects.toMatchObject({ code: "USER_SUSPENDED" });
    await suspendUser(support, { userId: one.user.id, reason: "again" });
    await reactivateUser(support, { userId: one.user.id, reason: "proved identity" });
    await expect(authenticate(ctx, one.tokens.accessToken)).rejects.toMatchObject(refused);
    await expect(another(one)).resolves.toHaveProperty("accessToken");
    const { rows } = await db.pool.query(
      "SELECT action, actor_kind, details FROM audit_events WHERE subject_id = $1 AND action LIKE 'user.%' ORDER BY sequence",
      [one.user.id],
    );
    expect(rows.slice(1)).toEqual([
      {
        action: "user.suspended",
        actor_kind: "operator",
        details: { reason: "reported stolen", endedSessions: 2 },
      },
      {
        action: "user.reactivated",
        actor_kind: "operator",
        details: { reason: "proved identity", waiting: 0 },
      },
    ]);
  });

  test("in the middle of twenty sign-ins and refreshes: afterwards nothing works", async () => {
    const one = await signedInUser(ctx);
    const support = await operator(ctx, admin);
    const results = await Promise.allSettled([
      ...Array.from({ length: 6 }, () => another(one)),
      ...Array.from({ length: 10 }, () =>
        refreshSession(ctx, { refreshToken: one.tokens.refreshToken, ipAddress: anyAddress() }),
      ),
      suspendUser(support, { userId: one.user.id, reason: "race" }),
      ...Array.from({ length: 6 }, () => another(one)),
    ]);
    for (const result of results) {
      if (result.status === "fulfilled" && result.value !== undefined) {
        await expect(authenticate(ctx, result.value.accessToken)).rejects.toMatchObject(refused);
      }
    }
    const { rows } = await db.pool.query(
      "SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL",
      [one.user.id],
    );
    expect(rows).toEqual([]);
  });

  test("while a sign-in compares the password: it is refused under the lock, and leaves no session", async () => {
    const one = await signedInUser(ctx);
    await signOutEverywhere(one.as);
    for (const [change, code] of [
      ["status = 'suspended'", "USER_SUSPENDED"],
      ["status = 'active', password_hash = '$argon2id$changed'", "INVALID_CREDENTIALS"],
    ] as const) {
      let signingIn: Promise<unknown> = Promise.resolve();
      await withTransaction(db.pool, async (tx) => {
        await tx.query(`UPDATE users SET ${change} WHERE id = $1`, [one.user.id]);
        signingIn = another(one).catch((error: { code: unknown }) => error.code);
        await waitingForLock(db.pool);
      });
      expect(await signingIn).toBe(code);
      await db.pool.query("UPDATE users SET status = 'active' WHERE id = $1", [one.user.id]);
    }
    const { rows } = await db.pool.query(
      "SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL",
      [one.user.id],
    );
    expect(rows).toEqual([]);
  });

  test("only by an operator, active now, in a role that may", async () => {
    const one = await signedInUser(ctx);
    const input = { userId: one.user.id, reason: "x" };
    const suspended = await operator(ctx, admin);
    await admin.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      suspended.actor.id,
    ]);
    const made: typeof ctx = { ...ctx, actor: { kind: "operator", id: randomUUID() } };
    for (const by of [one.as, ctx, suspended, made, await operator(ctx, admin, "viewer")]) {
      await expect(suspendUser(by, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(reactivateUser(by, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const support = await operator(ctx, admin);
    await expect(suspendUser(support, { ...input, userId: randomUUID() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(authenticate(ctx, one.tokens.accessToken)).resolves.toBeTruthy();
  });
});

describe("changing the password", () => {
  const next = "seven lamps under a quilt";

  test("needs the current one; ends the other sessions and keeps this", async () => {
    const one = await signedInUser(ctx);
    const other = await another(one);
    await expect(
      changePassword(one.as, { currentPassword: "wrong otters knitting", newPassword: next }),
    ).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    await expect(authenticate(ctx, other.accessToken)).resolves.toBeTruthy();
    expect(
      await changePassword(one.as, { currentPassword: one.password, newPassword: next }),
    ).toEqual({ endedSessions: 1 });
    await expect(authenticate(ctx, other.accessToken)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, one.tokens.accessToken)).resolves.toBeTruthy();
    await expect(another(one)).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    await expect(another({ email: one.email, password: next })).resolves.toHaveProperty(
      "accessToken",
    );
  });

  test("the policy holds, with the user's own name and address", async () => {
    const one = await signedInUser(ctx, { fullName: "Nomvula Khumalo" });
    await expect(
      changePassword(one.as, { currentPassword: one.password, newPassword: "NomvulaKhumalo2026" }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a stolen session is no place to guess the password: the sign-in throttle holds here too", async () => {
    const one = await signedInUser(ctx);
    const codes: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      await changePassword(one.as, {
        currentPassword: `guess number ${i} of many`,
        newPassword: next,
      }).catch((error: { code: unknown }) => codes.push(error.code));
    }
    expect(codes).toContain("RATE_LIMITED");
    expect(codes.filter((code) => code === "INVALID_CREDENTIALS").length).toBeLessThan(8);
  });

  test("S13 nobody but the user can: an operator, and the system, are refused", async () => {
    const one = await signedInUser(ctx);
    const input = { currentPassword: one.password, newPassword: next };
    for (const by of [await operator(ctx, admin, "administrator"), ctx]) {
      await expect(changePassword(by, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });

  test("twice at once with the same current password: one wins", async () => {
    const one = await signedInUser(ctx);
    let changing: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    await withTransaction(db.pool, async (tx) => {
      await tx.query("SELECT FROM users WHERE id = $1 FOR UPDATE", [one.user.id]);
      changing = Promise.allSettled(
        ["seven lamps under a quilt", "eleven kettles on a raft"].map((newPassword) =>
          changePassword(one.as, { currentPassword: one.password, newPassword }),
        ),
      );
      // Both have compared the current password by then.
      await waitingForLock(db.pool, 2);
    });
    const results = await changing;
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = results.find((result) => result.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "WRONG_STATE" });
  });
});
