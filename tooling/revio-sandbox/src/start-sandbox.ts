import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { beginStatement, finishStatement } from "./api/statements.ts";
import { createApp } from "./app.ts";
import { settleAttempt } from "./checkout/submit-card.ts";
import { createClock } from "./clock.ts";
import { createOutage } from "./outage.ts";
import {
  returnPayoutPayment,
  settleByScenario,
  succeedPayoutLate,
} from "./payout/settle-payout.ts";
import { createRandomSource } from "./random.ts";
import { createRequestLog } from "./request-log.ts";
import type { Sandbox, SandboxConfig } from "./sandbox.ts";
import { createSettingsStore, type Settings } from "./settings.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { nextTaskDueMs, runDueTasks, type TaskHandlers } from "./tasks.ts";
import { createWakeUp } from "./wake-up.ts";
import { startDeliveryQueue } from "./webhooks/delivery-queue.ts";

export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  host?: string;
  /** Origin in the URLs that the sandbox hands out; its own address by default. */
  publicUrl?: string;
  /** A file that survives restarts, or ":memory:". */
  databaseFile: string;
  apiKeys?: { test: string; live: string };
  brandId?: string;
  /** 60 makes every wait of the sandbox (retries, bank delays, refund guard) 60 times shorter. Default 1. */
  timeScale?: number;
  /** Same seed and same requests give the same ids. Default: random, kept in the database file. */
  seed?: string;
  /** Funds on the account before the first payment, in ZAR cents. Default R 1 000 000.00. */
  payoutFundsMinor?: number;
  settings?: Partial<Settings>;
}

export interface RunningSandbox {
  url: string;
  /** Base of the control API, with a trailing slash. */
  controlUrl: string;
  /** Key of test mode; `liveApiKey` is that of live mode. */
  apiKey: string;
  liveApiKey: string;
  brandId: string;
  close(): Promise<void>;
}

export const taskHandlers: TaskHandlers = {
  settle_attempt: (sandbox, task) => void settleAttempt(sandbox, task.object_id, null),
  settle_payout_payment: (sandbox, task) => settleByScenario(sandbox, task.object_id),
  return_payout_payment: (sandbox, task) => void returnPayoutPayment(sandbox, task.object_id),
  succeed_payout_late: (sandbox, task) => void succeedPayoutLate(sandbox, task.object_id),
  begin_statement: beginStatement,
  finish_statement: finishStatement,
};

/**
 * Starts a server that behaves like Revio.
 *
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  if (!((options.timeScale ?? 1) > 0)) throw new RangeError("timeScale must be greater than 0");
  const store = openStore(options.databaseFile);
  const host = options.host ?? "127.0.0.1";
  const server = createServer();
  try {
    await listen(server, options.port, host);
  } catch (error) {
    store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  const wake: Sandbox["wake"] = { deliveries: () => {}, tasks: () => {} };
  const sandbox = createSandbox(store, options, url, createOutage(server, port, host, wake), wake);
  const app = createApp(sandbox);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on("request", (incoming, outgoing) => void answer(incoming, outgoing));
  const deliveries = startDeliveryQueue(sandbox);
  const tasks = createWakeUp(
    sandbox.clock,
    () => nextTaskDueMs(sandbox),
    () => runDueTasks(sandbox, taskHandlers),
  );
  wake.deliveries = () => deliveries.wake();
  wake.tasks = () => tasks.wake();
  deliveries.wake();
  tasks.wake();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // Not `end`, which would listen again while the server is being closed.
    sandbox.outage.stop();
    deliveries.stop();
    tasks.stop();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    store.close();
  };
  return {
    url,
    controlUrl: `${url}/sandbox/`,
    apiKey: sandbox.config.apiKeys.test,
    liveApiKey: sandbox.config.apiKeys.live,
    brandId: sandbox.config.brandId,
    close: () => (closing ??= close()),
  };
}

export function createSandbox(
  store: Store,
  options: Omit<SandboxOptions, "port" | "databaseFile"> & { clock?: Sandbox["clock"] },
  url: string,
  outage: Sandbox["outage"],
  wake: Sandbox["wake"],
): Sandbox {
  const seed = options.seed ?? store.readValue<string>("seed") ?? crypto.randomUUID();
  store.writeValue("seed", seed);
  const random = createRandomSource(store, seed);
  const clock = options.clock ?? createClock(store, options.timeScale ?? 1);
  const settings = createSettingsStore(store, options.settings ?? {});
  const saved = store.readValue<Partial<SandboxConfig>>("config");
  const config: SandboxConfig = {
    publicUrl: (options.publicUrl ?? url).replace(/\/$/, ""),
    apiKeys: options.apiKeys ??
      saved?.apiKeys ?? { test: `test-${random.token()}`, live: `live-${random.token()}` },
    brandId: options.brandId ?? saved?.brandId ?? random.uuid(),
    companyId: saved?.companyId ?? random.uuid(),
    accountId: saved?.accountId ?? random.uuid(),
    payoutFundsMinor: options.payoutFundsMinor ?? saved?.payoutFundsMinor ?? 100_000_000,
  };
  if (!Number.isSafeInteger(config.payoutFundsMinor))
    throw new RangeError("payoutFundsMinor must be a whole number of cents");
  store.writeValue("config", config);
  const requests = createRequestLog();
  return { config, store, clock, random, settings, requests, wake, outage };
}

async function listen(
  server: ReturnType<typeof createServer>,
  port: number,
  host: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
