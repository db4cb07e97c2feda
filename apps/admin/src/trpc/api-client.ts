import "server-only";
import { clientAddressOf } from "@revio-wallet/web-server/guard-http-server";
import { createTRPCClient, httpLink } from "@trpc/client";
import { headers } from "next/headers";
import superjson from "superjson";
import { readEnv } from "../env.ts";
import type { OperatorRouter } from "./operator-router.ts";

/** How long the API may take, in milliseconds. */
const apiPatienceMs = 25_000;

/** What the API has to know of a call: that it comes from this server, for whom, and from where. */
export function apiHeaders(given: {
  sessionToken: string | undefined;
  address: string;
  requestId?: string;
}): Record<string, string> {
  const { sessionToken, address, requestId } = given;
  return {
    authorization: `Bearer ${readEnv().INTERNAL_API_TOKEN}`,
    "x-operator-address": address,
    ...(sessionToken === undefined ? {} : { "x-operator-session": sessionToken }),
    ...(requestId === undefined ? {} : { "x-request-id": requestId }),
  };
}

export function apiUrl(): string {
  return new URL("/internal/trpc", readEnv().API_URL).href;
}

/** The API as the operator of this session; called from this server only. */
export async function apiClient(sessionToken: string | undefined) {
  const address = clientAddressOf(await headers());
  return createTRPCClient<OperatorRouter>({
    links: [
      httpLink({
        url: apiUrl(),
        transformer: superjson,
        headers: apiHeaders({ sessionToken, address }),
        fetch: (url, options) =>
          fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(apiPatienceMs) }),
      }),
    ],
  });
}
