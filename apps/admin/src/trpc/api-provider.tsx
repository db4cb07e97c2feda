"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
} from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { apiErrorOf } from "./api-error.ts";
import type { OperatorRouter } from "./operator-router.ts";

const { TRPCProvider, ...hooks } = createTRPCContext<OperatorRouter>();
export const { useTRPC, useTRPCClient } = hooks;

const url = "/api/trpc";

function createClient() {
  return createTRPCClient<OperatorRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url, transformer: superjson }),
        false: splitLink({
          condition: ({ type }) => type === "mutation",
          true: httpLink({
            url,
            transformer: superjson,
            headers: ({ op }) => {
              const stepUpId = op.context["stepUpId"];
              return typeof stepUpId === "string" ? { "x-step-up-id": stepUpId } : {};
            },
          }),
          // The API takes ten calls at once.
          false: httpBatchLink({ url, transformer: superjson, maxItems: 10, maxURLLength: 6_000 }),
        }),
      }),
    ],
  });
}

/** A signed-out browser is led to where it can sign in, from whichever page. */
function leaveIfSignedOut(error: unknown): void {
  if (apiErrorOf(error).code === "UNAUTHENTICATED") window.location.assign("/sign-in");
}

/** The same inputs, the same key: amounts are bigints, which JSON has not. */
function hashQueryKey(key: readonly unknown[]): string {
  return JSON.stringify(key, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveIfSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        queryKeyHashFn: hashQueryKey,
        retry: (failures, error) => failures < 2 && apiErrorOf(error).isRetryable,
      },
      // What changes money is sent once; who sends it again decides so.
      mutations: { retry: false, onError: leaveIfSignedOut },
    },
  });
}

export function ApiProvider({ children }: { children: ReactNode }) {
  const [client] = useState(createClient);
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
