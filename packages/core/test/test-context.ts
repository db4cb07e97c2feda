import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createReader } from "@revio-wallet/db/reader";
import type { TestDatabase } from "@revio-wallet/db/testing/create-template-database";
import type { DayCloseContext } from "../src/day-close/day-close-context.ts";
import type { Keyring } from "../src/encryption/keyring.ts";
import { systemIds } from "../src/ids.ts";
import {
  defaultOperatorSessionPolicy,
  type OperatorSignInContext,
} from "../src/operator-session/operator-session-context.ts";
import { createRateLimits } from "../src/rate-limit/create-rate-limits.ts";
import { loadAccessTokenKeys } from "../src/session/load-access-token-keys.ts";
import { loadSigningKeys } from "../src/signing-keys.ts";
import { defaultSessionPolicy, type SessionContext } from "../src/session/session-context.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of this run's PostgreSQL server; tests clone the template database with it. */
    superuserUrl: string;
  }
}

/** A clock that stands still until it is told to move. */
export interface TestClock {
  now(): Date;
  advance(ms: number): void;
}

function testClock(start = new Date("2026-11-23T08:00:00.000Z")): TestClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
  };
}

export function testKeyring(): Keyring {
  return {
    currentKeyId: "test-1",
    keyEncryptionKeys: new Map([["test-1", randomBytes(32)]]),
    lookupKey: randomBytes(32),
    passwordPepper: randomBytes(32),
  };
}

export function ed25519Pem(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** What a verb logged, for assertions on what must (not) be in it. */
export interface LogLine {
  level: "info" | "warn" | "error";
  fields: Record<string, unknown>;
  message: string;
}

/**
 * A context on a real database, with a clock that the test moves and fresh keys. Nothing is replaced: a verb that adds
 * jobs needs `enqueue` from the test, and fails without.
 */
export async function testContext(
  database: TestDatabase,
  parts: Partial<SessionContext> = {},
): Promise<
  SessionContext & OperatorSignInContext & DayCloseContext & { clock: TestClock; logged: LogLine[] }
> {
  const logged: LogLine[] = [];
  const log = (level: LogLine["level"]) => (fields: Record<string, unknown>, message: string) => {
    logged.push({ level, fields, message });
  };
  return {
    pool: database.pool,
    reader: createReader({ connectionString: database.readerUrl }),
    ids: systemIds,
    enqueue: () => Promise.reject(new Error("pass enqueue to testContext")),
    keyring: testKeyring(),
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    actor: { kind: "system", id: "test" },
    requestId: "test-request",
    accessTokenKeys: await loadAccessTokenKeys({
      signingKey: ed25519Pem(),
      issuer: "https://wallet.test",
      audience: "wallet-api",
    }),
    dayCloseKeys: await loadSigningKeys({ name: "day-close", signingKey: ed25519Pem() }),
    sessionPolicy: defaultSessionPolicy,
    operatorSessionPolicy: defaultOperatorSessionPolicy,
    relyingParty: { id: "localhost", name: "Wallet console", origin: "http://localhost:3001" },
    rateLimits: createRateLimits(database.pool),
    ...parts,
    clock: testClock(),
    logged,
  };
}
