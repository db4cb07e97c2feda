import {
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  type Operation,
  splitLink,
  type TRPCLink,
} from "@trpc/client";
import { EventSource } from "eventsource";
import superjson from "superjson";
import type { AppRouter } from "../generated/contract.ts";
import type { Session } from "../session/create-session.ts";
import { fetchInTime } from "./fetch-in-time.ts";
import type { SentTokens } from "./resend-link.ts";

interface SendOptions {
  readonly url: string;
  readonly session: Pick<Session, "accessToken">;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly sentTokens: SentTokens;
}

/** These say who somebody is by their input; a token has no part in them. */
const withoutToken = new Set(["user.register", "session.signIn", "session.refresh"]);

/**
 * Puts calls on the wire: subscriptions as event streams, mutations one by one, queries of the same moment together.
 * The token travels in a header only. Addresses end up in logs, so it is never part of one; that rules out the platform's
 * own EventSource, which cannot send headers.
 */
export function sendLink(options: SendOptions): TRPCLink<AppRouter> {
  const { url, session, sentTokens, timeoutMs } = options;

  const authorize = async (ops: readonly Operation[]): Promise<Record<string, string>> => {
    if (ops.every(({ path }) => withoutToken.has(path))) return {};
    const token = await session.accessToken();
    for (const { context } of ops) sentTokens.set(context, token);
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };

  const common = { url, transformer: superjson };
  const fetch = fetchInTime(options.fetch, timeoutMs);
  return splitLink<AppRouter>({
    condition: (op) => op.type === "subscription",
    true: httpSubscriptionLink({
      ...common,
      EventSource,
      eventSourceOptions: ({ op }) => ({
        // Asked again for each reconnection, so a long stream always comes back with a good token.
        fetch: async (input, init) =>
          await options.fetch(input, {
            ...init,
            credentials: "omit",
            headers: { ...init.headers, ...(await authorize([op])) },
          }),
      }),
    }),
    false: splitLink<AppRouter>({
      condition: (op) => op.type === "mutation",
      true: httpLink({ ...common, fetch, headers: ({ op }) => authorize([op]) }),
      false: httpBatchLink({
        ...common,
        fetch,
        maxItems: 10,
        maxURLLength: 2083,
        headers: ({ opList }) => authorize(opList),
      }),
    }),
  });
}
