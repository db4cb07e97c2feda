import type { Log } from "@revio-wallet/core/context";
import { Client } from "pg";

const channel = "transaction_events";
/** In place of a user's id: every change of anybody. */
export const everybody = "*";
const reconnectMs = [100, 500, 1_000, 2_000, 5_000];

/**
 * Wakes live streams when something happened to a user's transactions, in any process. One connection per process listens
 * for all streams together; it opens with the first. A notification only wakes: what happened is read from the tables, so a
 * lost one costs time, never an event.
 */
export class TransactionEventListener {
  readonly #connectionString: string;
  readonly #log: Log;
  readonly #streams = new Map<string, Set<() => void>>();
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: { connectionString: string; log: Log }) {
    this.#connectionString = options.connectionString;
    this.#log = options.log;
  }

  /** True once the process is stopping: streams end, so that it need not wait for them. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Calls `wake` for each change of the user (or of `everybody`), and whenever changes may have been missed. Returns how to stop. */
  subscribe(userId: string, wake: () => void): () => void {
    const wakes = this.#streams.get(userId) ?? new Set();
    this.#streams.set(userId, wakes.add(wake));
    if (this.#client === undefined && this.#retry === undefined && !this.#closed) {
      void this.#connect();
    }
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.#streams.get(userId) === wakes) this.#streams.delete(userId);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    this.#wakeAll();
    await client?.end();
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#connectionString,
      application_name: "wallet-api-live",
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    this.#client = client;
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client, undefined));
    client.on("notification", ({ payload }) => {
      for (const key of [payload ?? "", everybody]) {
        for (const wake of this.#streams.get(key) ?? []) wake();
      }
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.#failures = 0;
      // Whatever happened while nobody listened.
      this.#wakeAll();
    } catch (error) {
      this.#lost(client, error);
    }
  }

  /** Called more than once for one connection; only the first call counts. */
  #lost(client: Client, error: unknown): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = undefined;
    // It may have died half open; ending it twice is harmless, and its failure tells nothing new.
    client.end(() => undefined);
    this.#log.warn({ error }, "live updates lost their database connection");
    const pauseMs = reconnectMs[Math.min(this.#failures++, reconnectMs.length - 1)];
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, pauseMs);
    this.#retry.unref();
  }

  #wakeAll(): void {
    for (const wakes of this.#streams.values()) for (const wake of wakes) wake();
  }
}
