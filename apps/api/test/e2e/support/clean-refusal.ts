import type { ErrorCode } from "@revio-wallet/core/errors";
import { expect } from "vitest";
import type { Answer } from "./wallet-client.ts";

/** Stands in every bad value; no answer may repeat it. */
export const canary = "CANARY-5fd1";

/** Traces of what is behind the API. */
const internals =
  /\bat .*\(|node_modules|\/work\/|\.next|\.ts\b|\.js\b|\bSELECT\b|\bINSERT\b|relation "|violates|syntax error|Zod|zod|TRPCError|DatabaseError|prisma|pgboss|stack"/;

/** A typed error, and nothing of what is behind it or was in the request. */
export function expectCleanRefusal(answer: Answer, ...codes: ErrorCode[]): void {
  expect(answer.raw).not.toContain(canary);
  expect(answer.raw).not.toMatch(internals);
  expect(answer.error, answer.raw).toBeDefined();
  expect(codes, answer.raw).toContain(answer.error?.appCode);
  expect(answer.error?.requestId).toBe(answer.headers.get("x-request-id"));
  expect(answer.error?.message.length).toBeGreaterThan(5);
  expect(answer.headers.get("cache-control")).toContain("no-store");
}
