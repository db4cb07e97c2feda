// This file is compiled for the edge runtime too, and only this literal condition keeps Node.js code out of there.
/* oxlint-disable node/no-process-env */

/** Once per server process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startConsole } = await import("./start-console.ts");
    startConsole();
  }
}
