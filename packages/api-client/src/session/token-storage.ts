type MaybePromise<T> = T | Promise<T>;

/** Tokens of one session, fit for JSON. */
export interface StoredTokens {
  readonly accessToken: string;
  /** Good once. */
  readonly refreshToken: string;
  /** When to ask for new tokens without waiting for a refusal: milliseconds since 1970 by this machine's clock, or never. */
  readonly refreshAtMs: number | null;
}

/**
 * Where a session lives between calls. The default is this page's memory, which no script of another page can read and which
 * a reload forgets. A storage that several tabs share must show each of them what another wrote.
 */
export interface TokenStorage {
  read(): MaybePromise<StoredTokens | undefined>;
  /** `undefined` when the session is over. */
  write(tokens: StoredTokens | undefined): MaybePromise<void>;
}

export function createMemoryStorage(): TokenStorage {
  let kept: StoredTokens | undefined;
  return {
    read: () => kept,
    write: (tokens) => {
      kept = tokens;
    },
  };
}
