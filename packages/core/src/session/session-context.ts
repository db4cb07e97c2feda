import type { Context } from "../context.ts";
import type { RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import type { AccessTokenKeys } from "./access-token.ts";

/** How long a sign-in lasts. */
export interface SessionPolicy {
  /** Ends after so long without a refresh. */
  idleSeconds: number;
  /** Ends so long after signing in, whatever happens. */
  absoluteSeconds: number;
  /** A used refresh token may be presented once more within this time: two requests of one client crossed. */
  refreshGraceSeconds: number;
}

/** NIST SP 800-63B, OWASP ASVS 7.3: what a wallet can justify. A partner's mobile app may need longer. */
export const defaultSessionPolicy: SessionPolicy = {
  idleSeconds: 30 * 60,
  absoluteSeconds: 12 * 3_600,
  refreshGraceSeconds: 10,
};

/** What the verbs around signing in need beside the rest. */
export type SessionContext = Context &
  RateLimitContext & { accessTokenKeys: AccessTokenKeys; sessionPolicy: SessionPolicy };
