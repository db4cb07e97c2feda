import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP } from "node:net";

/** Written by us on every request before any route sees it; whatever a caller sends under this name is overwritten. */
const header = "x-wallet-client-address";

/** Headers that steer Next.js from within. From outside they have no business here. */
const internalHeaders = /^(x-middleware-|x-nextjs-|x-matched-path$|x-now-|x-invoke-)/;
/** With which the browser's half of Next.js asks for parts of pages; a server without pages knows none of them. */
const pageHeaders = /^(next-router-|next-url$|rsc$)/;

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

/** How long a caller may take to send, in milliseconds, whatever it dribbles meanwhile. */
const patience = { headersMs: 10_000, requestMs: 15_000 };

/**
 * Looks at each request of this process before Next.js does: notes the caller's address, removes headers that only
 * Next.js itself may set, and gives the server time limits that a slow sender cannot stretch. Once the process is stopping, each
 * answer is the last on its connection: a client that keeps asking on an open one would keep the process alive for ever.
 */
export function guardHttpServer(options: {
  trustedProxyHops: number;
  isStopping: () => boolean;
  /** Browsers show pages of this server, and move from one to the next. */
  hasPages?: boolean;
  /** Shorter ones, for tests. */
  patience?: { headersMs: number; requestMs: number };
}): void {
  const { headersMs, requestMs } = options.patience ?? patience;
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
      server.headersTimeout = headersMs;
      server.requestTimeout = requestMs;
      server.maxRequestsPerSocket = 1_000;
    }
    const { headers } = request;
    for (const name of Object.keys(headers)) {
      const isPageHeader = options.hasPages !== true && pageHeaders.test(name);
      if (isPageHeader || internalHeaders.test(name)) delete headers[name];
    }
    const forwardedFor = headers["x-forwarded-for"];
    headers[header] = clientAddress(
      Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
      request.socket.remoteAddress,
      options.trustedProxyHops,
    );
  });
}
