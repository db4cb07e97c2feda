import { randomUUID } from "node:crypto";

/** The caller's id of a request if it is harmless in a log line and a header, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : randomUUID();
}
