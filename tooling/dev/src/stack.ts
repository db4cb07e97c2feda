import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { inviteFirstOperator } from "./invite-first-operator.ts";
import { tail, type ManagedServer } from "./managed-server.ts";
import { buildApp } from "./build-app.ts";
import { buildApi, startApi, startWorker } from "./stack-api.ts";
import { startConsole } from "./stack-console.ts";
import { startDatabase, type StackDatabase } from "./stack-database.ts";
import { startSandboxServer } from "./stack-sandbox.ts";
import { openSecrets } from "./stack-secrets.ts";

export interface StackPorts {
  readonly api: number;
  readonly console: number;
  readonly sandbox: number;
  readonly postgres: number;
}

export const defaultPorts: StackPorts = {
  api: 3000,
  console: 3001,
  sandbox: 4010,
  postgres: 5433,
};

export interface StartStackOptions {
  /** One line per step, for people. */
  readonly log: (line: string) => void;
  /** Preferred ports; a busy one is replaced by the next free one, `0` by any. */
  readonly ports?: StackPorts;
  /**
   * Folder of databases, secrets and logs. What an earlier run left there is used, and it is kept.
   * Without it everything lives in a temporary folder that `stop()` deletes.
   */
  readonly dataDir?: string | undefined;
  /** How many times shorter the sandbox's waits are than Revio's. */
  readonly timeScale?: number;
  /** Variables of API and worker that shall differ from those of a local stack. */
  readonly settings?: Record<string, string>;
  /** Told at once how to stop what has been started so far; Ctrl-C may come before the stack is complete. */
  readonly onStarting?: (stop: () => Promise<void>) => void;
  /** A server ended without being asked to; `explanation` shows the end of its log. */
  readonly onUnexpectedExit?: (name: string, explanation: string) => void;
}

export interface Stack {
  readonly apiUrl: string;
  readonly consoleUrl: string;
  /** Encrypts the console's cookies. */
  readonly consoleSecret: string;
  readonly sandboxUrl: string;
  readonly sandboxApiUrl: string;
  readonly revioApiKey: string;
  /** Bearer of the operators' procedures under /internal. */
  readonly internalApiToken: string;
  readonly databaseUrls: StackDatabase["urls"];
  readonly logFolder: string;
  readonly dataDir: string;
  /** Stops everything in order; nothing is left running. */
  readonly stop: () => Promise<void>;
  /** The link with which the first operator signs in; undefined if there is one already. */
  readonly inviteFirstOperator: (person: {
    email: string;
    name: string;
  }) => Promise<string | undefined>;
}

/**
 * Starts the whole product on this machine: PostgreSQL, the Revio sandbox, the API and the worker,
 * each in a process of its own, over real HTTP. If one does not start, stops the others and throws.
 */
export async function startStack(options: StartStackOptions): Promise<Stack> {
  await using started = new AsyncDisposableStack();
  options.onStarting?.(() => started.disposeAsync());
  const { log, timeScale = 10 } = options;
  const dataDir = await openStackFolder(options.dataDir, started);
  const logFolder = join(dataDir, "logs");
  await mkdir(logFolder, { recursive: true, mode: 0o700 });
  const secrets = await openSecrets(dataDir);
  const ports = await choosePorts(options.ports ?? defaultPorts, log);
  const watch = watchServers(options, started);

  log("Building the API and the console …");
  const apiFolder = join(dataDir, "api");
  const consoleFolder = join(dataDir, "console");
  await Promise.all([buildApi(logFolder, apiFolder), buildApp("admin", logFolder, consoleFolder)]);

  log(`Starting PostgreSQL on port ${ports.postgres} …`);
  const database = await startDatabase({
    dataDir: join(dataDir, "postgres"),
    port: ports.postgres,
    persistent: options.dataDir !== undefined,
    secrets,
  });
  started.defer(() => database.postgres.stop());

  log(`Starting the Revio sandbox on port ${ports.sandbox} …`);
  const sandbox = await startSandboxServer({
    port: ports.sandbox,
    dataDir,
    logFolder,
    apiKey: secrets.revioApiKey,
    callback: `http://127.0.0.1:${ports.api}/webhooks/revio`,
    timeScale,
  });
  watch(sandbox.server);

  const { settings } = options;
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  // Passkeys belong to a name, not to an address.
  const consoleUrl = `http://localhost:${ports.console}`;
  const port = ports.api;
  const around = { port, consoleUrl, logFolder, apiFolder, secrets, database, sandbox, settings };
  log(`Starting the API on port ${ports.api} …`);
  watch(await startApi(around));
  log("Starting the worker …");
  watch(await startWorker(around));
  log(`Starting the console on port ${ports.console} …`);
  const console = { port: ports.console, consoleUrl, apiUrl, folder: consoleFolder };
  watch(await startConsole({ ...console, logFolder, secrets }));

  const running = started.move();
  return {
    apiUrl,
    consoleUrl,
    consoleSecret: secrets.consoleSecret,
    sandboxUrl: sandbox.url,
    sandboxApiUrl: sandbox.apiUrl,
    revioApiKey: secrets.revioApiKey,
    internalApiToken: secrets.internalApiToken,
    databaseUrls: database.urls,
    logFolder,
    dataDir,
    stop: () => running.disposeAsync(),
    inviteFirstOperator: (person) => inviteFirstOperator(around, person),
  };
}

async function openStackFolder(
  requested: string | undefined,
  started: AsyncDisposableStack,
): Promise<string> {
  const folder = requested ?? (await mkdtemp(join(tmpdir(), "revio-wallet-stack-")));
  if (requested === undefined) started.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  // As root, the user that runs PostgreSQL passes through to its own folder; the rest stays ours.
  await chmod(folder, 0o711);
  return folder;
}

async function choosePorts(
  preferred: StackPorts,
  log: (line: string) => void,
): Promise<StackPorts> {
  const reserved = new Set<number>();
  const choose = async (name: string, port: number): Promise<number> => {
    const onBusy = (busy: number, chosen: number): void =>
      log(`Port ${busy} is taken; the ${name} uses ${chosen}.`);
    const chosen = await findFreePort(port, { reserved, onBusy });
    reserved.add(chosen);
    return chosen;
  };
  return {
    api: await choose("API", preferred.api),
    console: await choose("console", preferred.console),
    sandbox: await choose("sandbox", preferred.sandbox),
    postgres: await choose("database", preferred.postgres),
  };
}

/* Servers stop in the reverse order of their start: nobody loses what it depends on. */
function watchServers(
  { onUnexpectedExit }: StartStackOptions,
  started: AsyncDisposableStack,
): (server: ManagedServer) => void {
  let stopping = false;
  const explainExit = async (server: ManagedServer): Promise<void> => {
    await server.exited;
    if (stopping || onUnexpectedExit === undefined) return;
    onUnexpectedExit(server.name, `End of ${server.logFile}:\n${await tail(server.logFile)}`);
  };
  return (server) => {
    started.defer(async () => {
      stopping = true;
      await server.stop();
    });
    void explainExit(server);
  };
}
