import type { Stack } from "@revio-wallet/dev/stack";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** As the setup of the `e2e` project provides it. */
    stack: Omit<Stack, "stop" | "inviteFirstOperator">;
  }
}

/** PostgreSQL, sandbox, built API and worker, each in a process of its own. */
export const stack = inject("stack");
