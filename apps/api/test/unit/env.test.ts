import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseEnv } from "../../src/env.ts";

const key32 = () => randomBytes(32).toString("base64");
const webhookPem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";

const complete = {
  DATABASE_URL: "postgres://wallet_app:secret@127.0.0.1:5432/wallet",
  DATABASE_READER_URL: "postgres://wallet_reader:secret@127.0.0.1:5432/wallet",
  REVIO_BASE_URL: "https://gate.reviopay.com/api/v1/",
  REVIO_API_KEY: "test_0123456789",
  REVIO_BRAND_ID: "5f3d1c52-8e0b-4f5c-9a55-6d1a4a6c0b01",
  REVIO_MODE: "test",
  REVIO_WEBHOOK_PUBLIC_KEYS: webhookPem,
  ACCESS_TOKEN_SIGNING_KEY: generateKeyPairSync("ed25519").privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string,
  DAY_CLOSE_SIGNING_KEY: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
  ACCESS_TOKEN_ISSUER: "wallet",
  ACCESS_TOKEN_AUDIENCE: "partner",
  KEY_ENCRYPTION_KEYS: `a:${key32()}`,
  LOOKUP_KEY: key32(),
  PASSWORD_PEPPER: key32(),
  CONSOLE_ORIGIN: "https://console.example.com",
  INTERNAL_API_TOKEN: "0123456789abcdef0123456789abcdef",
};

describe("parseEnv", () => {
  test("takes a complete environment, with safe defaults for the rest", () => {
    const env = parseEnv(complete);
    expect(env.ALLOWED_ORIGINS).toEqual([]);
    expect(env.RETURN_URL_ORIGINS).toEqual([]);
    expect(env.TRUSTED_PROXY_HOPS).toBe(0);
    expect(env.SENTRY_DSN).toBeUndefined();
    expect(env.LOG_LEVEL).toBe("info");
  });

  test.each(Object.keys(complete))("names %s when it is missing", (name) => {
    const { [name as keyof typeof complete]: _removed, ...rest } = complete;
    expect(() => parseEnv(rest)).toThrow(
      new RegExp(`^The environment is not complete[^]*  ${name}: `),
    );
  });

  test("counts an empty variable as missing", () => {
    expect(() => parseEnv({ ...complete, REVIO_API_KEY: "" })).toThrow(/REVIO_API_KEY/);
    expect(parseEnv({ ...complete, SENTRY_DSN: "" }).SENTRY_DSN).toBeUndefined();
  });

  test("names every wrong variable at once, and quotes no value", () => {
    const wrong = {
      ...complete,
      LOOKUP_KEY: "c2hvcnQ=",
      DATABASE_URL: "mysql://root:hunter2@db/x",
    };
    const message = messageOf(() => parseEnv(wrong));
    expect(message).toContain("LOOKUP_KEY");
    expect(message).toContain("DATABASE_URL");
    expect(message).not.toContain("c2hvcnQ=");
    expect(message).not.toContain("hunter2");
  });

  test("reads keys whose line breaks are written out, one or several", () => {
    const escaped = webhookPem.replaceAll("\n", "\\n");
    const env = parseEnv({ ...complete, REVIO_WEBHOOK_PUBLIC_KEYS: `${escaped}\\n${escaped}` });
    expect(env.REVIO_WEBHOOK_PUBLIC_KEYS).toEqual([webhookPem, webhookPem]);
  });

  test("refuses webhook keys without a PEM block", () => {
    expect(() => parseEnv({ ...complete, REVIO_WEBHOOK_PUBLIC_KEYS: "AAAA" })).toThrow(/PEM block/);
  });

  test("takes origins exactly as browsers send them", () => {
    const env = parseEnv({
      ...complete,
      ALLOWED_ORIGINS: "https://app.example.com, http://localhost:5173",
    });
    expect(env.ALLOWED_ORIGINS).toEqual(["https://app.example.com", "http://localhost:5173"]);
  });

  test.each([
    "*",
    "https://*.example.com/",
    "https://app.example.com/",
    "https://app.example.com/path",
    "app.example.com",
    "null",
    "HTTPS://APP.EXAMPLE.COM",
    "file:///etc",
  ])("refuses %s as an origin", (origin) => {
    expect(() => parseEnv({ ...complete, ALLOWED_ORIGINS: origin })).toThrow(/ALLOWED_ORIGINS/);
  });

  test("refuses a short service token and an unknown mode", () => {
    expect(() => parseEnv({ ...complete, INTERNAL_API_TOKEN: "short" })).toThrow(
      /INTERNAL_API_TOKEN/,
    );
    expect(() => parseEnv({ ...complete, REVIO_MODE: "prod" })).toThrow(/REVIO_MODE/);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
