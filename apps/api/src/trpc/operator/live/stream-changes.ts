import { type Changes, readChanges, readChangesEnd } from "@revio-wallet/core/live/read-changes";
import { tracked, type TrackedEnvelope } from "@trpc/server";
import { everybody } from "../../../transaction-event-listener.ts";
import type { CoreContext, TrpcContext } from "../../trpc-context.ts";
import { createBell, endQuietly } from "../../wire/stream-bell.ts";
import { createStreamPlaces } from "../../wire/stream-places.ts";

/** Tabs of one operator. */
const takeStreamPlace = createStreamPlaces(12);
/** Looks of one stream are at least this far apart: what happens meanwhile is told together. */
const fastestMs = 1_000;
/** At the latest, whether or not somebody called: not everything that changes rings. */
const slowestMs = 3_000;

type StreamContext = Pick<TrpcContext, "transactionEvents" | "authenticateOperator"> & {
  core: CoreContext;
};

/** What a stream yields; the place travels as the id of the event. */
export type StreamedChanges = Omit<Changes, "place">;

/**
 * Tells an operator what changed, about once a second while something does, until they leave or their session ends. Watching
 * does not keep a session from ending.
 *
 * @throws DomainError RATE_LIMITED above twelve streams per operator, UNAUTHENTICATED once the session has ended
 */
export async function* streamChanges(
  ctx: StreamContext,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StreamedChanges>, void, unknown> {
  const { operatorId } = await ctx.authenticateOperator();
  const leave = takeStreamPlace(operatorId);
  const bell = createBell();
  // Before the first read: what happens in between rings.
  const unsubscribe = ctx.transactionEvents.subscribe(everybody, bell.ring);
  const stop = () => bell.ring();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    let after = lastEventId ?? (await readChangesEnd(ctx.core));
    for (let isFirst = true; ; isFirst = false) {
      if (signal?.aborted === true) return;
      if (ctx.transactionEvents.closed) throw endQuietly("the process is stopping");
      const { role, missing } = await ctx.authenticateOperator();
      if (missing !== null) throw endQuietly("a factor is missing");
      const { place, ...changes } = await readChanges(ctx.core, { after, role });
      // The first at once: from now on the client has a place to come back to.
      if (isFirst || place !== after) yield tracked(place, changes);
      after = place;
      const lookedAt = Date.now();
      await bell.wait(slowestMs);
      const early = lookedAt + fastestMs - Date.now();
      if (early > 0) await pause(early, signal);
    }
  } finally {
    leave();
    unsubscribe();
    signal?.removeEventListener("abort", stop);
  }
}

/** Ends early when the reader leaves. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, signal?.aborted === true ? 0 : ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });
}
