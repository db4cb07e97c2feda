import { type NetworkFailure, classifyNetworkFailure } from "./network-failure.ts";

export type Fetch = typeof globalThis.fetch;

export interface Failure {
  reason: NetworkFailure["reason"] | "timeout" | "aborted";
  networkCode: string | null;
  /** False only when it is proven that no byte of the request left. */
  maybeSent: boolean;
}

export type BodyRead =
  | { kind: "text"; text: string; isJson: boolean }
  | { kind: "broken"; failure: Failure }
  | { kind: "too_large" }
  | { kind: "not_utf8" };

export type Exchange =
  | { kind: "failed"; failure: Failure }
  | { kind: "answered"; status: number; retryAfter: string | null; body: BodyRead };

/** One timer over connect, headers and body, joined with the caller's signal. */
export interface Deadline {
  signal: AbortSignal;
  /** What a thrown error means, given who aborted. */
  explain: (thrown: unknown) => Failure;
  clear: () => void;
}

export function startDeadline(timeoutMs: number, callerSignal?: AbortSignal): Deadline {
  const timer = new AbortController();
  const handle = setTimeout(() => timer.abort(), timeoutMs);
  const signal = callerSignal ? AbortSignal.any([timer.signal, callerSignal]) : timer.signal;
  return {
    signal,
    explain: (thrown) => {
      if (timer.signal.aborted) return { reason: "timeout", networkCode: null, maybeSent: true };
      if (callerSignal?.aborted) return { reason: "aborted", networkCode: null, maybeSent: true };
      const failure = classifyNetworkFailure(thrown);
      return { ...failure, maybeSent: failure.reason === "connection_lost" };
    },
    clear: () => clearTimeout(handle),
  };
}

/** Options for every fetch: no redirect may carry the key away, no cache may answer for Revio. */
export const FETCH_SAFETY = {
  redirect: "manual",
  cache: "no-store",
  credentials: "omit",
  referrerPolicy: "no-referrer",
} as const satisfies RequestInit;

export async function discardBody(response: Response): Promise<void> {
  // The socket is given up; a failure to do so changes nothing about the answer.
  await response.body?.cancel().catch(() => undefined);
}

async function readCapped(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await discardBody(response);
    return null;
  }
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Counted after decompression, so that a small gzip cannot unfold into gigabytes.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readBody(
  response: Response,
  maxBytes: number,
  deadline: Deadline,
): Promise<BodyRead> {
  let bytes: Uint8Array | null;
  try {
    bytes = await readCapped(response, maxBytes);
  } catch (thrown) {
    return { kind: "broken", failure: { ...deadline.explain(thrown), maybeSent: true } };
  }
  if (bytes === null) return { kind: "too_large" };
  const contentType = response.headers.get("content-type") ?? "";
  const isJson = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isJson };
  } catch {
    return { kind: "not_utf8" };
  }
}

export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal | undefined;
}

function isRedirect(response: Response): boolean {
  return response.status === 0 || (response.status >= 300 && response.status < 400);
}

/** Sends one request and reads its whole answer. Never throws, never follows, never repeats. */
export async function exchange(fetch: Fetch, request: ExchangeRequest): Promise<Exchange> {
  if (request.signal?.aborted) {
    return { kind: "failed", failure: { reason: "aborted", networkCode: null, maybeSent: false } };
  }
  const deadline = startDeadline(request.timeoutMs, request.signal);
  try {
    const response = await fetch(request.url, {
      ...FETCH_SAFETY,
      method: request.method,
      headers: request.headers,
      signal: deadline.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const retryAfter = response.headers.get("retry-after");
    if (isRedirect(response)) {
      await discardBody(response);
      const status = response.status || 302;
      return {
        kind: "answered",
        status,
        retryAfter,
        body: { kind: "text", text: "", isJson: false },
      };
    }
    const body = await readBody(response, request.maxBytes, deadline);
    return { kind: "answered", status: response.status, retryAfter, body };
  } catch (thrown) {
    return { kind: "failed", failure: deadline.explain(thrown) };
  } finally {
    deadline.clear();
  }
}
