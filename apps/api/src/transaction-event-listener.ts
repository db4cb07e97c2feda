import type { Log } from "@revio-wallet/core/context";
import { Client } from "pg";

const channel = "transaction_events";
const reconnectMs = [100, 500, 1_000, 2_000, 5_000];

/** Wakes live streams when something happened to a user's transactions, in any process. */
export interface TransactionEventListener {
  /** Calls `wake` for each change of the user, and when changes may have been missed. Returns how to stop. */
  subscribe(userId: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/**
 * One connection per process listens for all streams together; it opens with the first stream. A notification only wakes:
 * what happened is read from the tables, so a lost one costs time, never an event.
 */
export function createTransactionEventListener(options: {
  connectionString: string;
  log: Log;
}): TransactionEventListener {
  const { connectionString, log } = options;
  const streams = new Map<string, Set<() => void>>();
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let state: "idle" | "connecting" | "listening" | "waiting" | "closed" = "idle";

  const wakeAll = () => {
    for (const wakes of streams.values()) for (const wake of wakes) wake();
  };
  const isClosed = () => state === "closed";

  const connectLater = (error: unknown) => {
    if (isClosed() || state === "waiting") return;
    state = "waiting";
    log.warn({ error }, "live updates lost their database connection");
    timer = setTimeout(
      () => void connect(),
      reconnectMs[Math.min(failures++, reconnectMs.length - 1)],
    );
    timer.unref();
  };

  const connect = async () => {
    state = "connecting";
    const fresh = new Client({
      connectionString,
      application_name: "wallet-api-live",
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client = fresh;
    const lost = (error?: Error) => {
      if (client !== fresh) return;
      client = undefined;
      void fresh.end().catch(() => undefined);
      connectLater(error);
    };
    fresh.on("error", lost);
    fresh.on("end", () => lost());
    fresh.on("notification", ({ payload }) => {
      for (const wake of streams.get(payload ?? "") ?? []) wake();
    });
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
    } catch (error) {
      lost(error as Error);
      return;
    }
    if (isClosed()) return;
    state = "listening";
    failures = 0;
    // Whatever happened while nobody listened.
    wakeAll();
  };

  return {
    subscribe(userId, wake) {
      const wakes = streams.get(userId) ?? new Set();
      streams.set(userId, wakes.add(wake));
      if (state === "idle") void connect();
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0 && streams.get(userId) === wakes) streams.delete(userId);
      };
    },
    async close() {
      state = "closed";
      clearTimeout(timer);
      const open = client;
      client = undefined;
      wakeAll();
      await open?.end();
    },
  };
}
