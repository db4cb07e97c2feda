/**
 * What an error of a call says about itself. By shape and not by class: two copies of tRPC in one page have two classes.
 * Internal to this package; partners use `./errors`.
 */
interface CallErrorLike {
  readonly name: "TRPCClientError";
  readonly message: string;
  readonly data?: { readonly [key: string]: unknown } | null;
  readonly meta?: { readonly response?: ResponseLike } | undefined;
  readonly cause?: {
    readonly name?: unknown;
    /** Of an event stream's error: the HTTP status. */
    readonly code?: unknown;
    readonly response?: ResponseLike;
  };
}

interface ResponseLike {
  readonly status?: unknown;
  readonly headers?: { get?(name: string): string | null };
}

/** Whether a call of the client threw it, with or without an answer of the server. */
export function isCallError(error: unknown): error is CallErrorLike {
  return error instanceof Error && error.name === "TRPCClientError";
}

function responseOf(error: CallErrorLike): ResponseLike | undefined {
  return error.meta?.response ?? error.cause?.response;
}

/** The stable code, if the API itself answered. */
export function appCodeOf(error: unknown): string | undefined {
  if (!isCallError(error)) return undefined;
  const code = error.data?.["appCode"];
  return typeof code === "string" ? code : undefined;
}

/** The HTTP status, whoever answered: the API, a proxy before it, or the server of a stream. */
export function statusOf(error: unknown): number | undefined {
  if (!isCallError(error)) return undefined;
  const candidates = [error.data?.["httpStatus"], responseOf(error)?.status, error.cause?.code];
  return candidates.find((status): status is number => typeof status === "number");
}

/** How long the server asks to wait: from the error, else from `Retry-After` in seconds or as a date. */
export function retryAfterMsOf(error: unknown, nowMs: number): number | undefined {
  if (!isCallError(error)) return undefined;
  const ms = error.data?.["retryAfterMs"];
  if (typeof ms === "number" && ms >= 0) return ms;
  const header = responseOf(error)?.headers?.get?.("retry-after");
  if (header === undefined || header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** The access token is missing, has run out, or its session is over. Not: a wrong password. */
export function isUnauthenticated(error: unknown): boolean {
  const code = appCodeOf(error);
  // An event stream cannot show more than the status of its refusal.
  return code === undefined ? statusOf(error) === 401 : code === "UNAUTHENTICATED";
}

const retryableStatuses = new Set([429, 502, 503, 504]);

/** Whether the same call may work in a moment: nobody answered, somebody is busy, or the answer says so. */
export function isWorthRepeating(error: unknown): boolean {
  if (!isCallError(error)) return false;
  if (error.data?.["retryable"] === true) return true;
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return retryableStatuses.has(status);
  if (appCodeOf(error) !== undefined) return false;
  // Without a status nobody answered; with a good one the answer broke off.
  return error.cause?.name !== "AbortError";
}
