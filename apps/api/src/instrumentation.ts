import type { Instrumentation } from "next";

// This file is compiled for the edge runtime too, and only this literal condition keeps Node.js code out of there.
/* oxlint-disable node/no-process-env */

/** Once per server process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startWebProcess } = await import("./start-web-process.ts");
    await startWebProcess();
  }
}

/** What Next.js itself catches: an error that no route of ours turned into an answer. */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { reportRequestError } = await import("./start-web-process.ts");
    await reportRequestError(error, { requestId: "unknown", where: context.routePath });
  }
};
