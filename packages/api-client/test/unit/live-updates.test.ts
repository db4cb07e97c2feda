import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { initTRPC, tracked } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import superjson from "superjson";
import { expect, test } from "vitest";
import { createApiClient } from "../../src/create-api-client.ts";
import { createMemoryStorage } from "../../src/session/token-storage.ts";

interface Connection {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly lastEventId: string | undefined;
}

interface StreamServerOptions {
  readonly events: number;
  /** Ends the connection after so many events on it. */
  readonly cutAfter: number;
  /** Refuses the nth connection with this status. */
  readonly refuse?: (nth: number) => number | undefined;
}

/** tRPC's own server with a stream of numbered events, and connections that end whenever the test wants. */
async function startStreamServer({ events, cutAfter, refuse }: StreamServerOptions) {
  const connections: Connection[] = [];
  let refreshes = 0;
  const t = initTRPC.context<{ request: IncomingMessage }>().create({ transformer: superjson });
  const router = t.router({
    session: t.router({
      refresh: t.procedure.mutation(() => {
        refreshes += 1;
        return {
          accessToken: `token-${refreshes}`,
          accessTokenExpiresAt: new Date(Date.now() + 600_000),
          refreshToken: `refresh-${refreshes}`,
          refreshTokenExpiresAt: new Date(Date.now() + 600_000),
        };
      }),
    }),
    transaction: t.router({
      onUpdate: t.procedure
        .input((value) => value as { lastEventId?: string } | undefined)
        .subscription(async function* ({ input, ctx }) {
          const after = Number(input?.lastEventId ?? 0);
          for (let n = after + 1; n <= events; n++) {
            yield tracked(String(n), { status: "completed", n });
            if ((n - after) % cutAfter === 0) {
              // The event is on its way before the connection ends.
              await new Promise((resolve) => setTimeout(resolve, 10));
              ctx.request.socket.destroy();
              return;
            }
          }
          await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
        }),
    }),
  });
  const handle = createHTTPHandler({
    router,
    basePath: "/trpc/",
    createContext: ({ req }) => ({ request: req }),
  });
  const server = createServer((request, response) => {
    if (request.url?.includes("onUpdate") === true) {
      const { authorization, "last-event-id": lastEventId } = request.headers;
      connections.push({ url: request.url, authorization, lastEventId: lastEventId?.toString() });
      const status = refuse?.(connections.length);
      if (status !== undefined) {
        response.writeHead(status).end("no");
        return;
      }
    }
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    refreshCount: () => refreshes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows the stream until `count` events have come or it fails. */
async function follow(url: string, count: number): Promise<{ ids: string[]; error: unknown }> {
  const storage = createMemoryStorage();
  await storage.write({ accessToken: "token-0", refreshToken: "refresh-0", refreshAtMs: null });
  const { trpc } = createApiClient({ baseUrl: url, storage, retry: { baseDelayMs: 5 } });
  const ids: string[] = [];
  return await new Promise((resolve) => {
    const subscription = trpc.transaction.onUpdate.subscribe(undefined, {
      onData: ({ id }) => {
        ids.push(id);
        if (ids.length < count) return;
        subscription.unsubscribe();
        resolve({ ids, error: undefined });
      },
      onError: (error) => resolve({ ids, error }),
    });
  });
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));

test(
  "a connection cut after every event loses none and repeats none",
  { timeout: 30_000 },
  async () => {
    await using server = await startStreamServer({ events: 4, cutAfter: 1 });
    const { ids } = await follow(server.url, 4);
    expect(ids).toEqual(numbers(4));
    expect(server.connections.map(({ lastEventId }) => lastEventId)).toEqual([
      undefined,
      "1",
      "2",
      "3",
    ]);
  },
);

test("the token travels in a header and is in no address", async () => {
  await using server = await startStreamServer({ events: 2, cutAfter: 99 });
  await follow(server.url, 2);
  const [connection] = server.connections;
  expect(connection?.authorization).toBe("Bearer token-0");
  expect(connection?.url).not.toContain("token-0");
});

test("a refused token is renewed once, and the stream begins", async () => {
  await using server = await startStreamServer({
    events: 3,
    cutAfter: 99,
    refuse: (nth) => (nth === 1 ? 401 : undefined),
  });
  const { ids } = await follow(server.url, 3);
  expect(ids).toEqual(numbers(3));
  expect(server.refreshCount()).toBe(1);
  expect(server.connections.map(({ authorization }) => authorization)).toEqual([
    "Bearer token-0",
    "Bearer token-1",
  ]);
});

test(
  "goes on where it was when the token runs out in the middle",
  { timeout: 30_000 },
  async () => {
    await using server = await startStreamServer({
      events: 4,
      cutAfter: 2,
      refuse: (nth) => (nth === 2 ? 401 : undefined),
    });
    const { ids } = await follow(server.url, 4);
    expect(ids).toEqual(numbers(4));
    expect(server.refreshCount()).toBe(1);
  },
);

test("a busy server is asked again, a bounded number of times", async () => {
  await using busy = await startStreamServer({
    events: 1,
    cutAfter: 99,
    refuse: (nth) => (nth < 3 ? 503 : undefined),
  });
  expect((await follow(busy.url, 1)).ids).toEqual(["1"]);
  await using down = await startStreamServer({ events: 1, cutAfter: 99, refuse: () => 503 });
  expect((await follow(down.url, 1)).error).toBeInstanceOf(Error);
  expect(down.connections).toHaveLength(4);
});

test("a stream that does not exist fails at once", async () => {
  await using server = await startStreamServer({ events: 1, cutAfter: 99, refuse: () => 404 });
  expect((await follow(server.url, 1)).error).toBeInstanceOf(Error);
  expect(server.connections).toHaveLength(1);
});
