import { argon2Sync, createHmac, randomBytes, randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { decodeJwt } from "jose";
import { signIn, type SignInInput } from "../../../src/session/sign-in.ts";
import { suspendUser } from "../../../src/user/suspend-user.ts";
import { anyAddress, operator, registeredUser, testPassword } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => db.drop());
beforeEach(async () => {
  ctx = await testContext(db);
});

const attempt = (input: Partial<SignInInput>) =>
  signIn(ctx, {
    email: "nobody@example.com",
    password: testPassword,
    ipAddress: anyAddress(),
    ...input,
  });

async function superuser() {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: db.superuserUrl });
  await client.connect();
  return client;
}

/** What a caller sees of an error, whole. */
async function answer(work: Promise<unknown>) {
  return work.then(
    () => ({ code: "signed in" }),
    (error: unknown) => {
      const { code, message, retryAfterMs, name } = error as Record<string, unknown>;
      return { code, message, retryAfterMs, name, keys: Object.keys(error as object).sort() };
    },
  );
}

test("right address and password: tokens that say who, until when", async () => {
  const { email, user } = await registeredUser(ctx);
  const now = ctx.clock.now().getTime();
  const result = await attempt({ email: email.toUpperCase() });
  expect(result.user.id).toBe(user.id);
  expect(result.accessTokenExpiresAt.getTime()).toBe(now + 600_000);
  expect(result.refreshTokenExpiresAt.getTime()).toBe(now + 30 * 60_000);
  expect(decodeJwt(result.accessToken)).toMatchObject({
    sub: user.id,
    exp: (now + 600_000) / 1_000,
  });
  // S15: 256 bits, and the database has only their hash.
  expect(Buffer.from(result.refreshToken, "base64url")).toHaveLength(32);
});

test("S14 every sign-in is a new session", async () => {
  const { email } = await registeredUser(ctx);
  const first = await attempt({ email });
  const second = await attempt({ email });
  expect(decodeJwt(first.accessToken)["sid"]).not.toBe(decodeJwt(second.accessToken)["sid"]);
});

describe("S05 enumeration", () => {
  test("unknown address, wrong password, no address at all, closed user: one answer", async () => {
    const { email } = await registeredUser(ctx);
    const closed = await registeredUser(ctx);
    await db.pool.query("UPDATE users SET status = 'closed' WHERE id = $1", [closed.user.id]);
    const wrong = await answer(attempt({ email, password: "another otter knitting" }));
    expect(wrong.code).toBe("INVALID_CREDENTIALS");
    expect(await answer(attempt({ email: `${randomUUID()}@example.com` }))).toEqual(wrong);
    expect(await answer(attempt({ email: "no address" }))).toEqual(wrong);
    expect(await answer(attempt({ email: closed.email }))).toEqual(wrong);
    expect(await answer(attempt({ email, password: "" }))).toEqual(wrong);
  });

  test("a suspended user is told so only with the right password", async () => {
    const { email, user } = await registeredUser(ctx);
    const admin = await superuser();
    await suspendUser(await operator(ctx, admin), { userId: user.id, reason: "check" });
    await admin.end();
    expect((await answer(attempt({ email, password: "another otter knitting" }))).code).toBe(
      "INVALID_CREDENTIALS",
    );
    expect((await answer(attempt({ email }))).code).toBe("USER_SUSPENDED");
  });

  test("the throttle meets unknown addresses as it meets known ones", async () => {
    const { email } = await registeredUser(ctx);
    const tries = async (address: string) => {
      const codes: unknown[] = [];
      for (let i = 0; i < 9; i++) {
        codes.push(
          (await answer(attempt({ email: address, password: "another otter knitting" }))).code,
        );
      }
      return codes;
    };
    const known = await tries(email);
    expect(known.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "INVALID_CREDENTIALS"));
    expect(known).toContain("RATE_LIMITED");
    expect(await tries(`${randomUUID()}@example.com`)).toEqual(known);
  });

  test("both leave the same trail, and cost one password hash", async () => {
    const { email } = await registeredUser(ctx);
    // Each derivation takes the pepper once: without the comparison for nobody, unknown addresses would take it never.
    const hashes = { known: 0, unknown: 0 };
    const counting = (kind: keyof typeof hashes) => ({
      ...ctx,
      keyring: {
        ...ctx.keyring,
        get passwordPepper() {
          hashes[kind]++;
          return ctx.keyring.passwordPepper;
        },
      },
    });
    for (let i = 0; i < 3; i++) {
      for (const kind of ["known", "unknown"] as const) {
        const input = {
          email: kind === "known" ? email : `${randomUUID()}@example.com`,
          password: "another otter knitting",
          ipAddress: "192.0.2.77",
        };
        await answer(signIn(counting(kind), input));
      }
    }
    expect(hashes).toEqual({ known: 3, unknown: 3 });
    const { rows } = await db.pool.query<{ subject_kind: string; n: bigint }>(
      "SELECT subject_kind, count(*) AS n FROM audit_events WHERE action = 'session.refused' GROUP BY 1",
    );
    expect(rows.every((row) => row.n >= 3n)).toBe(true);
    expect(rows.map((row) => row.subject_kind).sort()).toEqual(["email_lookup", "user"]);
  });
});

test("S01 a hash with older parameters is replaced at sign-in, without a word to the user", async () => {
  const { email, user } = await registeredUser(ctx);
  const salt = randomBytes(16);
  const old = { memory: 19_456, passes: 2, parallelism: 1 };
  const message = createHmac("sha256", ctx.keyring.passwordPepper).update(testPassword).digest();
  const tag = argon2Sync("argon2id", { message, nonce: salt, tagLength: 32, ...old });
  const base64 = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  const read = async () => {
    const { rows } = await db.pool.query<{ hash: string }>(
      "SELECT password_hash AS hash FROM users WHERE id = $1",
      [user.id],
    );
    return rows[0]?.hash;
  };
  await db.pool.query("UPDATE users SET password_hash = $2 WHERE id = $1", [
    user.id,
    `$argon2id$v=19$m=19456,t=2,p=1$${base64(salt)}$${base64(tag)}`,
  ]);
  await expect(attempt({ email, password: "another otter knitting" })).rejects.toMatchObject({
    code: "INVALID_CREDENTIALS",
  });
  expect(await read()).toContain("m=19456");
  await attempt({ email });
  expect(await read()).toContain("m=47104,t=1");
  await attempt({ email });
});

test("a user agent of any length and content is stored cut, and harms nothing", async () => {
  const { email } = await registeredUser(ctx);
  await attempt({ email, userAgent: `\u0000\ud800${"😀".repeat(5_000)}` });
  const { rows } = await db.pool.query<{ agent: string }>(
    "SELECT user_agent AS agent FROM sessions WHERE user_agent IS NOT NULL",
  );
  expect(rows).toEqual([{ agent: "😀".repeat(200) }]);
});

test("S15 no stored value opens a session", async () => {
  const { email } = await registeredUser(ctx);
  const { refreshToken } = await attempt({ email });
  const { rows } = await db.pool.query(
    "SELECT encode(token_hash, 'hex') AS h, encode(token_hash, 'base64') AS b FROM refresh_tokens",
  );
  expect(JSON.stringify(rows)).not.toContain(refreshToken);
  expect(JSON.stringify(ctx.logged)).not.toContain(refreshToken);
});

test("S107 sixty sign-ins at once: each is answered, none fails in another way than BUSY", async () => {
  const { email } = await registeredUser(ctx);
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      answer(attempt({ email: i === 0 ? email : `${randomUUID()}@example.com` })),
    ),
  );
  const codes = new Set(results.map((result) => result.code));
  for (const code of codes) expect(["signed in", "INVALID_CREDENTIALS", "BUSY"]).toContain(code);
  // The gate is free again.
  await attempt({ email });
});
