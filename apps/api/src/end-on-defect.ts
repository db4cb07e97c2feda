import type { Log } from "@revio-wallet/core/context";
import { captureUnexpected, flushSentry } from "./sentry.ts";

/**
 * An error that nobody caught leaves the process in a state that nobody knows: it ends, half alive is worse than dead. The
 * orchestrator starts another; whatever was under way is in the tables.
 */
export function endOnDefect(log: Log): void {
  const end = (kind: string) => (error: unknown) => {
    log.error({ error, kind }, "CRITICAL: an error that nobody caught; the process ends");
    captureUnexpected(error, { requestId: "none", where: kind });
    // The last lines of the log are still on their way.
    setTimeout(() => process.exit(1), 200);
    void flushSentry();
  };
  process.on("unhandledRejection", end("unhandledRejection"));
  process.on("uncaughtException", end("uncaughtException"));
}
