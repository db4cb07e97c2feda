import { TRPCClientError } from "@trpc/client";
import { isUnauthenticated } from "../error-facts.ts";
import type { SessionTokens } from "../generated/contract.ts";
import type { StoredTokens, TokenStorage } from "./token-storage.ts";

/** Why a session is over. */
export type SignedOutReason = "signed-out" | "session-ended";

export interface Session {
  /** A token that is good now, renewed if it is about to run out; `undefined` while nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /**
   * After a refusal of `refused`: resolves to true once there is another token to try with.
   * Any number of callers at once share one refresh. Throws if the refresh could not be carried out.
   */
  renew(refused: string): Promise<boolean>;
  start(tokens: SessionTokens): Promise<void>;
  /** Forgets the tokens. Returns the last access token, with which the server can be told. */
  end(reason: SignedOutReason): Promise<void>;
  isSignedIn(): Promise<boolean>;
}

export interface SessionOptions {
  readonly storage: TokenStorage;
  /** Exchanges a refresh token for new tokens. */
  readonly refresh: (refreshToken: string) => Promise<SessionTokens>;
  readonly onSignedOut?: ((reason: SignedOutReason) => void) | undefined;
  /** Tabs that share a storage take turns under this name. */
  readonly lockName: string;
  readonly now?: () => number;
}

/** A token is renewed when so much of its life is left, so that none runs out on its way. */
const marginMs = 30_000;

/**
 * Keeps one user's session: renews before tokens run out and after a refusal, one refresh at a time. A refresh token is good
 * once, and one that is used twice looks stolen and ends the session; so no two refreshes may ever cross.
 */
export function createSession(options: SessionOptions): Session {
  const { storage, refresh, onSignedOut, lockName, now = Date.now } = options;
  let refreshing: Promise<boolean> | undefined;
  /** Counts sign-ins and sign-outs: a refresh that began before one must not write after it. */
  let epoch = 0;

  async function refreshOnce(refused: string): Promise<boolean> {
    const begun = epoch;
    return await inTurn(lockName, async () => {
      const tokens = await storage.read();
      if (tokens === undefined) return false;
      // Replaced since, by a call or a tab that was faster: no reason to spend another refresh token.
      if (tokens.accessToken !== refused) return true;
      try {
        const fresh = await refresh(tokens.refreshToken);
        if (begun !== epoch) return false;
        await storage.write(toStored(fresh, now()));
        return true;
      } catch (error) {
        if (isUnauthenticated(error) && begun === epoch) {
          await end("session-ended");
          return false;
        }
        throw error;
      }
    });
  }

  function renew(refused: string): Promise<boolean> {
    refreshing ??= refreshOnce(refused).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function end(reason: SignedOutReason): Promise<void> {
    epoch += 1;
    await storage.write(undefined);
    onSignedOut?.(reason);
  }

  return {
    async accessToken() {
      const tokens = await storage.read();
      if (tokens === undefined) return undefined;
      if (tokens.refreshAtMs === null || now() < tokens.refreshAtMs) return tokens.accessToken;
      try {
        await renew(tokens.accessToken);
      } catch (error) {
        if (!(error instanceof TRPCClientError)) throw error;
        // The old token may still be good; if not, the server says so and the caller renews.
        return tokens.accessToken;
      }
      return (await storage.read())?.accessToken;
    },
    renew,
    async start(tokens) {
      epoch += 1;
      await storage.write(toStored(tokens, now()));
    },
    end,
    async isSignedIn() {
      return (await storage.read()) !== undefined;
    },
  };
}

function toStored(tokens: SessionTokens, nowMs: number): StoredTokens {
  const { accessToken, refreshToken, accessTokenExpiresAt } = tokens;
  const livesMs = accessTokenExpiresAt.getTime() - nowMs;
  // A fresh token that seems to be old already: this machine's clock is wrong. Then only refusals can tell.
  const refreshAtMs = livesMs > 2 * marginMs ? nowMs + livesMs - marginMs : null;
  return { accessToken, refreshToken, refreshAtMs };
}

/** The part of the Web Locks API that is used; not every consumer compiles with the types of a browser. */
interface Locks {
  request<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** Runs alone among all tabs of this origin, where the platform can do that. */
async function inTurn<T>(name: string, run: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {};
  return locks === undefined ? await run() : await locks.request(name, run);
}
