import type { Stack } from "@revio-wallet/dev/stack";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Addresses and keys of the running stack. */
    stack: Omit<Stack, "stop">;
  }
}

/** The stack that the global setup started: PostgreSQL, sandbox, built API, worker. */
export const stack = inject("stack");
