import type { httpLink } from "@trpc/client";

/** As tRPC calls it. */
type LinkFetch = NonNullable<Parameters<typeof httpLink>[0]["fetch"]>;

/**
 * A fetch that gives up after `timeoutMs`, whether the answer does not begin or does not end. Never sends cookies: the
 * session is the token and nothing else.
 */
export function fetchInTime(fetch: typeof globalThis.fetch, timeoutMs: number): LinkFetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    return fetch(input, { ...(init as RequestInit), signal, credentials: "omit" });
  };
}
