import type { Sandbox } from "../sandbox.ts";
import { createWakeUp, type WakeUp } from "../wake-up.ts";
import { retryAfterSeconds } from "./retry-schedule.ts";
import { attemptDelivery, type SendableDelivery, type SendResult } from "./send-delivery.ts";

export interface DueDelivery extends SendableDelivery {
  seq: number;
  id: string;
  attempts: number;
  first_attempt_ms: number | null;
}

const parallelDeliveries = 64;

/**
 * Strictly sequential per object: an event waits until every delivery of every earlier event of
 * the same object is over, to whichever webhook. Copies and reordered deliveries stand outside.
 */
const headOfQueue = `(skips_queue = 1 OR NOT EXISTS (
  SELECT 1 FROM deliveries earlier
  WHERE earlier.queue_key = deliveries.queue_key
    AND earlier.event_seq < deliveries.event_seq
    AND earlier.skips_queue = 0
    AND earlier.state IN ('pending', 'sending', 'held')
))`;

/**
 * Delivers queued events until stopped. The queue lives in the store: what was pending or in
 * flight when the process ended is sent again, so delivery is at least once.
 */
export function startDeliveryQueue(sandbox: Sandbox): WakeUp {
  const { store, clock } = sandbox;
  store.run("UPDATE deliveries SET state = 'pending' WHERE state = 'sending'");
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  // A provider that is down delivers nothing either.
  const paused = (): boolean =>
    sandbox.outage.isDown() ||
    stopping.signal.aborted ||
    !sandbox.settings.current().deliverWebhooks;

  const nextDueMs = (): number | undefined =>
    paused() || running.size >= parallelDeliveries ? undefined : nextDeliveryMs(sandbox);

  const attempt = async (delivery: DueDelivery, attemptedMs: number): Promise<void> => {
    const result = await attemptDelivery(sandbox, delivery, stopping.signal);
    // After a stop the row stays 'sending', and the next start repeats the attempt.
    if (stopping.signal.aborted) return;
    recordAttempt(sandbox, delivery, attemptedMs, result);
    queue.wake();
  };

  const deliverDue = (): void => {
    if (paused()) return;
    for (const delivery of takeDueDeliveries(sandbox, parallelDeliveries - running.size)) {
      const work = attempt(delivery, clock.nowMs()).finally(() => running.delete(work));
      running.add(work);
    }
  };

  const queue = createWakeUp(clock, nextDueMs, deliverDue);
  return {
    wake: () => queue.wake(),
    stop() {
      stopping.abort();
      queue.stop();
    },
  };
}

/** Earliest moment, on the sandbox clock, at which a delivery may go out. */
export function nextDeliveryMs({ store }: Sandbox): number | undefined {
  const row = store.get<{ due: number | null }>(
    `SELECT min(next_attempt_ms) AS due FROM deliveries WHERE state = 'pending' AND ${headOfQueue}`,
  );
  return row?.due ?? undefined;
}

/** Takes what may go out now; each must be sent, and its result recorded. */
export function takeDueDeliveries({ store, clock }: Sandbox, limit: number): DueDelivery[] {
  const due = store.all<DueDelivery>(
    `SELECT seq, id, mode, webhook_id, url, event, object_id, body, attempts, first_attempt_ms
     FROM deliveries WHERE state = 'pending' AND next_attempt_ms <= ? AND ${headOfQueue}
     ORDER BY seq LIMIT ?`,
    clock.nowMs(),
    limit,
  );
  for (const { seq } of due) {
    store.run("UPDATE deliveries SET state = 'sending' WHERE seq = ?", seq);
  }
  return due;
}

export function recordAttempt(
  sandbox: Sandbox,
  delivery: DueDelivery,
  attemptedMs: number,
  result: SendResult,
): void {
  const { store, clock } = sandbox;
  const acknowledged = result.errorMessage === "";
  const attempts = delivery.attempts + 1;
  const firstMs = delivery.first_attempt_ms ?? attemptedMs;
  const retry = acknowledged ? undefined : retryAfterSeconds(attempts);
  const failed = sandbox.settings.current().afterLastAttempt === "advance" ? "failed" : "held";
  const state = acknowledged ? "delivered" : retry === undefined ? failed : "pending";
  store.transaction(() => {
    store.run(
      "INSERT INTO delivery_attempts (delivery_id, attempted_ms, http_status, error_message, fault) VALUES (?, ?, ?, ?, ?)",
      delivery.id,
      attemptedMs,
      result.httpStatus,
      result.errorMessage,
      result.fault,
    );
    // A webhook deleted while the attempt was in flight has no further attempts.
    store.run(
      `UPDATE deliveries SET state = ?, attempts = ?, first_attempt_ms = ?, next_attempt_ms = ?, delivered_ms = ?
       WHERE seq = ? AND state = 'sending'`,
      state,
      attempts,
      firstMs,
      retry === undefined ? attemptedMs : Math.max(firstMs + clock.waitMs(retry), attemptedMs),
      acknowledged ? clock.nowMs() : null,
      delivery.seq,
    );
  });
}
