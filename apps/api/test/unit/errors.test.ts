import {
  DomainError,
  type ErrorCode,
  errorCodes,
  InvariantViolation,
} from "@revio-wallet/core/errors";
import { CommitOutcomeUnknown } from "@revio-wallet/db/with-transaction";
import { TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from "@trpc/server/rpc";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { DatabaseError } from "pg";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toAppError, toErrorData, trpcCodes } from "../../src/trpc/errors.ts";

const canary = `canary-${Math.random().toString(36).slice(2)}`;

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError(`Key (email)=(${canary}) already exists`, 1, "error");
  error.code = code;
  error.detail = canary;
  return error;
}

const wrapped = (cause: unknown, code: TRPC_ERROR_CODE_KEY = "INTERNAL_SERVER_ERROR") =>
  new TRPCError({ code, message: canary, cause });

describe("toAppError", () => {
  test.each(Object.keys(errorCodes) as ErrorCode[])("passes %s on with its message", (code) => {
    const error = wrapped(new DomainError(code, "Said to people.", { retryAfterMs: 2_500 }));
    const appError = toAppError(error);
    expect(appError).toMatchObject({ code, message: "Said to people.", retryAfterMs: 2_500 });
    const data = toErrorData(appError, { path: "a.b", requestId: "r" });
    expect(data).toEqual({
      code: trpcCodes[code],
      httpStatus: errorCodes[code].httpStatus,
      path: "a.b",
      appCode: code,
      retryable: errorCodes[code].retryable,
      retryAfterMs: 2_500,
      requestId: "r",
    });
  });

  test.each(Object.keys(errorCodes) as ErrorCode[])(
    "%s has the tRPC code of its HTTP status",
    (code) => {
      const status = getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodes[code] }));
      expect(status).toBe(errorCodes[code].httpStatus);
    },
  );

  test("knows a domain error of another copy of the class", () => {
    class DomainErrorOfAnotherBundle extends Error {
      override readonly name = "DomainError";
      readonly code = "LIMIT_EXCEEDED";
      readonly retryAfterMs = undefined;
    }
    expect(toAppError(wrapped(new DomainErrorOfAnotherBundle("Too much."))).code).toBe(
      "LIMIT_EXCEEDED",
    );
  });

  test("a commit with unknown outcome is neither done nor failed", () => {
    const appError = toAppError(wrapped(new CommitOutcomeUnknown(canary)));
    expect(appError).toMatchObject({ code: "OUTCOME_UNKNOWN", unexpected: true });
    expect(appError.message).toContain("same idempotency key");
  });

  test.each(["40001", "40P01", "55P03", "57014", "57P01", "57P03", "53300", "08006", "25P03"])(
    "SQLSTATE %s means busy",
    (code) => {
      expect(toAppError(wrapped(databaseError(code)))).toMatchObject({
        code: "BUSY",
        unexpected: false,
      });
    },
  );

  test.each(["23505", "23514", "42501", "22P02", "42P01", "P0001"])(
    "SQLSTATE %s is our defect",
    (code) => {
      expect(toAppError(wrapped(databaseError(code)))).toMatchObject({
        code: "INTERNAL",
        unexpected: true,
      });
    },
  );

  test("no connection to the database means busy", () => {
    const refused = Object.assign(new Error(`connect ECONNREFUSED ${canary}`), {
      code: "ECONNREFUSED",
      syscall: "connect",
    });
    for (const error of [
      refused,
      new Error("timeout exceeded when trying to connect"),
      new Error("Connection terminated unexpectedly"),
    ]) {
      expect(toAppError(wrapped(error)).code).toBe("BUSY");
    }
  });

  test("an input that breaks its schema is told by field, without values", () => {
    const schema = z.strictObject({ amountMinor: z.bigint(), kinds: z.array(z.enum(["a"])) });
    const { error } = schema.safeParse({ amountMinor: canary, kinds: [canary], extra: canary });
    const appError = toAppError(wrapped(error, "BAD_REQUEST"));
    expect(appError.code).toBe("INVALID_INPUT");
    expect(appError.fieldErrors?.map(({ path }) => path).sort()).toEqual([
      "amountMinor",
      "extra",
      "kinds.0",
    ]);
    expect(JSON.stringify(appError)).not.toContain(canary);
  });

  test("names of unknown fields are cut short, and there are not many", () => {
    const extra = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`${"x".repeat(500)}${n}`, 1]),
    );
    const { error } = z.strictObject({}).safeParse(extra);
    const { fieldErrors = [] } = toAppError(wrapped(error, "BAD_REQUEST"));
    expect(fieldErrors).toHaveLength(20);
    expect(fieldErrors.every(({ path }) => path.length <= 50)).toBe(true);
  });

  test("an output that breaks its schema is our defect", () => {
    const { error } = z.object({ id: z.string() }).safeParse({});
    expect(toAppError(wrapped(error))).toMatchObject({ code: "INTERNAL", unexpected: true });
  });

  test.each(Object.keys(TRPC_ERROR_CODES_BY_KEY) as TRPC_ERROR_CODE_KEY[])(
    "%s raised by tRPC itself becomes one of our codes, without its words",
    (code) => {
      const appError = toAppError(new TRPCError({ code, message: canary }));
      expect(errorCodes).toHaveProperty(appError.code);
      expect(appError.message).not.toContain(canary);
    },
  );

  test.each([
    ["PARSE_ERROR", "INVALID_INPUT"],
    ["BAD_REQUEST", "INVALID_INPUT"],
    ["METHOD_NOT_SUPPORTED", "INVALID_INPUT"],
    ["NOT_FOUND", "NOT_FOUND"],
    ["UNSUPPORTED_MEDIA_TYPE", "UNSUPPORTED_MEDIA_TYPE"],
    ["PAYLOAD_TOO_LARGE", "PAYLOAD_TOO_LARGE"],
    ["INTERNAL_SERVER_ERROR", "INTERNAL"],
  ] as const)("tRPC's %s is our %s", (trpcCode, code) => {
    expect(toAppError(new TRPCError({ code: trpcCode })).code).toBe(code);
  });

  test("everything else says nothing", () => {
    for (const error of [
      new Error(canary),
      new InvariantViolation(canary),
      canary,
      null,
      undefined,
      { message: canary, name: "DomainError", code: "FORBIDDEN" },
    ]) {
      const appError = toAppError(error);
      expect(appError).toMatchObject({ code: "INTERNAL", unexpected: true });
      expect(JSON.stringify(appError)).not.toContain(canary);
    }
  });
});
