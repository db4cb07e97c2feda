import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AccessTokenKeys,
  signAccessToken,
  verifyAccessToken,
} from "../../../src/session/access-token.ts";
import { loadAccessTokenKeys } from "../../../src/session/load-access-token-keys.ts";

const now = Date.UTC(2026, 10, 23, 8) / 1_000;
const userId = "01932f7e-0000-7000-8000-000000000001";
const sessionId = "01932f7e-0000-7000-8000-000000000002";
const issuer = "https://wallet.example";
const audience = "wallet-api";

const pair = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (key: KeyObject) =>
  key.type === "private"
    ? key.export({ type: "pkcs8", format: "pem" }).toString()
    : key.export({ type: "spki", format: "pem" }).toString();

let keys: AccessTokenKeys;
beforeAll(async () => {
  keys = await loadAccessTokenKeys({ signingKey: pem(pair.privateKey), issuer, audience });
});

const at = (seconds: number) => ({
  clock: { now: () => new Date(seconds * 1_000) },
  accessTokenKeys: keys,
});
const header = () => ({ alg: "EdDSA", typ: "at+jwt", kid: keys.signing.kid });
const claims = () => ({
  sid: sessionId,
  iss: issuer,
  aud: audience,
  sub: userId,
  iat: now,
  nbf: now,
  exp: now + 600,
});
const encode = (part: unknown) =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

/** A token signed with our own key, whatever it says: only the checks stand between it and the API. */
function forge(head: unknown, body: unknown, key = pair.privateKey): string {
  const input = `${encode(head)}.${encode(body)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString("base64url")}`;
}

const refused = { code: "UNAUTHENTICATED", message: "Sign in again." };

test("the token that the forger makes is good, so that each case below fails for its own reason", async () => {
  expect(await verifyAccessToken(at(now), forge(header(), claims()))).toEqual({
    userId,
    sessionId,
  });
  const { accessToken } = await signAccessToken(
    at(now),
    { userId, sessionId },
    new Date((now + 3_600) * 1_000),
  );
  expect(accessToken).toBe(forge(header(), claims()));
});

describe("S25 algorithms", () => {
  test.each(["none", "nOnE", "NONE", ""])("alg %j", async (alg) => {
    const input = `${encode({ ...header(), alg })}.${encode(claims())}`;
    await expect(verifyAccessToken(at(now), `${input}.`)).rejects.toMatchObject(refused);
    await expect(
      verifyAccessToken(at(now), forge({ ...header(), alg }, claims())),
    ).rejects.toMatchObject(refused);
  });

  test("HS256 signed with the public key, in each of its forms", async () => {
    const secrets = [
      pem(pair.publicKey),
      pair.publicKey.export({ type: "spki", format: "der" }),
      Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url"),
    ];
    for (const secret of secrets) {
      const input = `${encode({ ...header(), alg: "HS256" })}.${encode(claims())}`;
      const token = `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
      await expect(verifyAccessToken(at(now), token)).rejects.toMatchObject(refused);
    }
  });

  test("RS256 with a key of the forger's", async () => {
    const input = `${encode({ ...header(), alg: "RS256" })}.${encode(claims())}`;
    const signature = sign("sha256", Buffer.from(input), rsa.privateKey).toString("base64url");
    await expect(verifyAccessToken(at(now), `${input}.${signature}`)).rejects.toMatchObject(
      refused,
    );
  });

  test("EdDSA with a key of the forger's, under our key id, theirs, or with the key in the header", async () => {
    const jwk = stranger.publicKey.export({ format: "jwk" });
    for (const head of [
      header(),
      { ...header(), kid: "theirs" },
      { ...header(), kid: undefined },
      { ...header(), jwk },
      { ...header(), kid: "__proto__" },
    ]) {
      await expect(
        verifyAccessToken(at(now), forge(head, claims(), stranger.privateKey)),
      ).rejects.toMatchObject(refused);
    }
  });

  test("a changed byte in any part, a cut signature, another form", async () => {
    const token = forge(header(), claims());
    const [head = "", body = "", signature = ""] = token.split(".");
    const other = encode({ ...claims(), sub: sessionId });
    const bad = [
      `${head}.${other}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${token}.${signature}`,
      "",
      ".",
      "..",
      "Bearer x",
      "a".repeat(100_000),
    ];
    for (const text of bad)
      await expect(verifyAccessToken(at(now), text)).rejects.toMatchObject(refused);
  });
});

describe("S27 claims, signed by our own key", () => {
  test.each(["iss", "aud", "sub", "sid", "exp", "nbf", "iat"])("%s missing", async (claim) => {
    const body: Record<string, unknown> = claims();
    delete body[claim];
    await expect(verifyAccessToken(at(now), forge(header(), body))).rejects.toMatchObject(refused);
  });

  test.each([
    ["iss", "https://evil.example"],
    ["iss", [issuer]],
    ["aud", "another-api"],
    ["aud", [audience]],
    ["aud", [audience, "another-api"]],
    ["sub", "1 OR 1=1"],
    ["sub", 7],
    ["sub", null],
    ["sid", ""],
    ["sid", { $ne: null }],
    ["exp", String(now + 600)],
    ["exp", null],
    ["exp", now - 6],
    ["nbf", now + 6],
    ["nbf", String(now)],
    ["iat", now + 6],
    ["iat", now + 86_400],
    ["iat", now - 700],
    ["iat", String(now)],
  ])("%s as %j", async (claim, value) => {
    const body = { ...claims(), [claim]: value };
    await expect(verifyAccessToken(at(now), forge(header(), body))).rejects.toMatchObject(refused);
  });

  test("a token whose exp lies years ahead is old after ten minutes all the same", async () => {
    const token = forge(header(), { ...claims(), exp: now + 10 ** 8 });
    await expect(verifyAccessToken(at(now + 605), token)).resolves.toMatchObject({ userId });
    await expect(verifyAccessToken(at(now + 606), token)).rejects.toMatchObject(refused);
  });

  test("the leeway is five seconds, to the second", async () => {
    const token = forge(header(), claims());
    await expect(verifyAccessToken(at(now - 5), token)).resolves.toMatchObject({ userId });
    await expect(verifyAccessToken(at(now - 6), token)).rejects.toMatchObject(refused);
    await expect(verifyAccessToken(at(now + 604), token)).resolves.toMatchObject({ userId });
    await expect(verifyAccessToken(at(now + 605), token)).rejects.toMatchObject(refused);
  });
});

describe("S28 type, S29 header", () => {
  test.each([
    { typ: "JWT" },
    { typ: "id+jwt" },
    { typ: undefined },
    { typ: 1 },
    { crit: ["x"], x: 1 },
    { crit: ["exp"], exp: now },
    { crit: [] },
    { b64: false, crit: ["b64"] },
  ])("%j", async (change) => {
    await expect(
      verifyAccessToken(at(now), forge({ ...header(), ...change }, claims())),
    ).rejects.toMatchObject(refused);
  });

  test("a claim given twice, blanks, a body that is no object", async () => {
    const text = JSON.stringify(claims());
    const bodies = [
      text.replace("{", `{"sub":"${sessionId}",`),
      text.replace("}", `,"sub":"${userId}"}`),
      text.replace(":", ": "),
      "[]",
      "null",
      "7",
      '"x"',
      "",
      "{",
    ];
    for (const body of bodies) {
      await expect(verifyAccessToken(at(now), forge(header(), body))).rejects.toMatchObject(
        refused,
      );
    }
  });
});

describe("keys", () => {
  test("S29 anything but an Ed25519 key is refused when it is loaded, and not quoted", async () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const hmac = JSON.stringify({ kty: "oct", k: Buffer.from("8 bytes!").toString("base64url") });
    for (const signingKey of [
      pem(rsa.privateKey),
      pem(ec.privateKey),
      pem(pair.publicKey),
      hmac,
      "8 bytes!",
      "",
    ]) {
      await expect(loadAccessTokenKeys({ signingKey, issuer, audience })).rejects.toThrow(
        /Ed25519/,
      );
      if (signingKey !== "") {
        await expect(loadAccessTokenKeys({ signingKey, issuer, audience })).rejects.not.toThrow(
          signingKey,
        );
      }
    }
    const signingKey = pem(pair.privateKey);
    for (const key of [pem(rsa.publicKey), hmac]) {
      await expect(
        loadAccessTokenKeys({ signingKey, verifyingKeys: [key], issuer, audience }),
      ).rejects.toThrow(/verifying key 1 must be/);
    }
    for (const key of [signingKey, JSON.stringify(pair.privateKey.export({ format: "jwk" }))]) {
      await expect(
        loadAccessTokenKeys({ signingKey, verifyingKeys: [key], issuer, audience }),
      ).rejects.toThrow(/is a private key/);
    }
  });

  test("rotation: old tokens pass while the old public key is given, and no longer", async () => {
    const token = forge(header(), claims());
    const next = {
      signingKey: JSON.stringify(stranger.privateKey.export({ format: "jwk" })),
      issuer,
      audience,
    };
    const during = await loadAccessTokenKeys({ ...next, verifyingKeys: [pem(pair.publicKey)] });
    const after = await loadAccessTokenKeys(next);
    await expect(
      verifyAccessToken({ ...at(now), accessTokenKeys: during }, token),
    ).resolves.toEqual({ userId, sessionId });
    await expect(
      verifyAccessToken({ ...at(now), accessTokenKeys: after }, token),
    ).rejects.toMatchObject(refused);
    const fresh = await signAccessToken(
      { ...at(now), accessTokenKeys: after },
      { userId, sessionId },
      new Date((now + 60) * 1_000),
    );
    expect(fresh.accessTokenExpiresAt).toEqual(new Date((now + 60) * 1_000));
    await expect(
      verifyAccessToken({ ...at(now), accessTokenKeys: during }, fresh.accessToken),
    ).resolves.toEqual({ userId, sessionId });
  });
});
