import { DomainError } from "@revio-wallet/core/errors";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { serialize } from "superjson";
import { toAppError, toErrorData } from "../trpc/errors.ts";
import type { BodyRefusal } from "@revio-wallet/web-server/read-body";

const refusals = {
  too_large: ["PAYLOAD_TOO_LARGE", "The request is too large."],
  encoded: ["UNSUPPORTED_MEDIA_TYPE", "Send application/json, without a content encoding."],
  wrong_type: ["UNSUPPORTED_MEDIA_TYPE", "Send application/json, without a content encoding."],
} as const satisfies Record<BodyRefusal, readonly [string, string]>;

export function bodyError(refused: BodyRefusal): DomainError {
  const [code, message] = refusals[refused];
  return new DomainError(code, message);
}

/** The answer to a request that never reached tRPC, in the form that tRPC clients read. */
export function trpcErrorAnswer(
  error: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const appError = toAppError(error);
  const data = toErrorData(appError, { path: undefined, requestId });
  const shape = { code: TRPC_ERROR_CODES_BY_KEY[data.code], message: appError.message, data };
  return Response.json(
    { error: serialize(shape) },
    {
      status: data.httpStatus,
      headers: { ...headers, ...retryAfterHeader(appError.retryAfterMs) },
    },
  );
}

export function retryAfterHeader(retryAfterMs: number | undefined): Record<string, string> {
  if (retryAfterMs === undefined) return {};
  return { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) };
}

/** What every address answers that we do not have, and every one that the caller may not know of. */
export function notFoundAnswer(): Response {
  return Response.json({ error: "not_found" }, { status: 404 });
}
