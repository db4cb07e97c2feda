import { errorCodes as coreCodes } from "@revio-wallet/core/errors";
import { TRPCClientError } from "@trpc/client";
import { describe, expect, test } from "vitest";
import {
  errorAdvice,
  errorCodes,
  isApiError,
  isRetryable,
  moneyMayHaveMoved,
  userMessage,
} from "../../src/errors.ts";
import type { ErrorData } from "../../src/generated/contract.ts";

function apiError(data: Partial<Omit<ErrorData, "appCode">> & { appCode: string }): Error {
  const shape = { message: "internal words", code: -32000, data };
  return TRPCClientError.from({ error: shape } as never);
}

describe("codes", () => {
  test("are exactly those of the API", () => {
    expect([...errorCodes].sort()).toEqual(Object.keys(coreCodes).sort());
  });

  test.for(Object.entries(errorAdvice))("%s has a sentence for users", ([code, { message }]) => {
    expect(message).toMatch(/^[A-Z].{10,}\.$/);
    expect(message).not.toContain(code);
    expect(message).not.toMatch(/idempotency|server error|token|payload/i);
  });

  test("what says that nothing happened is not what says that it is not known", () => {
    const unsure = errorCodes.filter((code) => moneyMayHaveMoved(code));
    expect(unsure.sort()).toEqual(["IDEMPOTENCY_IN_PROGRESS", "INTERNAL", "OUTCOME_UNKNOWN"]);
  });

  test("no final refusal leaves a doubt", () => {
    for (const code of errorCodes) {
      if (coreCodes[code].final) expect([code, moneyMayHaveMoved(code)]).toEqual([code, false]);
    }
  });
});

describe("errors of a call", () => {
  test.for(errorCodes)("%s: retryable is the server's word", (code) => {
    const { httpStatus, retryable } = coreCodes[code];
    const error = apiError({ appCode: code, httpStatus, retryable });
    expect(isApiError(error)).toBe(true);
    expect(isRetryable(error)).toBe(retryable);
    expect(userMessage(error)).toBe(errorAdvice[code].message);
  });

  test("a code of a newer API is an API error with a sentence of its own, and leaves a doubt", () => {
    const error = apiError({ appCode: "SOMETHING_NEW", httpStatus: 422, retryable: false });
    expect(isApiError(error)).toBe(true);
    expect(moneyMayHaveMoved("SOMETHING_NEW")).toBe(true);
    expect(moneyMayHaveMoved("toString")).toBe(true);
    expect(userMessage(error)).toBe("Something went wrong. Please try again later.");
  });

  test("without an answer: retryable, money may have moved, and the user hears of the connection", () => {
    const error = TRPCClientError.from(new TypeError("fetch failed"));
    expect(isApiError(error)).toBe(false);
    expect(isRetryable(error)).toBe(true);
    expect(moneyMayHaveMoved(undefined)).toBe(true);
    expect(userMessage(error)).toMatch(/connection/);
  });

  test.for([new Error("mine"), undefined, "text", { data: { appCode: "BUSY" } }, null])(
    "%o is none of them",
    (thing) => {
      expect(isApiError(thing)).toBe(false);
      expect(isRetryable(thing)).toBe(false);
      expect(userMessage(thing)).toBe("Something went wrong. Please try again later.");
    },
  );
});
