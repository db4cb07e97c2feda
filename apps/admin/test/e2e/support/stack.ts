import type {} from "@revio-wallet/dev/vitest-stack";
import { inject } from "vitest";

/** The product as it runs for these tests. */
export const stack = inject("stack");
