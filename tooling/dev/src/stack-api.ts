import { join } from "node:path";
import { buildApp } from "./build-app.ts";
import { checkUrl, startServer, tail, type ManagedServer } from "./managed-server.ts";
import { sandboxBrandId, type StackSandbox } from "./stack-sandbox.ts";
import type { StackDatabase } from "./stack-database.ts";
import type { StackSecrets } from "./stack-secrets.ts";

export interface ApiSurroundings {
  /** Also the name of its log; `api` or `worker` unless given. */
  readonly name?: string;
  readonly port: number;
  /** Where operators open the console, if there is one. */
  readonly consoleUrl?: string;
  readonly logFolder: string;
  /** The API's build, as `buildApi` left it. */
  readonly apiFolder: string;
  readonly secrets: StackSecrets;
  readonly database: Pick<StackDatabase, "urls">;
  readonly sandbox: Pick<StackSandbox, "apiUrl"> & {
    readonly webhook: Pick<StackSandbox["webhook"], "publicKey">;
  };
  /** Other settings than those of a local stack. */
  readonly settings?: Record<string, string> | undefined;
}

/** Where a partner's frontend runs on the same machine. */
export const localAppOrigin = "http://localhost:5173";

/**
 * Builds the API unless a build of the same sources is there already, and copies it to `apiFolder`: a later build, of a
 * test beside a demo, would pull files from under the running server.
 */
export async function buildApi(logFolder: string, apiFolder: string): Promise<void> {
  await buildApp("api", logFolder, apiFolder);
}

/** What API and worker read in `apps/api/src/env.ts`. */
export function apiVariables(around: ApiSurroundings): Record<string, string> {
  const { port, consoleUrl, secrets, database, sandbox, settings } = around;
  return {
    NODE_ENV: "production",
    DATABASE_URL: database.urls.app,
    DATABASE_READER_URL: database.urls.reader,
    REVIO_BASE_URL: `${sandbox.apiUrl}/`,
    REVIO_API_KEY: secrets.revioApiKey,
    REVIO_BRAND_ID: sandboxBrandId,
    REVIO_MODE: "test",
    REVIO_WEBHOOK_PUBLIC_KEYS: sandbox.webhook.publicKey,
    ACCESS_TOKEN_SIGNING_KEY: secrets.tokenSigningKey,
    DAY_CLOSE_SIGNING_KEY: secrets.dayCloseSigningKey,
    ACCESS_TOKEN_ISSUER: `http://127.0.0.1:${port}`,
    ACCESS_TOKEN_AUDIENCE: "wallet-api",
    KEY_ENCRYPTION_KEYS: secrets.keyEncryptionKeys,
    LOOKUP_KEY: secrets.lookupKey,
    PASSWORD_PEPPER: secrets.passwordPepper,
    ALLOWED_ORIGINS: localAppOrigin,
    RETURN_URL_ORIGINS: localAppOrigin,
    CONSOLE_ORIGIN: consoleUrl ?? "http://localhost:3001",
    INTERNAL_API_TOKEN: secrets.internalApiToken,
    ...settings,
  };
}

export async function startApi(around: ApiSurroundings): Promise<ManagedServer> {
  return await startServer({
    name: around.name ?? "api",
    command: ["node", join(around.apiFolder, "apps/api/server.js")],
    variables: { ...apiVariables(around), HOSTNAME: "127.0.0.1", PORT: String(around.port) },
    logFolder: around.logFolder,
    check: () => checkUrl(`http://127.0.0.1:${around.port}/health/ready`),
  });
}

export async function startWorker(around: ApiSurroundings): Promise<ManagedServer> {
  const name = around.name ?? "worker";
  const logFile = join(around.logFolder, `${name}.log`);
  return await startServer({
    name,
    command: ["node", "apps/api/src/worker/main.ts"],
    variables: apiVariables(around),
    logFolder: around.logFolder,
    check: async () => {
      if (!(await tail(logFile)).includes("worker ready")) throw new Error("it is not ready");
    },
  });
}
