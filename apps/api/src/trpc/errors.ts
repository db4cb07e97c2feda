import { type ErrorCode, errorCodes } from "@revio-wallet/core/errors";
import { DatabaseError } from "pg";
import { TRPCError } from "@trpc/server";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server/rpc";
import { ZodError } from "zod";

/** What was wrong with one field of the input; never its value. */
interface FieldError {
  /** "amountMinor", "statuses.0"; empty for the input as a whole. */
  path: string;
  message: string;
}

/** An error as its caller may know it. */
export interface AppError {
  code: ErrorCode;
  message: string;
  retryAfterMs?: number;
  fieldErrors?: FieldError[];
  /** Nobody foresaw it: log it in full, and raise an alarm. */
  unexpected: boolean;
}

/** The tRPC code that goes with each of ours. */
export const trpcCodes: Record<ErrorCode, TRPC_ERROR_CODE_KEY> = {
  INVALID_INPUT: "BAD_REQUEST",
  UNAUTHENTICATED: "UNAUTHORIZED",
  INVALID_CREDENTIALS: "UNAUTHORIZED",
  TOTP_REQUIRED: "UNAUTHORIZED",
  USER_SUSPENDED: "FORBIDDEN",
  STEP_UP_REQUIRED: "FORBIDDEN",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  EMAIL_TAKEN: "CONFLICT",
  DUPLICATE: "CONFLICT",
  WRONG_STATE: "CONFLICT",
  IDEMPOTENCY_IN_PROGRESS: "CONFLICT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  IDEMPOTENCY_KEY_REUSED: "UNPROCESSABLE_CONTENT",
  INSUFFICIENT_FUNDS: "UNPROCESSABLE_CONTENT",
  LIMIT_EXCEEDED: "UNPROCESSABLE_CONTENT",
  OUTGOING_FROZEN: "UNPROCESSABLE_CONTENT",
  PROVIDER_REJECTED: "UNPROCESSABLE_CONTENT",
  RATE_LIMITED: "TOO_MANY_REQUESTS",
  PROVIDER_UNAVAILABLE: "SERVICE_UNAVAILABLE",
  OUTCOME_UNKNOWN: "SERVICE_UNAVAILABLE",
  BUSY: "SERVICE_UNAVAILABLE",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

const unreadable = "The request is not JSON in the form that tRPC with superjson expects.";

/** What tRPC refuses by itself, before a procedure runs. Codes that it never raises by itself stand for defects of ours. */
const ownRefusals: Partial<Record<TRPC_ERROR_CODE_KEY, { code: ErrorCode; message: string }>> = {
  PARSE_ERROR: { code: "INVALID_INPUT", message: unreadable },
  BAD_REQUEST: { code: "INVALID_INPUT", message: unreadable },
  METHOD_NOT_SUPPORTED: {
    code: "INVALID_INPUT",
    message: "Use GET for queries and subscriptions, POST for mutations.",
  },
  NOT_FOUND: { code: "NOT_FOUND", message: "There is no such procedure." },
  PAYLOAD_TOO_LARGE: { code: "PAYLOAD_TOO_LARGE", message: "The request is too large." },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "UNSUPPORTED_MEDIA_TYPE",
    message: "Send application/json, without a content encoding.",
  },
};

/** The one place where an error becomes an answer. */
export function toAppError(error: unknown): AppError {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (isDomainError(cause)) {
    const { code, message, retryAfterMs } = cause;
    return {
      code,
      message,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      unexpected: code === "INTERNAL",
    };
  }
  if (isNamed(cause, "CommitOutcomeUnknown")) {
    return {
      code: "OUTCOME_UNKNOWN",
      message:
        "It is not known yet whether this was done. Ask again with the same idempotency key: it will not be done twice.",
      retryAfterMs: 1_000,
      unexpected: true,
    };
  }
  if (isDatabaseBusy(cause)) {
    return {
      code: "BUSY",
      message: "The service is busy and nothing was done. Try again in a moment.",
      retryAfterMs: 1_000,
      unexpected: false,
    };
  }
  if (error instanceof TRPCError) {
    // The same class is thrown for an output that breaks its contract, as INTERNAL_SERVER_ERROR: that is our defect.
    if (error.code === "BAD_REQUEST" && cause instanceof ZodError) {
      return {
        code: "INVALID_INPUT",
        message: "Some fields are missing or not valid.",
        fieldErrors: toFieldErrors(cause),
        unexpected: false,
      };
    }
    const refusal = ownRefusals[error.code];
    if (refusal !== undefined) return { ...refusal, unexpected: false };
  }
  return {
    code: "INTERNAL",
    message: "Something went wrong on our side. Quote the request id if you contact support.",
    unexpected: true,
  };
}

interface DomainErrorLike {
  code: ErrorCode;
  message: string;
  retryAfterMs: number | undefined;
}

/** By name, not by class: a bundle may hold a second copy of the class. */
function isDomainError(error: unknown): error is DomainErrorLike {
  if (!isNamed(error, "DomainError")) return false;
  return ((error as { code?: unknown }).code as string) in errorCodes;
}

function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

/**
 * Conflicts that outlived their repetitions, lock and statement time-outs, no connection to be had. In each case the
 * database transaction was not committed: a connection lost during COMMIT has an error of its own.
 */
const busySqlStates = /^(40001|40P01|55P03|57014|57P01|57P02|57P03|53\d{3}|08\d{3}|25P03)$/;
const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

function isDatabaseBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (error instanceof DatabaseError) return busySqlStates.test(error.code ?? "");
  if (typeof code === "string") return unreachable.has(code) && typeof syscall === "string";
  // pg gives these no code.
  return /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed)/.test(
    error.message,
  );
}

/** Paths and reasons, at most twenty. Names of unknown fields are the caller's words, so they are cut short. */
function toFieldErrors(error: ZodError): FieldError[] {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join(".").slice(0, 100);
    if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: [path, key.slice(0, 50)].filter((part) => part !== "").join("."),
      message: "This field is not known.",
    }));
  });
  return errors.slice(0, 20);
}

/** What clients read in `error.data`; they switch on `appCode`, never on text. */
export interface ErrorData {
  code: TRPC_ERROR_CODE_KEY;
  httpStatus: number;
  /** Absent if the request never got to a procedure. */
  path?: string;
  appCode: ErrorCode;
  retryable: boolean;
  retryAfterMs?: number;
  requestId: string;
  fieldErrors?: FieldError[];
}

export function toErrorData(
  error: AppError,
  request: { path: string | undefined; requestId: string },
): ErrorData {
  const { httpStatus, retryable } = errorCodes[error.code];
  return {
    code: trpcCodes[error.code],
    httpStatus,
    ...(request.path === undefined ? {} : { path: request.path.slice(0, 100) }),
    appCode: error.code,
    retryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    requestId: request.requestId,
    ...(error.fieldErrors === undefined ? {} : { fieldErrors: error.fieldErrors }),
  };
}
