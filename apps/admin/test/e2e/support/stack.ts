import type { Stack } from "@revio-wallet/dev/stack";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    stack: Omit<Stack, "stop" | "inviteFirstOperator">;
  }
}

/** The product as it runs for these tests. */
export const stack = inject("stack");
