import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { inject } from "vitest";
import { createServices, type Services } from "../../src/context.ts";
import { parseEnv } from "../../src/env.ts";
import { createLog } from "../../src/log.ts";
import { configureQueues, createMissingQueues } from "../../src/worker/registry.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** From the global setup of the `db` project. */
    superuserUrl: string;
  }
}

const key32 = () => randomBytes(32).toString("base64");

const ed25519Pem = () =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;

/** An environment for a test database; unless told otherwise nobody listens at Revio's address. */
export function testVariables(
  database: Pick<TestDatabase, "appUrl" | "readerUrl">,
  settings: Record<string, string> = {},
): Record<string, string> {
  return {
    DATABASE_URL: database.appUrl,
    DATABASE_READER_URL: database.readerUrl,
    REVIO_BASE_URL: "http://127.0.0.1:1/api/v1/",
    REVIO_API_KEY: "test_0123456789",
    REVIO_BRAND_ID: "5f3d1c52-8e0b-4f5c-9a55-6d1a4a6c0b01",
    REVIO_MODE: "test",
    REVIO_WEBHOOK_PUBLIC_KEYS: generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export(
      {
        type: "spki",
        format: "pem",
      },
    ) as string,
    ACCESS_TOKEN_SIGNING_KEY: ed25519Pem(),
    DAY_CLOSE_SIGNING_KEY: ed25519Pem(),
    ACCESS_TOKEN_ISSUER: "wallet",
    ACCESS_TOKEN_AUDIENCE: "partner",
    KEY_ENCRYPTION_KEYS: `test-1:${key32()}`,
    LOOKUP_KEY: key32(),
    PASSWORD_PEPPER: key32(),
    CONSOLE_ORIGIN: "http://localhost:3001",
    INTERNAL_API_TOKEN: "0123456789abcdef0123456789abcdef",
    LOG_LEVEL: "silent",
    ...settings,
  };
}

export interface TestServices extends Services, AsyncDisposable {
  database: TestDatabase;
}

/** The composition root on a database of its own. */
export async function openTestServices(
  role: "api" | "worker",
  settings: Record<string, string> = {},
): Promise<TestServices> {
  const database = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  const env = parseEnv(testVariables(database, settings));
  const services = await createServices({
    env,
    role,
    log: createLog({ name: role, level: env.LOG_LEVEL }),
    afterQueueStart: role === "worker" ? configureQueues : createMissingQueues,
  });
  return {
    ...services,
    database,
    [Symbol.asyncDispose]: async () => {
      await services.close();
      await database.drop();
    },
  };
}
