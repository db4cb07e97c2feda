import type { Stack } from "@revio-wallet/dev/stack";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    stack: Omit<Stack, "stop" | "inviteFirstOperator">;
  }
}

/** PostgreSQL, sandbox, built API, worker and console, each in a process of its own. */
export const stack = inject("stack");
