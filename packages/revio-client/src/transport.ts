import type { Call, CallHooks, CallOptions, ResponseEvent } from "./call.ts";
import type { Availability, Circuits } from "./circuits.ts";
import { classify, type Verdict } from "./classify.ts";
import {
  describeErrors,
  RevioAuthenticationError,
  RevioContractViolation,
  type RevioError,
  RevioOutcomeUnknown,
  RevioRateLimited,
  RevioRejected,
  RevioUnavailable,
} from "./errors.ts";
import { type Exchange, type Fetch, exchange } from "./exchange.ts";
import { type RetryPolicy, nextDelay } from "./retry-policy.ts";
import type { Secret } from "./secret.ts";
import { uuid } from "./wire-values.ts";

/** Where warnings go. Fields are plain and free of secrets. */
export interface RevioLog {
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface TransportConfig {
  apiKey: Secret;
  fetch: Fetch;
  timeoutMs: number;
  maxResponseBytes: number;
  retry: RetryPolicy;
  circuits: Circuits;
  now: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number;
  log: RevioLog | undefined;
  signal: AbortSignal | undefined;
  beforeCall: ((operation: string) => void) | undefined;
  hooks: CallHooks;
}

export interface Transport {
  /** @throws RevioError of the class that the table in errors.ts gives */
  send<T>(call: Call<T>, options?: CallOptions): Promise<T>;
}

function headersFor(call: Call<unknown>, apiKey: Secret): Record<string, string> {
  return {
    authorization: `Bearer ${apiKey.reveal()}`,
    accept: "application/json",
    "user-agent": "revio-wallet",
    ...(call.body === undefined ? {} : { "content-type": "application/json" }),
  };
}

/** A hook is a spectator: when it throws, the payment goes on. */
export function notify<E>(
  log: RevioLog | undefined,
  event: E,
  hooks: readonly (((event: E) => void) | undefined)[],
): void {
  for (const hook of hooks) {
    try {
      hook?.(event);
    } catch {
      log?.warn({}, "A hook of the Revio client threw; it was ignored.");
    }
  }
}

async function attemptOnce<T>(
  config: TransportConfig,
  call: Call<T>,
  options: CallOptions,
  attempt: number,
) {
  const request = {
    operation: call.operation,
    method: call.method,
    pathTemplate: call.pathTemplate,
    attempt,
  };
  notify(config.log, request, [config.hooks.onRequest, options.onRequest]);
  const startedMs = config.now();
  const answer: Exchange = await exchange(config.fetch, {
    url: call.url,
    method: call.method,
    headers: headersFor(call, config.apiKey),
    body: call.body,
    timeoutMs: options.timeoutMs ?? config.timeoutMs,
    maxBytes: config.maxResponseBytes,
    signal: options.signal,
  });
  const endedMs = config.now();
  const verdict = classify(call, answer, { apiKey: config.apiKey.reveal(), nowMs: endedMs });
  const event: ResponseEvent = {
    ...request,
    status: answer.kind === "answered" ? answer.status : null,
    durationMs: endedMs - startedMs,
    outcome: verdict.ok ? "ok" : verdict.error.code,
    detail: verdict.ok ? null : reasonOf(verdict.error),
    objectId: call.objectId ?? options.objectId ?? objectIdIn(verdict),
  };
  notify(config.log, event, [config.hooks.onResponse, options.onResponse]);
  return { verdict, event };
}

/** Why a call failed, in the client's and Revio's stable words. */
export function reasonOf(error: RevioError): string | null {
  if (error instanceof RevioRejected || error instanceof RevioAuthenticationError) {
    return describeErrors(error.errors);
  }
  if (error instanceof RevioContractViolation) return error.violation;
  if (error instanceof RevioOutcomeUnknown) {
    const codes = error.errors.length > 0 ? describeErrors(error.errors) : error.networkCode;
    return [error.reason, error.violation, codes].filter(Boolean).join(", ");
  }
  if (error instanceof RevioUnavailable) {
    return [error.reason, error.networkCode].filter(Boolean).join(", ");
  }
  return error instanceof RevioRateLimited ? "rate_limited" : null;
}

/** What a create made, or may have made. */
function objectIdIn(verdict: Verdict<unknown>): string | null {
  if (!verdict.ok) {
    return verdict.error instanceof RevioOutcomeUnknown ? verdict.error.objectId : null;
  }
  const { value } = verdict;
  const isObject = typeof value === "object" && value !== null && "id" in value;
  return isObject && uuid.safeParse(value.id).success ? String(value.id) : null;
}

const UNANSWERED: ReadonlySet<string> = new Set([
  "timeout",
  "connection_lost",
  "http_status",
  "rate_limited",
]);

/** What the end of an attempt says about Revio. A refusal, even of a bad request, is an answer. */
export function availabilityOf(error: RevioError | null): Availability {
  if (error instanceof RevioAuthenticationError) return { is: "key_refused" };
  if (error instanceof RevioRateLimited || error instanceof RevioUnavailable) {
    if (error instanceof RevioUnavailable && error.reason === "aborted") return { is: "silent" };
    return { is: "unavailable", retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof RevioOutcomeUnknown) {
    if (error.reason === "aborted") return { is: "silent" };
    const { retryAfterMs } = error;
    if (UNANSWERED.has(error.reason)) return { is: "unavailable", retryAfterMs };
  }
  return { is: "available" };
}

interface Attempted<T> {
  verdict: Verdict<T>;
  event: ResponseEvent;
}

/** One attempt, unless the circuit is open: then nothing is sent, and no hook is told of a request. */
async function attemptThroughCircuit<T>(
  config: TransportConfig,
  call: Call<T>,
  options: CallOptions,
  attempt: number,
): Promise<Attempted<T>> {
  const { operation, method, pathTemplate } = call;
  const outcome = await config.circuits.attempt(call, async () => {
    const result = await attemptOnce(config, call, options, attempt);
    return { result, says: availabilityOf(result.verdict.ok ? null : result.verdict.error) };
  });
  if ("result" in outcome) return outcome.result;
  const error = circuitOpen(operation, outcome.refusedForMs);
  const line = { operation, method, pathTemplate, attempt, status: null, durationMs: 0 };
  const objectId = call.objectId ?? options.objectId ?? null;
  const why = { outcome: error.code, detail: error.reason, objectId };
  return { verdict: { ok: false, error }, event: { ...line, ...why } };
}

/** The error of a call that was not made. */
export function circuitOpen(operation: string, retryAfterMs: number): RevioUnavailable {
  return new RevioUnavailable({ operation, reason: "circuit_open", retryAfterMs });
}

async function sendWithRetries<T>(
  config: TransportConfig,
  call: Call<T>,
  options: CallOptions,
): Promise<T> {
  config.beforeCall?.(call.operation);
  config.circuits.budget.earn();
  for (let attempt = 1; ; attempt += 1) {
    const { verdict, event } = await attemptThroughCircuit(config, call, options, attempt);
    if (verdict.ok) return verdict.value;
    const { error } = verdict;
    const gone = error instanceof RevioRejected && error.httpStatus === 404;
    // The earlier attempt of this DELETE went unanswered, so it is what made the object go.
    if (call.kind === "delete" && attempt > 1 && gone) return call.decode(null);

    const violation =
      error instanceof RevioContractViolation || error instanceof RevioOutcomeUnknown
        ? error.violation
        : null;
    if (violation !== null) {
      config.log?.warn({ ...event, violation }, "Revio broke its contract.");
    }
    const { circuits, retry, random } = config;
    const delayMs = nextDelay(retry, circuits.budget, call.kind, error, attempt, random);
    if (delayMs === null) throw error;
    config.log?.warn({ ...event, delayMs }, "A call to Revio failed and will be repeated.");
    const isAwake = await config.sleep(delayMs, options.signal).then(
      () => true,
      () => false,
    );
    if (!isAwake || options.signal?.aborted) throw error;
  }
}

/** The one way out to Revio's API: adds the key, bounds time and size, repeats only what is safe. */
export function createTransport(config: TransportConfig): Transport {
  return {
    send: (call, options = {}) =>
      sendWithRetries(config, call, { ...options, signal: options.signal ?? config.signal }),
  };
}
