import type { Log } from "@revio-wallet/core/context";
import { insertProviderCalls, type NewProviderCall } from "@revio-wallet/db/sql/provider-calls";
import type { ResponseEvent } from "@revio-wallet/revio-client/call";
import type { Pool } from "pg";

/** Keeps what was sent to Revio, for people to look at. */
export interface ProviderCallRecorder {
  /** Takes note of one attempt; never throws, and never waits for the database. */
  record: (event: ResponseEvent, requestId: string | undefined) => void;
  /** Writes what is noted down. */
  flush: () => Promise<void>;
  close: () => Promise<void>;
}

const pauseMs = 500;
/** Rows in one statement. */
const batch = 200;
/** While the database cannot be reached, so many are kept; then the oldest go. */
const mostKept = 2_000;

/**
 * Notes calls in memory and writes them a moment later, in statements of their own: the work that made a call neither waits
 * for its record nor fails with it, and a rollback does not take it back. A process that dies loses the last half second of them; the
 * intents that money depends on stand in tables of their own.
 */
export function createProviderCallRecorder({
  pool,
  log,
}: {
  pool: Pool;
  log: Log;
}): ProviderCallRecorder {
  let noted: NewProviderCall[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    while (noted.length > 0) {
      const calls = noted.splice(0, batch);
      try {
        await insertProviderCalls(pool, calls);
      } catch (error) {
        log.warn({ error, calls: calls.length }, "calls to Revio could not be put on record");
        noted = [...calls, ...noted].slice(-mostKept);
        return;
      }
    }
  };
  const flush = () => (writing = writing.then(write));
  return {
    record: (event, requestId) => {
      const { operation, attempt, status, durationMs, outcome, detail, objectId } = event;
      noted.push({
        calledAt: new Date(Date.now() - durationMs),
        operation,
        attempt,
        objectId,
        httpStatus: status,
        durationMs: Math.max(Math.round(durationMs), 0),
        code: outcome,
        detail,
        requestId: requestId ?? null,
      });
      if (noted.length > mostKept) noted.shift();
      timer ??= setTimeout(() => void flush(), pauseMs).unref();
    },
    flush,
    close: flush,
  };
}
