import { randomBytes } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { authenticate } from "../../../src/session/authenticate.ts";
import { refreshSession } from "../../../src/session/refresh-session.ts";
import { signOut } from "../../../src/session/sign-out.ts";
import type { SessionTokens } from "../../../src/session/start-session.ts";
import { anyAddress, signedInUser } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl"), poolSize: 20 });
});
afterAll(() => db.drop());
beforeEach(async () => {
  ctx = await testContext(db);
});

const refresh = ({ refreshToken }: Pick<SessionTokens, "refreshToken">) =>
  refreshSession(ctx, { refreshToken, ipAddress: anyAddress() });
const minutes = (n: number) => n * 60_000;
const refused = { code: "UNAUTHENTICATED", message: "Sign in again." };

async function endReason(sessionId: string): Promise<string | null | undefined> {
  const { rows } = await db.pool.query<{ reason: string | null }>(
    "SELECT end_reason AS reason FROM sessions WHERE id = $1",
    [sessionId],
  );
  return rows[0]?.reason;
}

test("each refresh gives new tokens for the same session", async () => {
  const { tokens, user } = await signedInUser(ctx);
  ctx.clock.advance(minutes(9));
  const next = await refresh(tokens);
  expect(next.refreshToken).not.toBe(tokens.refreshToken);
  expect(next.refreshTokenExpiresAt.getTime()).toBe(ctx.clock.now().getTime() + minutes(30));
  expect(await authenticate(ctx, next.accessToken)).toMatchObject({ kind: "user", id: user.id });
});

test.each([
  "",
  "x",
  "'; DROP TABLE sessions; --",
  randomBytes(32).toString("base64url"),
  "\0",
  "😀".repeat(10_000),
])("an unknown token %j", async (refreshToken) => {
  await expect(refresh({ refreshToken })).rejects.toMatchObject(refused);
});

describe("S21 reuse", () => {
  test("the thief refreshes first: the owner's token comes back late, and both are out", async () => {
    const { tokens, user, as } = await signedInUser(ctx);
    const thief = await refresh(tokens);
    ctx.clock.advance(10_001);
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
    await expect(refresh(thief)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, thief.accessToken)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, tokens.accessToken)).rejects.toMatchObject(refused);
    const { sessionId } = as.actor as { sessionId: string };
    expect(await endReason(sessionId)).toBe("reuse_detected");
    const { rows } = await db.pool.query(
      "SELECT details FROM audit_events WHERE action = 'session.ended' AND subject_id = $1",
      [sessionId],
    );
    expect(rows).toEqual([{ details: { reason: "reuse_detected" } }]);
    expect(ctx.logged).toContainEqual({
      level: "warn",
      fields: { sessionId, userId: user.id },
      message: "a used refresh token came back; session ended",
    });
  });

  test("the owner refreshes first: the thief comes late, and both are out", async () => {
    const { tokens } = await signedInUser(ctx);
    const owner = await refresh(tokens);
    const later = await refresh(owner);
    ctx.clock.advance(10_001);
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
    await expect(refresh(later)).rejects.toMatchObject(refused);
  });

  test("the grace is ten seconds, to the millisecond", async () => {
    const { tokens } = await signedInUser(ctx);
    await refresh(tokens);
    ctx.clock.advance(10_000);
    await expect(refresh(tokens)).resolves.toHaveProperty("refreshToken");
    ctx.clock.advance(1);
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
  });

  test("a thief within the grace gets a sibling, and is found out at the owner's next refresh", async () => {
    const { tokens } = await signedInUser(ctx);
    const owner = await refresh(tokens);
    ctx.clock.advance(3_000);
    let thief = await refresh(tokens);
    // Quiet until the owner's next refresh, or busy: it makes no difference.
    for (let i = 0; i < 4; i++) {
      ctx.clock.advance(minutes(2));
      thief = await refresh(thief);
    }
    await expect(refresh(owner)).rejects.toMatchObject(refused);
    await expect(refresh(thief)).rejects.toMatchObject(refused);
  });

  test("the owner goes on first: the thief's sibling is used up with it", async () => {
    const { tokens } = await signedInUser(ctx);
    const owner = await refresh(tokens);
    const thief = await refresh(tokens);
    ctx.clock.advance(minutes(9));
    const next = await refresh(owner);
    ctx.clock.advance(minutes(1));
    await expect(refresh(thief)).rejects.toMatchObject(refused);
    await expect(refresh(next)).rejects.toMatchObject(refused);
  });

  test("twenty refreshes with one token at once: all get in, and the session goes on with any one of them", async () => {
    const { tokens, as } = await signedInUser(ctx);
    const siblings = await Promise.all(Array.from({ length: 20 }, () => refresh(tokens)));
    expect(new Set(siblings.map((sibling) => sibling.refreshToken)).size).toBe(20);
    ctx.clock.advance(minutes(9));
    const kept = siblings[13];
    if (kept === undefined) throw new Error("no sibling");
    const next = await refresh(kept);
    const { sessionId } = as.actor as { sessionId: string };
    const { rows } = await db.pool.query<{ n: bigint }>(
      "SELECT count(*) AS n FROM refresh_tokens WHERE session_id = $1 AND used_at IS NULL",
      [sessionId],
    );
    expect(rows[0]?.n).toBe(1n);
    ctx.clock.advance(minutes(9));
    await refresh(next);
  });

  test("reuse of one token twenty times at once after the grace: one end, one audit event", async () => {
    const { tokens, as } = await signedInUser(ctx);
    await refresh(tokens);
    ctx.clock.advance(minutes(1));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => refresh(tokens)));
    expect(results.every((result) => result.status === "rejected")).toBe(true);
    const { sessionId } = as.actor as { sessionId: string };
    const { rows } = await db.pool.query<{ n: bigint }>(
      "SELECT count(*) AS n FROM audit_events WHERE action = 'session.ended' AND subject_id = $1",
      [sessionId],
    );
    expect(rows[0]?.n).toBe(1n);
  });

  test("another session of the same user is left alone", async () => {
    const one = await signedInUser(ctx);
    const { signIn } = await import("../../../src/session/sign-in.ts");
    const two = await signIn(ctx, {
      email: one.email,
      password: one.password,
      ipAddress: anyAddress(),
    });
    await refresh(one.tokens);
    ctx.clock.advance(minutes(1));
    await expect(refresh(one.tokens)).rejects.toMatchObject(refused);
    await expect(refresh(two)).resolves.toHaveProperty("accessToken");
  });
});

describe("S16 lifetimes", () => {
  test("idle: 30 minutes less a second passes, 30 minutes does not", async () => {
    const one = await signedInUser(ctx);
    const two = await signedInUser(ctx);
    ctx.clock.advance(minutes(30) - 1_000);
    await expect(refresh(one.tokens)).resolves.toHaveProperty("accessToken");
    ctx.clock.advance(1_000);
    await expect(refresh(two.tokens)).rejects.toMatchObject(refused);
    const { sessionId } = two.as.actor as { sessionId: string };
    expect(await endReason(sessionId)).toBe("expired");
  });

  test("absolute: 12 hours, however often it is refreshed, and no token outlives it", async () => {
    const signedIn = await signedInUser(ctx);
    let tokens: SessionTokens = signedIn.tokens;
    const end = ctx.clock.now().getTime() + minutes(12 * 60);
    while (ctx.clock.now().getTime() + minutes(20) < end) {
      ctx.clock.advance(minutes(20));
      tokens = await refresh(tokens);
    }
    ctx.clock.advance(end - ctx.clock.now().getTime() - 1_000);
    tokens = await refresh(tokens);
    expect(tokens.refreshTokenExpiresAt.getTime()).toBe(end);
    expect(tokens.accessTokenExpiresAt.getTime()).toBe(end);
    await expect(authenticate(ctx, tokens.accessToken)).resolves.toMatchObject({ kind: "user" });
    ctx.clock.advance(1_000);
    await expect(refresh(tokens)).rejects.toMatchObject(refused);
    await expect(authenticate(ctx, tokens.accessToken)).rejects.toMatchObject(refused);
  });

  test("a partner's policy holds instead", async () => {
    ctx = await testContext(db, {
      sessionPolicy: { idleSeconds: 86_400, absoluteSeconds: 7 * 86_400, refreshGraceSeconds: 0 },
    });
    const { tokens } = await signedInUser(ctx);
    ctx.clock.advance(86_399_000);
    await expect(refresh(tokens)).resolves.toHaveProperty("accessToken");
  });
});

test("after signing out no token of the session works, and the end keeps its first reason", async () => {
  const { tokens, as } = await signedInUser(ctx);
  await signOut(as);
  await signOut(as);
  await expect(refresh(tokens)).rejects.toMatchObject(refused);
  const { sessionId } = as.actor as { sessionId: string };
  expect(await endReason(sessionId)).toBe("signed_out");
});

test("sign-out and twenty refreshes at once: afterwards nothing works", async () => {
  const { tokens, as } = await signedInUser(ctx);
  const results = await Promise.allSettled([
    ...Array.from({ length: 10 }, () => refresh(tokens)),
    signOut(as),
    ...Array.from({ length: 10 }, () => refresh(tokens)),
  ]);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject(refused);
    else if (result.value !== undefined) {
      await expect(refresh(result.value)).rejects.toMatchObject(refused);
      await expect(authenticate(ctx, result.value.accessToken)).rejects.toMatchObject(refused);
    }
  }
});
