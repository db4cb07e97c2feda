import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP } from "node:net";

/** Written by us on every request before any route sees it; whatever a caller sends under this name is overwritten. */
const header = "x-wallet-client-address";

/** Headers that steer Next.js from within. From outside they have no business here. */
const internalHeaders =
  /^(x-middleware-|x-nextjs-|x-matched-path$|x-now-|x-invoke-|next-router-|next-url$|rsc$)/;

/**
 * The address of the caller: the socket's own, or, behind `hops` proxies of ours, the entry that the outermost of them
 * added to X-Forwarded-For. Entries before it are the caller's invention.
 */
export function clientAddress(
  forwardedFor: string | undefined,
  socketAddress: string | undefined,
  hops: number,
): string {
  const chain = (forwardedFor ?? "").split(",").map((part) => part.trim());
  const addresses = [...chain.filter((part) => part !== ""), socketAddress ?? ""];
  const address = addresses.at(-1 - hops) ?? "";
  return isIP(address) === 0 ? "unknown" : address;
}

/** What `guardHttpServer` found out about the caller of this request. */
export function clientAddressOf(headers: Headers): string {
  return headers.get(header) ?? "unknown";
}

/**
 * Looks at each request of this process before Next.js does: notes the caller's address, removes headers that only
 * Next.js itself may set, and gives the server time limits that a slow sender cannot stretch. Once the process is stopping, each
 * answer is the last on its connection: a client that keeps asking on an open one would keep the process alive for ever.
 */
export function guardHttpServer(options: {
  trustedProxyHops: number;
  isStopping: () => boolean;
}): void {
  const guarded = new WeakSet<Server>();
  subscribe("http.server.request.start", (message) => {
    const { request, response, server } = message as {
      request: IncomingMessage;
      response: ServerResponse;
      server: Server;
    };
    if (options.isStopping()) response.setHeader("connection", "close");
    if (!guarded.has(server)) {
      guarded.add(server);
      server.headersTimeout = 10_000;
      server.requestTimeout = 15_000;
      server.maxRequestsPerSocket = 1_000;
    }
    const { headers } = request;
    for (const name of Object.keys(headers)) if (internalHeaders.test(name)) delete headers[name];
    const forwardedFor = headers["x-forwarded-for"];
    headers[header] = clientAddress(
      Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
      request.socket.remoteAddress,
      options.trustedProxyHops,
    );
  });
}
