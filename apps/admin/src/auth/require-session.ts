import "server-only";
import { TRPCClientError } from "@trpc/client";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { RouterOutputs } from "../trpc/operator-router.ts";
import { apiClient } from "../trpc/api-client.ts";
import { readSessionToken } from "./session-cookie.ts";

export type OperatorSession = RouterOutputs["session"]["get"];
export type Permission = OperatorSession["permissions"][number];

/** The session behind the cookie, asked of the API once per request; null if there is none, or none any more. */
export const findSession = cache(async (): Promise<OperatorSession | null> => {
  const token = await readSessionToken();
  if (token === undefined) return null;
  try {
    return await (await apiClient(token)).session.get.query();
  } catch (error) {
    if (error instanceof TRPCClientError && codeOf(error) === "UNAUTHENTICATED") return null;
    throw error;
  }
});

/** Every page begins with it: leads to where signing in is completed unless it is. */
export async function requireSession(): Promise<OperatorSession> {
  const session = await findSession();
  if (session === null) redirect("/sign-in");
  if (session.missing !== null) redirect("/sign-in/factor");
  return session;
}

function codeOf({ data }: TRPCClientError<never>): string | undefined {
  return (data as { appCode?: string } | null)?.appCode;
}
