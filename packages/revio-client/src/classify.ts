import type { Call } from "./call.ts";
import { createScrub, flattenErrorBody, type RevioFieldError } from "./error-body.ts";
import {
  BreachOfContract,
  type ContractBreach,
  RevioAuthenticationError,
  RevioContractViolation,
  type RevioError,
  RevioOutcomeUnknown,
  RevioRateLimited,
  RevioRejected,
  RevioUnavailable,
} from "./errors.ts";
import type { BodyRead, Exchange, Failure } from "./exchange.ts";
import { parseExactJson } from "./json.ts";
import { parseRetryAfter } from "./retry-policy.ts";
import { uuid } from "./wire-values.ts";
import { isProcessorFailure } from "./vocabulary.ts";

export type Verdict<T> = { ok: true; value: T } | { ok: false; error: RevioError };
type AnyCall = Call<unknown>;
type Json = { ok: true; value: unknown } | { ok: false };

function mayHaveEffect(call: AnyCall): boolean {
  return call.kind === "write" || call.kind === "execute";
}

function failed(call: AnyCall, failure: Failure, httpStatus: number | null): RevioError {
  const { operation } = call;
  const { reason, networkCode } = failure;
  if (mayHaveEffect(call) && failure.maybeSent && reason !== "refused" && reason !== "not_sent") {
    return new RevioOutcomeUnknown({ operation, httpStatus, reason, networkCode });
  }
  return new RevioUnavailable({ operation, httpStatus, reason, networkCode });
}

function breached(
  call: AnyCall,
  httpStatus: number,
  violation: ContractBreach,
  detail: string,
  json?: unknown,
): RevioError {
  const facts = { operation: call.operation, httpStatus, violation, detail };
  if (!mayHaveEffect(call)) return new RevioContractViolation(facts);
  const reason = violation === "redirect" ? "redirected" : "invalid_response";
  return new RevioOutcomeUnknown({ ...facts, reason, objectId: readObjectId(json) });
}

function readObjectId(json: unknown): string | null {
  if (typeof json !== "object" || json === null || !("id" in json)) return null;
  return uuid.safeParse(json.id).data ?? null;
}

function parseJson(text: string, parse: (text: string) => unknown): Json {
  try {
    return { ok: true, value: parse(text) };
  } catch {
    return { ok: false };
  }
}

function readErrors(body: BodyRead, scrub: (text: string) => string): RevioFieldError[] {
  if (body.kind !== "text" || !body.isJson) return [];
  const json = parseJson(body.text, JSON.parse);
  return json.ok ? flattenErrorBody(json.value, scrub) : [];
}

/** 4xx that is not about authentication, time or rate. */
function refused(
  call: AnyCall,
  httpStatus: number,
  body: BodyRead,
  scrub: (text: string) => string,
): RevioError {
  const { operation } = call;
  if (body.kind === "broken") return failed(call, body.failure, httpStatus);
  if (body.kind !== "text") {
    return breached(call, httpStatus, body.kind === "too_large" ? "too_large" : "not_json", "");
  }
  const json = body.isJson ? parseJson(body.text, JSON.parse) : { ok: false };
  // Without Revio's JSON a proxy may have spoken: its 404 proves no absence, its 400 no refusal.
  if (!json.ok) return breached(call, httpStatus, "not_json", "an error without a JSON body");
  const errors = readErrors(body, scrub);
  const facts = { operation, httpStatus, errors, rawBody: body.text };
  if (call.kind === "execute") {
    return new RevioOutcomeUnknown({ ...facts, reason: "execution_refused" });
  }
  if (mayHaveEffect(call) && errors.some((error) => isProcessorFailure(error.code))) {
    return new RevioOutcomeUnknown({ ...facts, reason: "processor_failure" });
  }
  return new RevioRejected(facts);
}

function accepted<T>(call: Call<T>, httpStatus: number, body: BodyRead): Verdict<T> {
  if (body.kind === "broken") return { ok: false, error: failed(call, body.failure, httpStatus) };
  const fail = (breach: ContractBreach, detail: string, json?: unknown): Verdict<T> => ({
    ok: false,
    error: breached(call, httpStatus, breach, detail, json),
  });
  if (body.kind === "too_large") return fail("too_large", "the body is above the size limit");
  if (body.kind === "not_utf8") return fail("not_json", "the body is not UTF-8");
  const isEmpty = body.text.trim() === "";
  if (isEmpty && call.expects === "json_or_empty") return { ok: true, value: call.decode(null) };
  if (!body.isJson) return fail("not_json", "the content type is not JSON");
  const json = parseJson(body.text, parseExactJson);
  if (!json.ok) return fail("not_json", "the body is not JSON");
  try {
    return { ok: true, value: call.decode(json.value) };
  } catch (thrown) {
    if (!(thrown instanceof BreachOfContract)) throw thrown;
    return fail(thrown.breach, thrown.message, json.value);
  }
}

/** Turns what came back (or did not) into a value or an error; the rules are the table in errors.ts. */
export function classify<T>(
  call: Call<T>,
  exchange: Exchange,
  environment: { apiKey: string; nowMs: number },
): Verdict<T> {
  if (exchange.kind === "failed") return { ok: false, error: failed(call, exchange.failure, null) };
  const { status, body } = exchange;
  if (status >= 200 && status < 300) return accepted(call, status, body);

  const facts = { operation: call.operation, httpStatus: status };
  const retryAfterMs = parseRetryAfter(exchange.retryAfter, environment.nowMs);
  const scrub = createScrub([environment.apiKey, ...(call.secrets ?? [])]);
  const end = (error: RevioError): Verdict<T> => ({ ok: false, error });

  if (status === 401 || status === 403) {
    const errors = readErrors(body, scrub);
    const rawBody = body.kind === "text" ? body.text : "";
    // A 401 comes before any work; a 403 on execute may also be "not allowed again".
    const effect = status === 403 && call.kind === "execute" ? "unknown" : "none";
    return end(new RevioAuthenticationError({ ...facts, errors, rawBody, effect }));
  }
  if (status === 429) {
    return end(
      mayHaveEffect(call)
        ? new RevioOutcomeUnknown({ ...facts, reason: "rate_limited", retryAfterMs })
        : new RevioRateLimited({ ...facts, retryAfterMs }),
    );
  }
  if (status === 408 || (status >= 500 && status < 600)) {
    return end(
      mayHaveEffect(call)
        ? new RevioOutcomeUnknown({ ...facts, reason: "http_status", retryAfterMs })
        : new RevioUnavailable({ ...facts, reason: "http_status", retryAfterMs }),
    );
  }
  if (status >= 300 && status < 400) {
    return end(breached(call, status, "redirect", "redirects are never followed"));
  }
  if (status >= 400 && status < 500) return end(refused(call, status, body, scrub));
  return end(breached(call, status, "unexpected_status", ""));
}
