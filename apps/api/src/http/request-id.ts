import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** The id of the request under way, for errors that arise before there is a context. */
export const currentRequestId = new AsyncLocalStorage<string>();

/** The caller's id of a request if it is harmless in a log line and a header, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : randomUUID();
}
