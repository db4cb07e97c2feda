import type { httpLink } from "@trpc/client";

/** As tRPC calls it. */
type LinkFetch = NonNullable<Parameters<typeof httpLink>[0]["fetch"]>;

/** Somebody before the API refused: a proxy, a load balancer, a wrong address. */
class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  readonly response: Pick<Response, "status" | "headers">;

  constructor({ status, headers }: Response) {
    super(`The server answered ${status} without a word from the API.`);
    this.response = { status, headers };
  }
}

/**
 * A fetch that gives up after `timeoutMs`, whether the answer does not begin or does not end. Never sends cookies: the
 * session is the token and nothing else.
 */
export function fetchInTime(fetch: typeof globalThis.fetch, timeoutMs: number): LinkFetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await fetch(input, { ...(init as RequestInit), signal, credentials: "omit" });
    // tRPC would only say that it is no JSON, and forget status and headers.
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    if (!response.ok && !isJson) throw new ForeignAnswer(response);
    return response;
  };
}
