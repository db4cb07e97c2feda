import { chmod, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "@revio-wallet/dev/free-port";
import type { ManagedServer } from "@revio-wallet/dev/managed-server";
import { buildApi, startApi, startWorker, type ApiSurroundings } from "@revio-wallet/dev/stack-api";
import { startSandboxServer } from "@revio-wallet/dev/stack-sandbox";
import { openSecrets, type StackSecrets } from "@revio-wallet/dev/stack-secrets";
import { startFaultProxy, type FaultProxy } from "../proxy/fault-proxy.ts";
import { PostgresPair } from "./postgres-pair.ts";
import { superviseProcess, type SupervisedProcess } from "./supervised-process.ts";

export const processNames = ["api-1", "api-2", "worker-1", "worker-2"] as const;
export type ProcessName = (typeof processNames)[number];

export interface Cluster {
  readonly postgres: PostgresPair;
  readonly processes: Record<ProcessName, SupervisedProcess>;
  /** Between each process and PostgreSQL: the one stable address of the database. */
  readonly databaseLines: Record<ProcessName, FaultProxy>;
  /** Between Revio and the APIs, which it reaches in turn. */
  readonly webhookLine: FaultProxy;
  /** Between everybody and Revio. */
  readonly revioLine: FaultProxy;
  readonly apiUrls: readonly string[];
  /** Past the proxy: for the controls and the books. */
  readonly sandboxUrl: string;
  readonly secrets: StackSecrets;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the product as it runs in production: two APIs and two workers, a primary with a synchronous standby, Revio's
 * emulation, and a proxy on every edge between them. All on 127.0.0.1.
 */
export async function startCluster(options: {
  readonly log: (line: string) => void;
  /** Told at once how to stop what has been started so far. */
  readonly onStarting: (stop: () => Promise<void>) => void;
  /** Where databases and logs are; the caller deletes it, or keeps it to look at. */
  readonly onFolder: (folder: string) => void;
}): Promise<Cluster> {
  const { log } = options;
  await using started = new AsyncDisposableStack();
  options.onStarting(() => started.disposeAsync());
  const { folder, logFolder } = await makeFolders();
  options.onFolder(folder);
  const secrets = await openSecrets(folder);

  log("building the API");
  const apiFolder = join(folder, "api");
  await buildApi(logFolder, apiFolder);

  log("starting PostgreSQL: primary and synchronous standby");
  const postgres = await PostgresPair.start({ folder, secrets });
  started.defer(() => postgres.stop());

  const keep = (proxy: FaultProxy): FaultProxy => {
    started.defer(() => proxy.close());
    return proxy;
  };
  const ports = await choosePorts(["api-1", "api-2", "sandbox"]);
  const databaseLines = await each(async () =>
    keep(await startFaultProxy({ target: () => postgres.port, protocol: "postgres" })),
  );
  let turn = 0;
  const inTurn = (): number => ports[`api-${(turn++ % 2) + 1}`] ?? 0;
  const webhookLine = keep(await startFaultProxy({ target: inTurn, protocol: "http" }));
  const toSandbox = (): number => ports["sandbox"] ?? 0;
  const revioLine = keep(await startFaultProxy({ target: toSandbox, protocol: "http" }));

  log("starting Revio's emulation");
  const revioOrigin = `http://127.0.0.1:${revioLine.port}`;
  const sandbox = await startSandboxServer({
    port: toSandbox(),
    dataDir: folder,
    logFolder,
    apiKey: secrets.revioApiKey,
    callback: `http://127.0.0.1:${webhookLine.port}/webhooks/revio`,
    timeScale: 60,
    publicUrl: revioOrigin,
  });
  started.defer(() => sandbox.server.stop());

  log("starting two APIs and two workers");
  const common = { logFolder, apiFolder, secrets, settings };
  const processes = await each(async (name) => {
    const around = {
      ...common,
      port: ports[name] ?? 0,
      database: { urls: throughProxy(postgres.urls, databaseLines[name].port) },
      sandbox: { apiUrl: `${revioOrigin}/api/v1`, webhook: sandbox.webhook },
    };
    const supervised = await superviseProcess(name, (life) => startLife(name, life, around), log);
    started.defer(() => supervised.stop());
    return supervised;
  });

  const running = started.move();
  return {
    postgres,
    processes,
    databaseLines,
    webhookLine,
    revioLine,
    apiUrls: [`http://127.0.0.1:${ports["api-1"]}`, `http://127.0.0.1:${ports["api-2"]}`],
    sandboxUrl: sandbox.url,
    secrets,
    stop: () => running.disposeAsync(),
  };
}

async function makeFolders(): Promise<{ folder: string; logFolder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "revio-wallet-chaos-"));
  // As root, the user that runs PostgreSQL passes through to its own folders; the rest stays ours.
  await chmod(folder, 0o711);
  const logFolder = join(folder, "logs");
  await mkdir(logFolder, { mode: 0o700 });
  return { folder, logFolder };
}

const settings = {
  // A token of one API is good at the other.
  ACCESS_TOKEN_ISSUER: "http://127.0.0.1",
  // Callers choose the address that they seem to have, so that limits per address do not get in the way.
  TRUSTED_PROXY_HOPS: "1",
};

/** Each life has a log of its own. */
function startLife(
  name: ProcessName,
  life: number,
  around: ApiSurroundings,
): Promise<ManagedServer> {
  const named = { ...around, name: `${name}.${life}` };
  return name.startsWith("api") ? startApi(named) : startWorker(named);
}

async function choosePorts(names: readonly string[]): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  const reserved = new Set<number>();
  for (const name of names) {
    const port = await findFreePort(0, { reserved });
    reserved.add(port);
    ports[name] = port;
  }
  return ports;
}

async function each<Part>(
  make: (name: ProcessName) => Promise<Part>,
): Promise<Record<ProcessName, Part>> {
  const parts: Partial<Record<ProcessName, Part>> = {};
  for (const name of processNames) parts[name] = await make(name);
  return parts as Record<ProcessName, Part>;
}

function throughProxy<Urls extends Record<string, string>>(urls: Urls, port: number): Urls {
  const moved = Object.entries(urls).map(([role, address]) => {
    const url = new URL(address);
    url.port = String(port);
    return [role, url.href];
  });
  return Object.fromEntries(moved) as Urls;
}
