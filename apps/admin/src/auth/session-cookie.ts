import "server-only";
import { decode, encode } from "next-auth/jwt";
import { cookies } from "next/headers";
import { readEnv } from "../env.ts";

/** Seconds that a sign-in lasts at the most; the API ends it earlier for want of use, or at once when it is revoked. */
export const sessionSeconds = 8 * 60 * 60;

/** Browsers keep a `__Host-` cookie to this very host, and to https. */
export function sessionCookie() {
  const secure = readEnv().NEXTAUTH_URL.startsWith("https:");
  return {
    name: secure ? "__Host-wallet-console" : "wallet-console",
    options: { httpOnly: true, sameSite: "strict", path: "/", secure } as const,
  };
}

/** The API's token for this browser's session, out of the encrypted cookie; undefined without one of ours. */
export async function readSessionToken(): Promise<string | undefined> {
  const sealed = (await cookies()).get(sessionCookie().name)?.value;
  if (sealed === undefined) return undefined;
  const claims = await decode({ token: sealed, secret: readEnv().NEXTAUTH_SECRET }).catch(
    () => null,
  );
  return typeof claims?.["sessionToken"] === "string" ? claims["sessionToken"] : undefined;
}

/** The session goes on under another token: a factor was given. */
export async function writeSessionToken(sessionToken: string): Promise<void> {
  const { name, options } = sessionCookie();
  const { NEXTAUTH_SECRET: secret } = readEnv();
  const sealed = await encode({ token: { sessionToken }, secret, maxAge: sessionSeconds });
  (await cookies()).set(name, sealed, { ...options, maxAge: sessionSeconds });
}

export async function deleteSessionCookie(): Promise<void> {
  (await cookies()).delete(sessionCookie().name);
}
