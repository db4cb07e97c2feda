import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import type { Context } from "../context.ts";
import type { RateLimitContext } from "../rate-limit/check-rate-limit.ts";

/** How operators sign in, and for how long. */
export interface OperatorSessionPolicy {
  /** Ends after so long without a request. */
  idleSeconds: number;
  /** Ends so long after signing in, whatever happens. */
  absoluteSeconds: number;
  /** From the password to the second factor. */
  unfinishedSeconds: number;
  /** How long an authenticator may take to answer. */
  challengeSeconds: number;
  /** How long a fresh factor waits for the action that it was given for. */
  stepUpSeconds: number;
  /** How long an invitation is open. */
  inviteSeconds: number;
  /** Roles that need a passkey: a code can be phished, a passkey cannot. */
  passkeyRoles: readonly OperatorRole[];
}

/** OWASP ASVS 5, 7.3 and 6.3.3; shorter than for users, because more can be done. */
export const defaultOperatorSessionPolicy: OperatorSessionPolicy = {
  idleSeconds: 15 * 60,
  absoluteSeconds: 8 * 3_600,
  unfinishedSeconds: 10 * 60,
  challengeSeconds: 5 * 60,
  stepUpSeconds: 5 * 60,
  inviteSeconds: 3 * 24 * 3_600,
  passkeyRoles: ["administrator"],
};

/** The console, as authenticators know it (WebAuthn Level 3 §4). */
export interface RelyingParty {
  /** A domain, as "console.example.com": passkeys work there and nowhere else. */
  id: string;
  name: string;
  /** As a browser sends it: "https://console.example.com". */
  origin: string;
}

export type OperatorSignInContext = Context &
  RateLimitContext & { operatorSessionPolicy: OperatorSessionPolicy; relyingParty: RelyingParty };
