import { endOnDefect } from "./end-on-defect.ts";
import { expectedSchemaVersion, readEnv } from "./env.ts";
import { requireFitDatabase } from "./fit-database.ts";
import { guardHttpServer } from "@revio-wallet/web-server/guard-http-server";
import { captureUnexpected, flushSentry, startSentry } from "./sentry.ts";
import { getWebServices, type WebServices } from "./web-services.ts";

let isStopping = false;

/** Reads the environment and builds everything; a process that cannot work ends here, with the reason in one message. */
export async function startWebProcess(): Promise<void> {
  try {
    const env = readEnv();
    startSentry({ dsn: env.SENTRY_DSN });
    guardHttpServer({
      trustedProxyHops: env.TRUSTED_PROXY_HOPS,
      isStopping: () => isStopping,
    });
    const services = await getWebServices();
    endOnDefect(services.log);
    stopStreamsOnSignals(services);
    await requireFitDatabase(services, expectedSchemaVersion());
    // In the background: without a database the process still answers, and says that it is not ready.
    services.startQueue().catch((error: unknown) => {
      services.log.warn({ error }, "the job queue is not there yet");
    });
    services.log.info({}, "api ready");
  } catch (error) {
    process.stderr.write(
      `The API cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  }
}

/** Next.js stops taking requests and waits for those under way; live streams would let it wait for minutes. */
function stopStreamsOnSignals(services: WebServices): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      isStopping = true;
      services.log.info({ signal }, "api stopping: open requests may finish");
      void services.transactionEvents.close();
    });
  }
}

export async function reportRequestError(
  error: unknown,
  tags: { requestId: string; where: string },
): Promise<void> {
  const { log } = await getWebServices();
  log.error({ error, ...tags }, "request failed outside of our routes");
  captureUnexpected(error, tags);
  await flushSentry();
}
