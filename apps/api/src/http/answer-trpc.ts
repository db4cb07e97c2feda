import { DomainError } from "@revio-wallet/core/errors";
import { authenticateOperator } from "@revio-wallet/core/operator-session/authenticate-operator";
import type { OperatorSession } from "@revio-wallet/core/operator-session/operator-session";
import { authenticate } from "@revio-wallet/core/session/authenticate";
import type { Actor } from "@revio-wallet/core/context";
import type { AnyTRPCRouter } from "@trpc/server";
import { type FetchCreateContextFnOptions, fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { captureUnexpected } from "../sentry.ts";
import { toAppError } from "../trpc/errors.ts";
import type { Credentials, TrpcContext } from "../trpc/trpc-context.ts";
import type { WebServices } from "../web-services.ts";
import { clientAddressOf } from "@revio-wallet/web-server/guard-http-server";
import { bodyError, retryAfterHeader, trpcErrorAnswer } from "./error-answer.ts";
import { afterRefusedBody, readJsonBytes } from "@revio-wallet/web-server/read-body";
import { currentRequestId, requestIdOf } from "./request-id.ts";

const maxBodyBytes = 64 * 1024;
const maxBatchSize = 10;

/**
 * Answers one tRPC request: bounds the body, hands the request to the router, and sets the headers that every answer has.
 */
export async function answerTrpc(
  request: Request,
  options: {
    router: AnyTRPCRouter;
    endpoint: string;
    credentials: Credentials;
    services: WebServices;
  },
): Promise<Response> {
  const startedAt = performance.now();
  const requestId = requestIdOf(request.headers);
  const answer = await currentRequestId.run(requestId, () => handle(request, requestId, options));
  const headers = new Headers(answer.headers);
  headers.set("x-request-id", requestId);
  // tRPC gives none to an error that it meets before the procedures are known.
  if (headers.get("content-type")?.startsWith("text/plain") === true) {
    headers.set("content-type", "application/json");
  }
  headers.set("server-timing", `app;dur=${(performance.now() - startedAt).toFixed(1)}`);
  headers.set("cache-control", "no-store, no-transform");
  return new Response(answer.body, { status: answer.status, headers });
}

async function handle(
  request: Request,
  requestId: string,
  options: Parameters<typeof answerTrpc>[1],
): Promise<Response> {
  const { router, endpoint, credentials, services } = options;
  const bounded = await boundBody(request);
  if ("refused" in bounded) {
    return trpcErrorAnswer(bodyError(bounded.refused), requestId, afterRefusedBody);
  }
  return fetchRequestHandler({
    router,
    endpoint,
    req: bounded.request,
    maxBatchSize,
    allowMethodOverride: false,
    createContext: (call) => createTrpcContext(call, { requestId, credentials, services }),
    responseMeta: ({ errors }) => {
      const waits = errors.map((error) => toAppError(error).retryAfterMs ?? 0);
      const longest = Math.max(0, ...waits);
      return { headers: new Headers(retryAfterHeader(longest === 0 ? undefined : longest)) };
    },
    onError: ({ error, path }) => {
      if (!toAppError(error).unexpected) return;
      captureUnexpected(error.cause ?? error, { requestId, where: path ?? "request" });
    },
  });
}

/** The same request with a body of known size; GET requests have none. */
async function boundBody(
  request: Request,
): Promise<
  { request: Request } | Extract<Awaited<ReturnType<typeof readJsonBytes>>, { refused: string }>
> {
  if (request.method !== "POST") return { request };
  const read = await readJsonBytes(request, maxBodyBytes);
  if ("refused" in read) return read;
  const { url, method, headers, signal } = request;
  return {
    request: new Request(url, { method, headers, signal, body: new Uint8Array(read.bytes) }),
  };
}

function createTrpcContext(
  { req, resHeaders, info }: FetchCreateContextFnOptions,
  request: { requestId: string; credentials: Credentials; services: WebServices },
): TrpcContext {
  const { requestId, credentials, services } = request;
  if (info.type === "mutation" && info.calls.length > 1) {
    // Each changes something: its answer, its headers and its repetition are its own.
    throw new DomainError("INVALID_INPUT", "Send one mutation per request.");
  }
  let operator: Promise<OperatorSession> | undefined;
  let user: Promise<Extract<Actor, { kind: "user" }>> | undefined;
  const isStream = info.type === "subscription";
  const anonymous = services.contextFor({ actor: { kind: "system", id: "anonymous" }, requestId });
  const lookUp = () => {
    const token = credentials.kind === "partner" ? credentials.accessToken : undefined;
    if (token === undefined) throw new DomainError("UNAUTHENTICATED", "Sign in first.");
    return authenticate(anonymous, token);
  };
  return {
    requestId,
    clientAddress:
      credentials.kind === "operator"
        ? (credentials.address ?? "unknown")
        : clientAddressOf(req.headers),
    userAgent: req.headers.get("user-agent") ?? undefined,
    credentials,
    settings: services.env,
    log: services.log,
    transactionEvents: services.transactionEvents,
    coreFor: (actor) => services.contextFor({ actor, requestId }),
    setHeader: (name, value) => resHeaders.set(name, value),
    authenticateOperator: async () => {
      // The same for streams; and watching is no use that keeps a session from ending.
      if (isStream) {
        return authenticateOperator(anonymous, sessionTokenOf(credentials), { isUse: false });
      }
      operator ??= authenticateOperator(anonymous, sessionTokenOf(credentials));
      return operator;
    },
    authenticate: async () => {
      // A stream lives for minutes: a session that has ended meanwhile must be noticed.
      if (isStream) return lookUp();
      user ??= Promise.resolve().then(lookUp);
      return user;
    },
  };
}

/** @throws DomainError UNAUTHENTICATED */
function sessionTokenOf(credentials: Credentials): string {
  const token = credentials.kind === "operator" ? credentials.sessionToken : undefined;
  if (token === undefined) throw new DomainError("UNAUTHENTICATED", "Sign in first.");
  return token;
}

/** The token of an Authorization header; undefined without one, or with another scheme. */
export function bearerToken(headers: Headers): string | undefined {
  return /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(headers.get("authorization") ?? "")?.[1];
}
