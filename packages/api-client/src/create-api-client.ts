import { createTRPCClient, httpLink, type TRPCClient, type TRPCLink } from "@trpc/client";
import superjson from "superjson";
import type { Inputs } from "./contract-types.ts";
import type { AppRouter, User } from "./generated/contract.ts";
import { fetchInTime } from "./links/fetch-in-time.ts";
import { type CallLogEntry, logLink } from "./links/log-link.ts";
import { resendLink, type SentTokens } from "./links/resend-link.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./links/retry-policy.ts";
import { sendLink } from "./links/send-link.ts";
import { createSession, type SignedOutReason } from "./session/create-session.ts";
import { createMemoryStorage, type TokenStorage } from "./session/token-storage.ts";

export interface ApiClientOptions {
  /** Where the API is: "https://api.example.com". Plain http only on this machine. */
  readonly baseUrl: string;
  /** Instead of the platform's own. */
  readonly fetch?: typeof globalThis.fetch;
  /** Where the session lives; default: in memory, until the page is left. */
  readonly storage?: TokenStorage;
  /** The user signed out, or the session ended: expired, ended elsewhere, suspended. Show the sign-in. */
  readonly onSignedOut?: (reason: SignedOutReason) => void;
  /** Gets a line per call, without any of its content. */
  readonly logger?: (entry: CallLogEntry) => void;
  /** Parts of the retry policy to change. */
  readonly retry?: Partial<RetryPolicy>;
  /** After so long without an answer a query or a mutation counts as unanswered. Default: 20 s. */
  readonly timeoutMs?: number;
}

export interface ApiClient {
  /** All procedures: `trpc.deposit.create.mutate(…)`, `trpc.balance.get.query(…)`. */
  readonly trpc: TRPCClient<AppRouter>;
  /** Makes a user. Signing in is a step of its own. */
  readonly register: (input: Inputs["user"]["register"]) => Promise<User>;
  /** Opens a session and keeps its tokens. TOTP_REQUIRED: ask for the code and call again with it. */
  readonly signIn: (input: Inputs["session"]["signIn"]) => Promise<User>;
  /** Forgets the tokens in any case; rejects if the server could not be told. */
  readonly signOut: () => Promise<void>;
  /** Whether there are tokens. The server may have ended their session meanwhile. */
  readonly isSignedIn: () => Promise<boolean>;
}

/** A client of the wallet for one user at a time. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { onSignedOut, logger, timeoutMs = 20_000 } = options;
  const url = `${checkBaseUrl(options.baseUrl)}/trpc`;
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const sentTokens: SentTokens = new WeakMap();
  const policy = { ...defaultRetryPolicy, ...options.retry };

  const session = createSession({
    storage: options.storage ?? createMemoryStorage(),
    refresh: createRefresh(url, send),
    lockName: `revio-wallet:${url}`,
    onSignedOut,
  });
  const onRetry = (
    { path, type }: { path: string; type: CallLogEntry["type"] },
    attempt: number,
    delayMs: number,
  ): void => logger?.({ event: "retry", path, type, attempt, delayMs });
  const links: TRPCLink<AppRouter>[] = [
    ...(logger === undefined ? [] : [logLink(logger)]),
    resendLink({ session, policy, sentTokens, onRetry }),
    sendLink({ url, session, fetch: send, timeoutMs, sentTokens }),
  ];
  const trpc = createTRPCClient<AppRouter>({ links });

  return {
    trpc,
    register: (input) => trpc.user.register.mutate(input),
    async signIn(input) {
      const { user, ...tokens } = await trpc.session.signIn.mutate(input);
      await session.start(tokens);
      return user;
    },
    async signOut() {
      if (!(await session.isSignedIn())) return;
      try {
        await trpc.session.signOut.mutate();
      } finally {
        if (await session.isSignedIn()) await session.end("signed-out");
      }
    },
    isSignedIn: () => session.isSignedIn(),
  };
}

/**
 * A lost answer leaves the old token used up without a new one in hand. The server takes it once more for ten seconds;
 * so ask twice within that time, and no later.
 */
function createRefresh(url: string, send: typeof globalThis.fetch) {
  const { session } = createTRPCClient<AppRouter>({
    links: [
      resendLink({
        session: { renew: () => Promise.resolve(false) },
        policy: { attempts: 2, baseDelayMs: 500, maxDelayMs: 500, maxRetryAfterMs: 1_000 },
        sentTokens: new WeakMap(),
        isRepeatable: () => true,
      }),
      httpLink({ url, transformer: superjson, fetch: fetchInTime(send, 4_000) }),
    ],
  });
  return (refreshToken: string) => session.refresh.mutate({ refreshToken });
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null)
    throw new TypeError("baseUrl is not an address. Give one like https://api.example.com.");
  const local = /^(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new TypeError("baseUrl must begin with https://. Tokens must not travel in the clear.");
  }
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}
