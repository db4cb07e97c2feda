import type { TestProject } from "vitest/node";
import { startStack, type Stack } from "./stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Addresses and keys of the running stack. */
    stack: Omit<Stack, "stop" | "inviteFirstOperator">;
  }
}

/** vitest global setup of the projects `e2e` and `console`, one stack for each: the whole product, on ports of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const {
    stop,
    inviteFirstOperator: _,
    ...stack
  } = await startStack({
    log: (line) => console.log(line),
    ports: { api: 0, console: 0, sandbox: 0, postgres: 0 },
    timeScale: 60,
    // Callers choose the address that they seem to have, so that limits per address hold without getting in the way.
    // Outages are short here, so their pauses are too, and what waits for their end is noticed soon.
    settings: {
      TRUSTED_PROXY_HOPS: "1",
      REVIO_TIMEOUT_SECONDS: "5",
      JOB_POLL_SECONDS: "0.5",
      REVIO_PAUSE_SECONDS: "0.5",
      REVIO_KEY_REFUSED_PAUSE_SECONDS: "1",
    },
    onUnexpectedExit: (name, explanation) =>
      console.error(`The ${name} ended during the tests. ${explanation}`),
  });
  project.provide("stack", stack);
  return stop;
}
