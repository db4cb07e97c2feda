import type { UnavailableReason } from "./errors.ts";

export interface NetworkFailure {
  reason: Extract<UnavailableReason, "refused" | "not_sent" | "connection_lost">;
  /** System code, e.g. ECONNRESET. Codes only: messages may quote the URL. */
  networkCode: string | null;
}

interface SystemError {
  code?: unknown;
  syscall?: unknown;
  errors?: unknown;
  cause?: unknown;
}

/** Certificates that *we* refuse. The handshake did not finish, so no byte of the request was sent. */
const TLS_REFUSALS = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_REJECTED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "INVALID_CA",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function asSystemError(value: unknown): SystemError | null {
  return typeof value === "object" && value !== null ? value : null;
}

function codeOf(error: SystemError): string | null {
  return typeof error.code === "string" && /^[A-Z0-9_]{1,64}$/.test(error.code) ? error.code : null;
}

function judge(error: SystemError): NetworkFailure | null {
  const code = codeOf(error);
  // The system call is the proof: EHOSTUNREACH or ETIMEDOUT from `read` may follow a sent request.
  if (error.syscall === "getaddrinfo") return { reason: "refused", networkCode: code };
  if (error.syscall === "connect") {
    return { reason: code === "ECONNREFUSED" ? "refused" : "not_sent", networkCode: code };
  }
  if (code === null) return null;
  if (code === "UND_ERR_CONNECT_TIMEOUT" || TLS_REFUSALS.has(code)) {
    return { reason: "not_sent", networkCode: code };
  }
  return { reason: "connection_lost", networkCode: code };
}

/**
 * Says whether a failed `fetch` can have sent anything. Anything not proven unsent is
 * `connection_lost`, which for a POST means that the outcome is unknown.
 */
export function classifyNetworkFailure(thrown: unknown): NetworkFailure {
  let error = asSystemError(thrown);
  for (let depth = 0; error !== null && depth < 6; depth += 1) {
    if (Array.isArray(error.errors) && error.errors.length > 0) {
      // Several addresses were tried (IPv6, IPv4): unsent only if each of them failed to connect.
      const verdicts = error.errors.map((item) => classifyNetworkFailure(item));
      const weakest =
        verdicts.find((verdict) => verdict.reason === "connection_lost") ??
        verdicts.find((verdict) => verdict.reason === "not_sent") ??
        verdicts[0];
      if (weakest) return weakest;
    }
    const verdict = judge(error);
    if (verdict) return verdict;
    error = asSystemError(error.cause);
  }
  return { reason: "connection_lost", networkCode: null };
}
