import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stack } from "./stack.ts";

interface Parts {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

type Sign = (input: string) => Buffer;

/** The stack's own signing key: what an attacker does not have, and what tokens that were never issued need. */
function ownKey(): KeyObject {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, "secrets.json"), "utf8")) as {
    tokenSigningKey: string;
  };
  return createPrivateKey(secrets.tokenSigningKey);
}

const signWith =
  (key: KeyObject): Sign =>
  (input) =>
    sign(null, Buffer.from(input), key);

function encode(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return Buffer.from(text).toString("base64url");
}

function assemble(header: unknown, claims: unknown, signer: Sign): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signer(input).toString("base64url")}`;
}

function read(token: string): Parts {
  const [header = "", claims = ""] = token.split(".");
  const parse = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  return { header: parse(header), claims: parse(claims) };
}

/** A good token with other claims, signed by the right key. */
export function reissue(token: string, changed: Record<string, unknown>): string {
  const { header, claims } = read(token);
  return assemble(header, { ...claims, ...changed }, signWith(ownKey()));
}

/** Tokens made of a good one that must not open anything, by what is wrong with them. */
export function forgedTokens(token: string, other: { userId: string }): Record<string, string> {
  const { header, claims } = read(token);
  const own = signWith(ownKey());
  const publicKey = createPublicKey(ownKey());
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const hmac =
    (key: string | Buffer): Sign =>
    (input) =>
      createHmac("sha256", key).update(input).digest();
  const nothing: Sign = () => Buffer.alloc(0);
  const stranger = generateKeyPairSync("ed25519").privateKey;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
  const now = Math.floor(Date.now() / 1_000);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
  const withClaims = (changed: Record<string, unknown>) =>
    assemble(header, { ...claims, ...changed }, own);
  const withHeader = (changed: Record<string, unknown>, signer: Sign = own) =>
    assemble({ ...header, ...changed }, claims, signer);
  const text = JSON.stringify(claims);
  return {
    "S25 alg none, unsigned": withHeader({ alg: "none" }, nothing),
    "S25 alg nOnE, unsigned": withHeader({ alg: "nOnE" }, nothing),
    "S25 alg none with a good signature": withHeader({ alg: "none" }),
    "S25 HS256 with the public key in PEM": withHeader({ alg: "HS256" }, hmac(pem)),
    "S25 HS256 with the public key's bytes": withHeader({ alg: "HS256" }, hmac(raw)),
    "S25 RS256 with a key of the attacker": withHeader({ alg: "RS256" }, (input) =>
      sign("RSA-SHA256", Buffer.from(input), rsa),
    ),
    "S25 EdDSA with a key of the attacker": withHeader({}, signWith(stranger)),
    "S25 the attacker's key in the header": withHeader(
      { jwk: createPublicKey(stranger).export({ format: "jwk" }) },
      signWith(stranger),
    ),
    "S29 an unknown key id": withHeader({ kid: "someone-elses-key" }),
    "S29 an extension that must be understood": withHeader({ crit: ["x"], x: 1 }),
    "S28 typed as JWT": withHeader({ typ: "JWT" }),
    "S28 typed as an id token": withHeader({ typ: "id+jwt" }),
    "S27 expired": withClaims({ iat: now - 700, nbf: now - 700, exp: now - 60 }),
    "S27 not valid yet": withClaims({ nbf: now + 300 }),
    "S27 issued in the future": withClaims({ iat: now + 3_600 }),
    "S27 without an end": assemble(header, without("exp"), own),
    "S27 without a session": assemble(header, without("sid"), own),
    "S27 without a user": assemble(header, without("sub"), own),
    "S27 an end in text": withClaims({ exp: String(now + 600) }),
    "S27 valid for a year": withClaims({ iat: now - 31_000_000, exp: now + 31_000_000 }),
    "S27 another issuer": withClaims({ iss: "https://evil.example" }),
    "S27 another audience": withClaims({ aud: "another-api" }),
    "S27 a list of audiences": withClaims({ aud: [String(claims["aud"]), "another-api"] }),
    "S31 somebody else's id on this session": withClaims({ sub: other.userId }),
    "S29 a claim given twice": assemble(header, text.replace("{", '{"sub":"x",'), own),
    "a changed claim under the old signature": [
      encode(header),
      encode({ ...claims, sub: other.userId }),
      token.split(".")[2],
    ].join("."),
    "a cut signature": token.slice(0, -4),
    "no signature": token.split(".").slice(0, 2).join("."),
    "no token at all": "x",
    "a very long one": `${token}${"A".repeat(5_000)}`,
  };
}
