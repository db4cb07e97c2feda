import type { KeyObject } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

/** One algorithm, one type, one use per key (RFC 8725 §3.1, §3.11). Build it with `loadAccessTokenKeys`. */
export interface AccessTokenKeys {
  signing: { kid: string; privateKey: KeyObject };
  /** By key id: the signing key's public half, and those of keys whose tokens may still be about. */
  verifying: ReadonlyMap<string, KeyObject>;
  issuer: string;
  audience: string;
}

/** Short, because only the look-up of the session makes a token worthless earlier. */
export const accessTokenSeconds = 600;
const leewaySeconds = 5;
const algorithm = "EdDSA";
const type = "at+jwt";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface AccessTokenClaims {
  userId: string;
  sessionId: string;
}

type TokenContext = Pick<Context, "clock"> & { accessTokenKeys: AccessTokenKeys };

/** Signs a token for one session; it ends after ten minutes, or with the session if that is sooner. */
export async function signAccessToken(
  ctx: TokenContext,
  claims: AccessTokenClaims,
  sessionExpiresAt: Date,
): Promise<{ accessToken: string; accessTokenExpiresAt: Date }> {
  const { signing, issuer, audience } = ctx.accessTokenKeys;
  const now = Math.floor(ctx.clock.now().getTime() / 1_000);
  const expires = Math.min(
    now + accessTokenSeconds,
    Math.floor(sessionExpiresAt.getTime() / 1_000),
  );
  const accessToken = await new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: algorithm, typ: type, kid: signing.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(expires)
    .sign(signing.privateKey);
  return { accessToken, accessTokenExpiresAt: new Date(expires * 1_000) };
}

/**
 * Checks everything that a token says about itself. Whether the session is still open is for `authenticate`.
 *
 * @throws DomainError UNAUTHENTICATED, the same for every reason
 */
export async function verifyAccessToken(
  ctx: TokenContext,
  accessToken: string,
): Promise<AccessTokenClaims> {
  const { verifying, issuer, audience } = ctx.accessTokenKeys;
  try {
    refuseRewritten(accessToken);
    const { payload } = await jwtVerify(
      accessToken,
      ({ kid }) => {
        const key = kid === undefined ? undefined : verifying.get(kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: [algorithm],
        typ: type,
        issuer,
        audience,
        requiredClaims: ["sub", "sid", "exp", "nbf", "iat"],
        maxTokenAge: accessTokenSeconds,
        clockTolerance: leewaySeconds,
        currentDate: ctx.clock.now(),
      },
    );
    const { sub: userId, sid: sessionId, aud } = payload;
    if (typeof userId !== "string" || !uuid.test(userId)) throw new errors.JWTInvalid("sub");
    if (typeof sessionId !== "string" || !uuid.test(sessionId)) throw new errors.JWTInvalid("sid");
    if (aud !== audience) throw new errors.JWTInvalid("one audience, as a string");
    return { userId, sessionId };
  } catch (error) {
    if (error instanceof errors.JOSEError) throw unauthenticated(error);
    throw error;
  }
}

export function unauthenticated(cause?: unknown): DomainError {
  return new DomainError("UNAUTHENTICATED", "Sign in again.", { cause });
}

/**
 * Our tokens are written by JSON.stringify. One that reads differently (a claim given twice, blanks) was not, whoever
 * signed it; and two readers of the same bytes could disagree about it.
 */
function refuseRewritten(accessToken: string): void {
  const parts = accessToken.split(".");
  if (accessToken.length > 2_048 || parts.length !== 3) throw new errors.JWTInvalid("form");
  for (const part of parts.slice(0, 2)) {
    const text = Buffer.from(part, "base64url").toString();
    let again: string | undefined;
    try {
      again = JSON.stringify(JSON.parse(text));
    } catch (cause) {
      throw new errors.JWTInvalid("not JSON", { cause });
    }
    if (again !== text) throw new errors.JWTInvalid("not as we write it");
  }
}
