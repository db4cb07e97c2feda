import { argon2Sync, createHmac, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { systemIds } from "../../../src/ids.ts";
import { concurrencyGate, hashPassword, verifyPassword } from "../../../src/user/password-hash.ts";

const keyring = {
  currentKeyId: "a",
  keyEncryptionKeys: new Map([["a", randomBytes(32)]]),
  lookupKey: randomBytes(32),
  passwordPepper: randomBytes(32),
};
const ctx = { keyring, ids: systemIds };

describe("S01 argon2id", () => {
  test("the PHC string says what OWASP asks for, and the tag is what argon2id gives for it", async () => {
    const stored = await hashPassword(ctx, "three otters knitting");
    const [, salt, tag] =
      /^\$argon2id\$v=19\$m=47104,t=1,p=1\$([^$]{22})\$([^$]{43})$/.exec(stored) ?? [];
    const again = argon2Sync("argon2id", {
      message: createHmac("sha256", keyring.passwordPepper)
        .update("three otters knitting")
        .digest(),
      nonce: Buffer.from(salt ?? "", "base64"),
      memory: 47_104,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    expect(Buffer.from(tag ?? "", "base64")).toEqual(again);
  });

  test("matches only the same password, under the same pepper", async () => {
    const stored = await hashPassword(ctx, "three otters knitting");
    expect(await verifyPassword(ctx, "three otters knitting", stored)).toEqual({
      matches: true,
      outdated: false,
    });
    expect((await verifyPassword(ctx, "three otters knittinG", stored)).matches).toBe(false);
    const other = { ...ctx, keyring: { ...keyring, passwordPepper: randomBytes(32) } };
    expect((await verifyPassword(other, "three otters knitting", stored)).matches).toBe(false);
  });

  test("a twin that agrees in the first 72 bytes does not match (S02: nothing is cut)", async () => {
    const start = "kqzvwmhtdjlrgxbnfpcs".repeat(4);
    const stored = await hashPassword(ctx, `${start} one`);
    expect((await verifyPassword(ctx, `${start} two`, stored)).matches).toBe(false);
    expect((await verifyPassword(ctx, `${start} one`, stored)).matches).toBe(true);
  });

  test("no such user: works as long, never matches", async () => {
    const verdict = await verifyPassword(ctx, "three otters knitting", undefined);
    expect(verdict.matches).toBe(false);
  });

  test("a password of a megabyte is refused without being hashed as such", async () => {
    const stored = await hashPassword(ctx, "three otters knitting");
    expect((await verifyPassword(ctx, "x".repeat(1_000_000), stored)).matches).toBe(false);
  });
});

describe("S107 concurrency gate", () => {
  test("4 run, 32 wait, the rest is turned away at once; afterwards all places are free again", async () => {
    const gate = concurrencyGate({ running: 4, waiting: 32 });
    let running = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => open.push(resolve));
      running--;
    };
    const results = Array.from({ length: 100 }, () =>
      gate(work).then(
        () => "done",
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    for (let rounds = 0; rounds < 20; rounds++) {
      for (const finish of open.splice(0)) finish();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    const outcomes = await Promise.all(results);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(36);
    expect(outcomes.filter((outcome) => outcome === "BUSY")).toHaveLength(64);
    expect(most).toBe(4);
    expect(await gate(async () => "free")).toBe("free");
  });

  test("work that fails gives its place back", async () => {
    const gate = concurrencyGate({ running: 1, waiting: 0 });
    await expect(gate(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await gate(async () => "free")).toBe("free");
  });
});
