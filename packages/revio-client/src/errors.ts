import type { RevioFieldError } from "./error-body.ts";
import { Secret } from "./secret.ts";

/**
 * What a call can end with. The class decides what the caller may do:
 *
 * | happened                                   | GET, DELETE                         | POST, PATCH                    |
 * |--------------------------------------------|-------------------------------------|--------------------------------|
 * | request breaks our own schema              | RevioInvalidRequest                 | RevioInvalidRequest            |
 * | circuit open: we do not ask (circuits.ts)  | RevioUnavailable (not sent)         | RevioUnavailable (not sent)    |
 * | DNS, connection refused, TLS refused by us | RevioUnavailable                    | RevioUnavailable (not sent)    |
 * | timeout, reset, cut body, caller aborts    | RevioUnavailable                    | **RevioOutcomeUnknown**        |
 * | 408, 5xx                                   | RevioUnavailable                    | **RevioOutcomeUnknown**        |
 * | 429                                        | RevioRateLimited                    | **RevioOutcomeUnknown**        |
 * | 401, 403                                   | RevioAuthenticationError            | RevioAuthenticationError       |
 * | 400, 404, 405, other 4xx, JSON body        | RevioRejected                       | RevioRejected                  |
 * | … on `payouts.execute`                     | –                                   | **RevioOutcomeUnknown**        |
 * | … 400 with a processor failure code        | –                                   | **RevioOutcomeUnknown**        |
 * | 4xx without JSON (a proxy spoke)           | RevioContractViolation              | **RevioOutcomeUnknown** + flag |
 * | 3xx (never followed)                       | RevioContractViolation              | **RevioOutcomeUnknown** + flag |
 * | 2xx: no JSON, wrong shape, mode, brand     | RevioContractViolation              | **RevioOutcomeUnknown** + flag |
 *
 * Therefore `RevioRejected` always means that Revio did nothing, and `RevioRateLimited` can only
 * come from a read: a 429 on a POST has its own place so that nobody repeats the POST after the
 * pause. A 4xx on `payouts.execute` may mean "was executed before": read the payout, then decide.
 */
export type RevioErrorCode =
  | "revio_invalid_request"
  | "revio_rejected"
  | "revio_authentication"
  | "revio_rate_limited"
  | "revio_unavailable"
  | "revio_outcome_unknown"
  | "revio_contract_violation";

/** How an answer broke the contract. */
export type ContractBreach =
  | "not_json"
  | "invalid_body"
  | "too_large"
  | "redirect"
  | "wrong_mode"
  | "wrong_brand"
  | "wrong_object"
  | "foreign_url"
  | "unexpected_status";

export interface RevioErrorFacts {
  /** Dotted name of the client function, e.g. "payouts.execute". */
  operation: string;
  httpStatus?: number | null;
}

/**
 * Base of all errors of this client. Message and enumerable fields hold no secret, no response text
 * beyond masked field errors, and no `cause` (network errors may quote URLs).
 */
export abstract class RevioError extends Error {
  abstract readonly code: RevioErrorCode;
  /** `none`: Revio did nothing because of this call. `unknown`: it may have acted; read back first. */
  abstract readonly effect: "none" | "unknown";
  readonly operation: string;
  readonly httpStatus: number | null;

  constructor(message: string, facts: RevioErrorFacts) {
    super(`${facts.operation}: ${message}`);
    this.operation = facts.operation;
    this.httpStatus = facts.httpStatus ?? null;
  }
}

/** The request never left: it breaks our own request schema or names a foreign host. A bug of ours. */
export class RevioInvalidRequest extends RevioError {
  override readonly name = "RevioInvalidRequest";
  readonly code = "revio_invalid_request";
  readonly effect = "none";
}

interface RefusalFacts extends RevioErrorFacts {
  errors: readonly RevioFieldError[];
  rawBody: string;
}

/** Revio's error codes with the fields that they are about; none of its words. */
export function describeErrors(errors: readonly RevioFieldError[]): string {
  const codes = errors.map((error) => `${error.path || "request"}: ${error.code ?? "no code"}`);
  return codes.length === 0 ? "no reason given" : codes.slice(0, 5).join(", ");
}

/** Revio read the request and refused it. Definitive: nothing was created, changed or moved. */
export class RevioRejected extends RevioError {
  override readonly name = "RevioRejected";
  readonly code = "revio_rejected";
  readonly effect = "none";
  readonly errors: readonly RevioFieldError[];
  readonly #rawBody: Secret;

  constructor(facts: RefusalFacts) {
    super(`Revio refused (HTTP ${facts.httpStatus}; ${describeErrors(facts.errors)}).`, facts);
    this.errors = facts.errors;
    this.#rawBody = new Secret(facts.rawBody);
  }

  /** The body as received. May hold personal data: never log it. */
  get rawBody(): Secret {
    return this.#rawBody;
  }

  /** True when any error carries this Revio code, e.g. "purchase_refund_timeout". */
  hasCode(code: string): boolean {
    return this.errors.some((error) => error.code === code);
  }
}

/**
 * 401 or 403: the key is wrong, revoked or locked to other addresses. Says nothing about the item in
 * hand (not a `RevioRejected`): pause all calls and page someone, fail no deposit or withdrawal.
 */
export class RevioAuthenticationError extends RevioError {
  override readonly name = "RevioAuthenticationError";
  readonly code = "revio_authentication";
  readonly effect: "none" | "unknown";
  readonly errors: readonly RevioFieldError[];

  constructor(facts: RefusalFacts & { effect: "none" | "unknown" }) {
    super(
      `Revio refused the API key (HTTP ${facts.httpStatus}). Check the key and its mode.`,
      facts,
    );
    this.effect = facts.effect;
    this.errors = facts.errors;
  }
}

/** 429 on a read or DELETE. A 429 on a POST is `RevioOutcomeUnknown` with reason `rate_limited`. */
export class RevioRateLimited extends RevioError {
  override readonly name = "RevioRateLimited";
  readonly code = "revio_rate_limited";
  readonly effect = "none";
  /** From `Retry-After`, at most 15 minutes; null when Revio did not say. */
  readonly retryAfterMs: number | null;

  constructor(facts: RevioErrorFacts & { retryAfterMs: number | null }) {
    super("Revio limits the rate of requests (HTTP 429). Try again later.", facts);
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/**
 * Why no answer was had. `circuit_open`: we did not ask, because Revio has not answered of late or refuses our key.
 * `refused`: never connected (DNS, ECONNREFUSED). `not_sent`: TLS, connect timeout.
 */
export type UnavailableReason =
  | "circuit_open"
  | "refused"
  | "not_sent"
  | "timeout"
  | "connection_lost"
  | "aborted"
  | "http_status";

/** The request was never sent, or it was a read (or DELETE) that got no answer. Safe to repeat. */
export class RevioUnavailable extends RevioError {
  override readonly name = "RevioUnavailable";
  readonly code = "revio_unavailable";
  readonly effect = "none";
  readonly reason: UnavailableReason;
  /** System code such as ECONNREFUSED or CERT_HAS_EXPIRED. */
  readonly networkCode: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    facts: RevioErrorFacts & {
      reason: UnavailableReason;
      networkCode?: string | null;
      retryAfterMs?: number | null;
    },
  ) {
    const detail = facts.networkCode ?? (facts.httpStatus ? `HTTP ${facts.httpStatus}` : null);
    super(`Revio gave no answer (${[facts.reason, detail].filter(Boolean).join(", ")}).`, facts);
    this.reason = facts.reason;
    this.networkCode = facts.networkCode ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** False when it is certain that no byte of the request left. */
  get sent(): boolean {
    return !(["circuit_open", "refused", "not_sent"] as UnavailableReason[]).includes(this.reason);
  }
}

export type OutcomeUnknownReason =
  | "timeout"
  | "connection_lost"
  | "aborted"
  | "http_status"
  | "rate_limited"
  | "redirected"
  | "invalid_response"
  /** 4xx on `payouts.execute`: `errors` says why; the payout may have been executed before. */
  | "execution_refused"
  /** 400 that reports the acquirer's failure; the purchase's newest attempt holds the reason. */
  | "processor_failure";

/** A POST or PATCH that may have taken effect. Never repeat it; find out by reading or by webhook. */
export class RevioOutcomeUnknown extends RevioError {
  override readonly name = "RevioOutcomeUnknown";
  readonly code = "revio_outcome_unknown";
  readonly effect = "unknown";
  readonly reason: OutcomeUnknownReason;
  /** Set when the answer also broke the contract: alert, do not only resolve. */
  readonly violation: ContractBreach | null;
  /** Id of the object in an answer we could not accept: what to read back, when it is known. */
  readonly objectId: string | null;
  readonly errors: readonly RevioFieldError[];
  readonly networkCode: string | null;
  /** Earliest time to look again; never a permission to repeat. */
  readonly retryAfterMs: number | null;
  readonly #rawBody: Secret | null;

  constructor(
    facts: RevioErrorFacts & {
      reason: OutcomeUnknownReason;
      violation?: ContractBreach | null;
      detail?: string;
      objectId?: string | null;
      errors?: readonly RevioFieldError[];
      networkCode?: string | null;
      retryAfterMs?: number | null;
      rawBody?: string;
    },
  ) {
    const parts = [
      facts.networkCode ?? null,
      facts.httpStatus ? `HTTP ${facts.httpStatus}` : null,
      facts.violation ?? null,
      facts.detail ?? null,
      facts.errors?.length ? describeErrors(facts.errors) : null,
    ];
    const why = [facts.reason, ...parts].filter(Boolean).join(", ");
    super(`the outcome is unknown (${why}). Read the object before anything else.`, facts);
    this.reason = facts.reason;
    this.violation = facts.violation ?? null;
    this.objectId = facts.objectId ?? null;
    this.errors = facts.errors ?? [];
    this.networkCode = facts.networkCode ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.#rawBody = facts.rawBody === undefined ? null : new Secret(facts.rawBody);
  }

  /** The body as received, when there was one. May hold personal data: never log it. */
  get rawBody(): Secret | null {
    return this.#rawBody;
  }

  hasCode(code: string): boolean {
    return this.errors.some((error) => error.code === code);
  }
}

/** The answer to a read is not what Revio documents. Park the item and alert; never guess. */
export class RevioContractViolation extends RevioError {
  override readonly name = "RevioContractViolation";
  readonly code = "revio_contract_violation";
  readonly effect = "none";
  readonly violation: ContractBreach;

  constructor(facts: RevioErrorFacts & { violation: ContractBreach; detail?: string }) {
    const detail = facts.detail ? `: ${facts.detail}` : "";
    super(`the answer breaks the contract (${facts.violation}${detail}).`, facts);
    this.violation = facts.violation;
  }
}

/** Thrown by decoders inside this package; the transport turns it into one of the classes above. */
export class BreachOfContract extends Error {
  readonly breach: ContractBreach;

  constructor(breach: ContractBreach, detail: string) {
    super(detail);
    this.breach = breach;
  }
}
