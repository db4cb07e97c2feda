import type { RevioClient } from "@revio-wallet/revio-client/create-revio-client";
import { createRevio, createServices, type Services } from "./context.ts";
import { readEnv } from "./env.ts";
import { createLog } from "./log.ts";
import { TransactionEventListener } from "./transaction-event-listener.ts";
import { createMissingQueues } from "./worker/registry.ts";

/** The services of the web process. */
export interface WebServices extends Services {
  transactionEvents: TransactionEventListener;
}

/** Each route is a bundle of its own and development reloads modules; the process has one of these all the same. */
const holder = globalThis as { [key: symbol]: Promise<WebServices> | undefined };
const key = Symbol.for("revio-wallet.web-services");

/**
 * The bundle's own client. A bundle has its own copy of every class of ours: an error thrown by the client of another
 * bundle would be no instance of the RevioError that this one catches, and an outage would pass for a defect.
 */
let revio: RevioClient | undefined;

export async function getWebServices(): Promise<WebServices> {
  holder[key] ??= createWebServices();
  const shared = await holder[key];
  const ownRevio = (revio ??= createRevio(shared));
  return { ...shared, contextFor: (call) => ({ ...shared.contextFor(call), revio: ownRevio }) };
}

async function createWebServices(): Promise<WebServices> {
  const env = readEnv();
  const log = createLog({ name: "api", level: env.LOG_LEVEL });
  const services = await createServices({
    env,
    role: "api",
    log,
    // On a new database the API may be first, and a deposit adds a job.
    afterQueueStart: createMissingQueues,
  });
  const transactionEvents = new TransactionEventListener({
    connectionString: env.DATABASE_URL,
    log,
  });
  return { ...services, transactionEvents };
}
