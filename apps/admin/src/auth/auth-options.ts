import "server-only";
import { TRPCClientError } from "@trpc/client";
import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { headers } from "next/headers";
import { readEnv } from "../env.ts";
import { apiClient } from "../trpc/api-client.ts";
import { readSessionToken, sessionCookie, sessionSeconds } from "./session-cookie.ts";

interface SignedIn extends User {
  sessionToken: string;
}

/**
 * Signing in is two steps, each a provider: the password opens a session that can do nothing, the second factor completes it.
 * Sessions live behind the API. The cookie holds the session's token, encrypted, and nothing else.
 */
export function authOptions(): NextAuthOptions {
  const { name, options } = sessionCookie();
  return {
    secret: readEnv().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionSeconds, updateAge: sessionSeconds },
    jwt: { maxAge: sessionSeconds },
    useSecureCookies: options.secure,
    cookies: { sessionToken: { name, options } },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      Credentials({
        id: "password",
        credentials: { email: {}, password: {} },
        authorize: async (given) => {
          const userAgent = (await headers()).get("user-agent")?.slice(0, 1_000);
          const input = { email: given?.email ?? "", password: given?.password ?? "" };
          const api = await apiClient(undefined);
          return signedIn(() =>
            api.session.start.mutate({ ...input, ...(userAgent && { userAgent }) }),
          );
        },
      }),
      Credentials({
        id: "factor",
        credentials: { factor: {} },
        authorize: async (given) => {
          const api = await apiClient(await readSessionToken());
          const factor = JSON.parse(given?.factor ?? "null") as Parameters<
            typeof api.session.passFactor.mutate
          >[0]["factor"];
          return signedIn(() => api.session.passFactor.mutate({ factor }));
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) =>
        user === undefined ? token : { sessionToken: (user as SignedIn).sessionToken },
      // Nothing about the session is told to the browser; pages ask the API.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ baseUrl }) => baseUrl,
    },
  };
}

/** What the API refuses reaches the form as its code and its words: they are written for people. */
async function signedIn(call: () => Promise<{ token: string }>): Promise<SignedIn> {
  try {
    const { token } = await call();
    return { id: "operator", sessionToken: token };
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const code = (error.data as { appCode?: string } | null)?.appCode;
    throw new Error(
      code === undefined ? "The wallet does not answer. Try again in a moment." : error.message,
      { cause: error },
    );
  }
}
