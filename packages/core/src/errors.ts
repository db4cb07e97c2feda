/**
 * Every error that a caller of the wallet can meet, by stable code. The API, the partner's client and the documentation
 * read this one table. `final`: the same request will be answered the same way for ever, so the answer may be stored
 * under its idempotency key. `retryable`: nothing is known to be wrong with the request, try again later.
 */
export const errorCodes = {
  INVALID_INPUT: { httpStatus: 400, final: false, retryable: false },
  UNAUTHENTICATED: { httpStatus: 401, final: false, retryable: false },
  INVALID_CREDENTIALS: { httpStatus: 401, final: false, retryable: false },
  TOTP_REQUIRED: { httpStatus: 401, final: false, retryable: false },
  STEP_UP_REQUIRED: { httpStatus: 403, final: false, retryable: false },
  USER_SUSPENDED: { httpStatus: 403, final: false, retryable: false },
  FORBIDDEN: { httpStatus: 403, final: false, retryable: false },
  NOT_FOUND: { httpStatus: 404, final: true, retryable: false },
  EMAIL_TAKEN: { httpStatus: 409, final: false, retryable: false },
  DUPLICATE: { httpStatus: 409, final: true, retryable: false },
  WRONG_STATE: { httpStatus: 409, final: false, retryable: false },
  IDEMPOTENCY_IN_PROGRESS: { httpStatus: 409, final: false, retryable: true },
  PAYLOAD_TOO_LARGE: { httpStatus: 413, final: false, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { httpStatus: 415, final: false, retryable: false },
  IDEMPOTENCY_KEY_REUSED: { httpStatus: 422, final: false, retryable: false },
  INSUFFICIENT_FUNDS: { httpStatus: 422, final: true, retryable: false },
  LIMIT_EXCEEDED: { httpStatus: 422, final: true, retryable: false },
  OUTGOING_FROZEN: { httpStatus: 422, final: true, retryable: false },
  PROVIDER_REJECTED: { httpStatus: 422, final: true, retryable: false },
  RATE_LIMITED: { httpStatus: 429, final: false, retryable: true },
  PROVIDER_UNAVAILABLE: { httpStatus: 503, final: false, retryable: true },
  OUTCOME_UNKNOWN: { httpStatus: 503, final: false, retryable: true },
  BUSY: { httpStatus: 503, final: false, retryable: true },
  INTERNAL: { httpStatus: 500, final: false, retryable: false },
} as const satisfies Record<string, { httpStatus: number; final: boolean; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

/** Something a caller did or met. The message is written for people, and holds no internals and no personal data. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: ErrorCode;
  /** Earliest sensible retry, milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The same answer for an id that does not exist and for one that belongs to somebody else. */
export function notFound(noun: string): DomainError {
  return new DomainError("NOT_FOUND", `There is no such ${noun}.`);
}

/**
 * A rule of the ledger or of a status machine does not hold: a defect, or tampered data. The flow stops here;
 * going on would build on it.
 */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** Throws InvariantViolation unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}
