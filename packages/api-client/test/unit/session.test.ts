import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createApiClient } from "../../src/create-api-client.ts";
import { createMemoryStorage, type StoredTokens } from "../../src/session/token-storage.ts";
import { cutConnection, ok, refusal, type Reaction, startFakeApi } from "../support/fake-api.ts";

const user = { id: "u", status: "active", email: "a@example.com", fullName: "A", phone: null };
const balance = { currency: "ZAR", availableMinor: 1n, pendingMinor: 0n, receivableMinor: 0n };

interface ServerOptions {
  readonly livesMs?: number;
  readonly onRefresh?: (nth: number) => Reaction | undefined;
  readonly refreshTakesMs?: number;
}

/** A server whose tokens work like the API's: the newest access token only, each refresh token once. */
async function startSessionServer({
  livesMs = 600_000,
  onRefresh,
  refreshTakesMs = 0,
}: ServerOptions = {}) {
  let generation = 0;
  const issue = () => {
    generation += 1;
    return {
      accessToken: `access-${generation}`,
      accessTokenExpiresAt: new Date(Date.now() + livesMs),
      refreshToken: `refresh-${generation}`,
      refreshTokenExpiresAt: new Date(Date.now() + 3_600_000),
    };
  };
  const api = await startFakeApi(async (call, nth) => {
    if (call.path === "session.signIn") return ok({ ...issue(), user });
    if (call.path === "session.refresh") {
      await new Promise((resolve) => setTimeout(resolve, refreshTakesMs));
      const reaction = onRefresh?.(nth);
      if (reaction !== undefined) return reaction;
      const { refreshToken } = call.input as { refreshToken: string };
      return refreshToken === `refresh-${generation}` ? ok(issue()) : refusal("UNAUTHENTICATED");
    }
    if (call.authorization !== `Bearer access-${generation}`) return refusal("UNAUTHENTICATED");
    return ok(call.path === "session.signOut" ? { done: true } : balance);
  });
  return { api };
}

/** Makes the server forget the access token and still know the refresh token. */
function staleAccess(tokens: StoredTokens | undefined): StoredTokens {
  return {
    refreshToken: tokens?.refreshToken ?? "",
    accessToken: "access-stale",
    refreshAtMs: null,
  };
}

async function signedIn(options: ServerOptions = {}) {
  const server = await startSessionServer(options);
  onTestFinished(() => server.api[Symbol.asyncDispose]());
  const storage = createMemoryStorage();
  const ends: string[] = [];
  const client = createApiClient({
    baseUrl: server.api.url,
    storage,
    onSignedOut: (reason) => ends.push(reason),
    retry: { attempts: 1 },
  });
  await client.signIn({ email: "a@example.com", password: "p" });
  const getBalance = () => client.trpc.balance.get.query({ currency: "ZAR" });
  const goStale = async () => storage.write(staleAccess(await storage.read()));
  return { ...server, client, storage, ends, getBalance, goStale };
}

describe("refresh", () => {
  test.for(["with Web Locks", "without Web Locks"])(
    "fifteen refusals at once lead to one refresh and fifteen answers, %s",
    async (platform) => {
      if (platform === "without Web Locks") vi.stubGlobal("navigator", {});
      onTestFinished(() => void vi.unstubAllGlobals());
      const { api, getBalance, goStale, client } = await signedIn({ refreshTakesMs: 30 });
      await goStale();
      const calls = [
        ...Array.from({ length: 12 }, getBalance),
        ...Array.from({ length: 3 }, () =>
          client.trpc.bankAccount.remove.mutate({ bankAccountId: "b" }),
        ),
      ];
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 15 }, () => balance));
      expect(api.callsOf("session.refresh")).toHaveLength(1);
      expect(api.callsOf("bankAccount.remove")).toHaveLength(6);
      expect(api.callsOf("balance.get")).toHaveLength(24);
    },
  );

  test("a refusal that arrives after the refresh costs no second one", async () => {
    const { api, getBalance, goStale } = await signedIn();
    await goStale();
    await getBalance();
    await goStale();
    await Promise.all([getBalance(), new Promise((r) => setTimeout(r, 15)).then(getBalance)]);
    expect(api.callsOf("session.refresh")).toHaveLength(2);
  });

  test("comes before the token runs out, once, without a refused call", async () => {
    const { api, getBalance, storage } = await signedIn({ refreshTakesMs: 20 });
    const tokens = await storage.read();
    expect(tokens?.refreshAtMs).toBeGreaterThan(Date.now() + 560_000);
    await storage.write({ ...(tokens as StoredTokens), refreshAtMs: Date.now() - 1 });
    await Promise.all(Array.from({ length: 15 }, getBalance));
    expect(api.callsOf("session.refresh")).toHaveLength(1);
    expect(new Set(api.callsOf("balance.get").map((call) => call.authorization))).toEqual(
      new Set(["Bearer access-2"]),
    );
  });

  test("a wrong clock does not make every call refresh", async () => {
    const { api, getBalance } = await signedIn({ livesMs: -3_600_000 });
    for (let i = 0; i < 3; i++) await getBalance();
    expect(api.callsOf("session.refresh")).toHaveLength(0);
  });

  test("one that is refused ends the session: the app hears once, every call fails, nothing loops", async () => {
    const { api, getBalance, goStale, ends, client } = await signedIn({
      onRefresh: () => refusal("UNAUTHENTICATED"),
    });
    await goStale();
    const results = await Promise.allSettled(Array.from({ length: 15 }, getBalance));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    expect(ends).toEqual(["session-ended"]);
    expect(api.callsOf("session.refresh")).toHaveLength(1);
    expect(api.callsOf("balance.get")).toHaveLength(15);
    expect(await client.isSignedIn()).toBe(false);
  });

  test("one whose new token is refused as well is not followed by another", async () => {
    const { api, getBalance, goStale } = await signedIn({
      onRefresh: (nth) =>
        ok({
          accessToken: `useless-${nth}`,
          accessTokenExpiresAt: new Date(Date.now() + 600_000),
          refreshToken: `next-${nth}`,
          refreshTokenExpiresAt: new Date(Date.now() + 600_000),
        }),
    });
    await goStale();
    await expect(getBalance()).rejects.toThrow("UNAUTHENTICATED");
    expect(api.callsOf("session.refresh")).toHaveLength(1);
    expect(api.callsOf("balance.get")).toHaveLength(2);
  });

  test("one whose answer is lost is asked for once more with the same token", async () => {
    const { api, getBalance, goStale } = await signedIn({
      onRefresh: (nth) => (nth === 1 ? cutConnection : undefined),
    });
    await goStale();
    await expect(getBalance()).resolves.toEqual(balance);
    const tokens = api.callsOf("session.refresh").map(({ input }) => input);
    expect(tokens).toEqual([{ refreshToken: "refresh-1" }, { refreshToken: "refresh-1" }]);
  });

  test("one that cannot be carried out keeps the session for later", async () => {
    let down = true;
    const { getBalance, goStale, ends, client } = await signedIn({
      onRefresh: () => (down ? refusal("BUSY") : undefined),
    });
    await goStale();
    await expect(getBalance()).rejects.toThrow();
    expect([ends, await client.isSignedIn()]).toEqual([[], true]);
    down = false;
    await expect(getBalance()).resolves.toEqual(balance);
  });

  test("two tabs on one storage spend one refresh token", async () => {
    const { api, getBalance, goStale, storage } = await signedIn({ refreshTakesMs: 30 });
    const other = createApiClient({ baseUrl: api.url, storage, retry: { attempts: 1 } });
    await goStale();
    await Promise.all([getBalance(), other.trpc.balance.get.query({ currency: "ZAR" })]);
    expect(api.callsOf("session.refresh")).toHaveLength(1);
  });
});

describe("signing in and out", () => {
  test("the token is in no address and not in calls that need none", async () => {
    const { api, getBalance, client } = await signedIn();
    await getBalance();
    await client.register({ email: "b@example.com", fullName: "B", password: "p" }).catch(() => 0);
    expect(api.calls.filter(({ url }) => /access-|refresh-/.test(url))).toEqual([]);
    expect(api.callsOf("session.signIn")[0]?.authorization).toBeUndefined();
    expect(api.callsOf("user.register")[0]?.authorization).toBeUndefined();
    expect(api.callsOf("balance.get")[0]?.authorization).toBe("Bearer access-1");
  });

  test("a wrong password is no reason to refresh", async () => {
    await using api = await startFakeApi(() => refusal("INVALID_CREDENTIALS"));
    const client = createApiClient({ baseUrl: api.url });
    await expect(client.signIn({ email: "a@example.com", password: "x" })).rejects.toThrow();
    expect(api.calls.map(({ path }) => path)).toEqual(["session.signIn"]);
    expect(await client.isSignedIn()).toBe(false);
  });

  test("signing out tells the server, forgets the tokens and tells the app", async () => {
    const { api, client, ends, getBalance } = await signedIn();
    await client.signOut();
    expect(api.callsOf("session.signOut")).toHaveLength(1);
    expect([ends, await client.isSignedIn()]).toEqual([["signed-out"], false]);
    await expect(getBalance()).rejects.toThrow();
    expect(api.callsOf("session.refresh")).toHaveLength(0);
    await client.signOut();
    expect(ends).toEqual(["signed-out"]);
  });

  test("signing out forgets the tokens even if the server cannot be told", async () => {
    const { api, client } = await signedIn();
    await api[Symbol.asyncDispose]();
    await expect(client.signOut()).rejects.toThrow();
    expect(await client.isSignedIn()).toBe(false);
  });

  test("a refresh that ends after signing out brings no tokens back", async () => {
    const { client, getBalance, goStale, storage } = await signedIn({ refreshTakesMs: 80 });
    await goStale();
    const call = getBalance().catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const tokens = await storage.read();
    await storage.write({ ...(tokens as StoredTokens), accessToken: "access-1" });
    await client.signOut();
    expect(await call).toBeInstanceOf(Error);
    expect(await storage.read()).toBeUndefined();
  });
});
