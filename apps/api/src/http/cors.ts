const allowedHeaders = [
  "authorization",
  "content-type",
  "trpc-accept",
  "x-trpc-source",
  "idempotency-key",
  "x-request-id",
  "traceparent",
  "baggage",
  "last-event-id",
].join(", ");

const exposedHeaders = [
  "x-request-id",
  "retry-after",
  "ratelimit",
  "ratelimit-policy",
  "server-timing",
  "idempotent-replayed",
].join(", ");

/**
 * CORS headers of an answer. An origin is allowed if it is on the list, letter by letter; there is no wildcard, no pattern,
 * and no reflection. Without credentials: tokens travel in the Authorization header.
 */
export function corsHeaders(
  origin: string | null,
  allowedOrigins: readonly string[],
): Record<string, string> {
  const headers: Record<string, string> = { vary: "Origin" };
  if (origin === null || !allowedOrigins.includes(origin)) return headers;
  return {
    ...headers,
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposedHeaders,
  };
}

/** Answer to a preflight; without the allow headers for an origin that is not on the list. */
export function preflightResponse(
  origin: string | null,
  allowedOrigins: readonly string[],
): Response {
  const headers = corsHeaders(origin, allowedOrigins);
  if ("access-control-allow-origin" in headers) {
    headers["access-control-allow-methods"] = "GET, POST";
    headers["access-control-allow-headers"] = allowedHeaders;
    headers["access-control-max-age"] = "86400";
  }
  return new Response(null, { status: 204, headers });
}
