import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { generate } from "otplib";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { signIn } from "../../../src/session/sign-in.ts";
import { confirmTotp } from "../../../src/session/totp/confirm-totp.ts";
import { disableTotp } from "../../../src/session/totp/disable-totp.ts";
import { startTotp } from "../../../src/session/totp/start-totp.ts";
import { changePassword } from "../../../src/user/change-password.ts";
import { getMe } from "../../../src/user/get-me.ts";
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

/** The code that an authenticator app shows `steps` from now. */
const code = (secret: string, steps = 0) =>
  generate({ secret, epoch: Math.floor(ctx.clock.now().getTime() / 1_000) + steps * 30 });

async function withTotp() {
  const one = await signedInUser(ctx);
  const { secret, otpauthUri } = await startTotp(one.as, { password: one.password });
  const { recoveryCodes } = await confirmTotp(one.as, { totpCode: await code(secret) });
  ctx.clock.advance(30_000);
  const enter = (factor: { totpCode?: string; recoveryCode?: string } = {}) =>
    signIn(ctx, { email: one.email, password: one.password, ipAddress: anyAddress(), ...factor });
  return { ...one, secret, otpauthUri, recoveryCodes, enter };
}

describe("turning it on", () => {
  test("asks for the password, shows a URI for the app, and changes nothing before it is confirmed", async () => {
    const one = await signedInUser(ctx);
    await expect(startTotp(one.as, { password: "wrong otters knitting" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    const { secret, otpauthUri } = await startTotp(one.as, { password: one.password });
    const uri = new URL(otpauthUri);
    expect(uri.protocol).toBe("otpauth:");
    expect(decodeURIComponent(uri.pathname)).toContain(`Revio Wallet:${one.email}`);
    expect(uri.searchParams.get("secret")).toBe(secret);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    await expect(signIn(ctx, { ...one, ipAddress: anyAddress() })).resolves.toHaveProperty(
      "accessToken",
    );
    expect((await getMe(one.as)).totpEnabled).toBe(false);
    await expect(confirmTotp(one.as, { totpCode: "000000" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    await confirmTotp(one.as, { totpCode: await code(secret) });
    expect((await getMe(one.as)).totpEnabled).toBe(true);
    await expect(confirmTotp(one.as, { totpCode: await code(secret, 1) })).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
    await expect(startTotp(one.as, { password: one.password })).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
  });

  test("starting again gives a new secret, and the old one confirms nothing", async () => {
    const one = await signedInUser(ctx);
    const first = await startTotp(one.as, { password: one.password });
    const second = await startTotp(one.as, { password: one.password });
    expect(second.secret).not.toBe(first.secret);
    await expect(confirmTotp(one.as, { totpCode: await code(first.secret) })).rejects.toMatchObject(
      { code: "INVALID_CREDENTIALS" },
    );
    await confirmTotp(one.as, { totpCode: await code(second.secret) });
  });

  test("S11 ten recovery codes of 128 bits; the database has neither them nor the secret", async () => {
    const { recoveryCodes, secret } = await withTotp();
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const recoveryCode of recoveryCodes)
      expect(recoveryCode).toMatch(/^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    const { rows } = await db.pool.query(
      "SELECT encode(code_hash, 'hex') AS a, encode(code_hash, 'escape') AS b FROM recovery_codes",
    );
    for (const recoveryCode of recoveryCodes) {
      expect(JSON.stringify(rows)).not.toContain(recoveryCode.replaceAll("-", ""));
    }
    const factors = await db.pool.query(
      "SELECT encode(secret_ciphertext, 'escape') AS s FROM totp_factors",
    );
    expect(JSON.stringify(factors.rows)).not.toContain(secret);
  });
});

describe("signing in", () => {
  test("TOTP_REQUIRED only after the right password", async () => {
    const { enter, email } = await withTotp();
    await expect(enter()).rejects.toMatchObject({ code: "TOTP_REQUIRED" });
    await expect(
      signIn(ctx, { email, password: "wrong otters knitting", ipAddress: anyAddress() }),
    ).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("a wrong code reads like a wrong password", async () => {
    const { enter, email, secret } = await withTotp();
    const wrong = await enter({ totpCode: await code(secret, 50) }).catch(
      (error: unknown) => error,
    );
    const password = await signIn(ctx, {
      email,
      password: "wrong otters knitting",
      ipAddress: anyAddress(),
    }).catch((error: unknown) => error);
    expect(wrong).toEqual(password);
  });

  test("the code of now, of one step ago and of one step ahead pass; two steps do not", async () => {
    for (const [steps, passes] of [
      [0, true],
      [1, true],
      [2, false],
      [-2, false],
      [-3, false],
    ] as const) {
      const { enter, secret } = await withTotp();
      const result = await enter({ totpCode: await code(secret, steps) }).then(
        () => true,
        () => false,
      );
      expect([steps, result]).toEqual([steps, passes]);
    }
    const { enter, secret } = await withTotp();
    ctx.clock.advance(60_000);
    await expect(enter({ totpCode: await code(secret, -1) })).resolves.toHaveProperty(
      "accessToken",
    );
  });

  test("replay: a code is good once, and so are those before it", async () => {
    const { enter, secret } = await withTotp();
    const next = await code(secret, 1);
    const current = await code(secret);
    await enter({ totpCode: next });
    await expect(enter({ totpCode: next })).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    await expect(enter({ totpCode: current })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    ctx.clock.advance(60_000);
    await expect(enter({ totpCode: await code(secret) })).resolves.toHaveProperty("accessToken");
  });

  test("the code that confirmed cannot sign in", async () => {
    const one = await signedInUser(ctx);
    const { secret } = await startTotp(one.as, { password: one.password });
    const used = await code(secret);
    await confirmTotp(one.as, { totpCode: used });
    await expect(
      signIn(ctx, { ...one, totpCode: used, ipAddress: anyAddress() }),
    ).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
  });

  test("one code five times at once: one gets in", async () => {
    const { enter, secret } = await withTotp();
    const totpCode = await code(secret);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => enter({ totpCode })));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("S11 one recovery code five times at once: one gets in; capitals and blanks do not matter", async () => {
    const { enter, recoveryCodes } = await withTotp();
    const recoveryCode = ` ${(recoveryCodes[3] ?? "").toUpperCase().replaceAll("-", " ")} `;
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => enter({ recoveryCode })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    await db.pool.query("DELETE FROM rate_limits");
    await expect(enter({ recoveryCode })).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    await expect(enter({ recoveryCode: recoveryCodes[4] ?? "" })).resolves.toHaveProperty(
      "accessToken",
    );
  });

  test("another user's recovery code is worth nothing", async () => {
    const one = await withTotp();
    const two = await withTotp();
    await expect(one.enter({ recoveryCode: two.recoveryCodes[0] ?? "" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
  });

  test.each([
    "",
    "12345",
    "1234567",
    "abcdef",
    "١٢٣٤٥٦",
    "12 456",
    "\0\0\0\0\0\0",
    "0".repeat(10_000),
  ])("as code: %j", async (totpCode) => {
    const { enter } = await withTotp();
    await expect(enter({ totpCode })).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("S10 guessing codes with the right password runs into the throttle; asking for the code in between does not help", async () => {
    const { enter } = await withTotp();
    const codes: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      await enter().catch((error: { code: unknown }) => codes.push(error.code));
      await enter({ totpCode: String(i).padStart(6, "7") }).catch((error: { code: unknown }) =>
        codes.push(error.code),
      );
    }
    expect(codes.filter((answer) => answer === "INVALID_CREDENTIALS").length).toBeLessThan(9);
    expect(codes).toContain("RATE_LIMITED");
  });

  test("S12 a new password does not get around it", async () => {
    const { as, email, password } = await withTotp();
    const newPassword = "seven lamps under a quilt";
    await changePassword(as, { currentPassword: password, newPassword });
    await expect(
      signIn(ctx, { email, password: newPassword, ipAddress: anyAddress() }),
    ).rejects.toMatchObject({ code: "TOTP_REQUIRED" });
  });
});

describe("turning it off", () => {
  test("needs password and code; then the codes and recovery codes are gone", async () => {
    const { as, password, secret, recoveryCodes, enter } = await withTotp();
    await expect(disableTotp(as, { password })).rejects.toMatchObject({ code: "TOTP_REQUIRED" });
    await expect(disableTotp(as, { password, totpCode: "000000" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    await expect(
      disableTotp(as, { password: "wrong otters knitting", totpCode: await code(secret) }),
    ).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    expect((await getMe(as)).totpEnabled).toBe(true);
    await disableTotp(as, { password, totpCode: await code(secret) });
    expect((await getMe(as)).totpEnabled).toBe(false);
    await expect(enter()).resolves.toHaveProperty("accessToken");
    await expect(disableTotp(as, { password })).rejects.toMatchObject({ code: "WRONG_STATE" });
    // Turned on anew, the old recovery codes stay worthless.
    const again = await startTotp(as, { password });
    await confirmTotp(as, { totpCode: await code(again.secret, 1) });
    await expect(enter({ recoveryCode: recoveryCodes[0] ?? "" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
  });

  test("a recovery code does, for who lost the telephone", async () => {
    const { as, password, recoveryCodes, enter } = await withTotp();
    await disableTotp(as, { password, recoveryCode: recoveryCodes[9] ?? "" });
    await expect(enter()).resolves.toHaveProperty("accessToken");
  });
});
