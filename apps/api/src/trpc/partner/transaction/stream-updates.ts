import {
  readTransactionUpdates,
  readTransactionUpdatesEnd,
  type TransactionUpdate,
} from "@revio-wallet/core/transaction/read-transaction-updates";
import { tracked, type TrackedEnvelope } from "@trpc/server";
import type { CoreContext, TrpcContext } from "../../trpc-context.ts";
import { createBell, endQuietly } from "../../wire/stream-bell.ts";
import { createStreamPlaces } from "../../wire/stream-places.ts";

/** A few tabs and devices. */
const takeStreamPlace = createStreamPlaces(5);
const pageSize = 100;
/** A change may be readable only after older database transactions have ended, which nobody announces: look again, soon. */
const pausesMs = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000];
/** At the latest, whether or not somebody called. */
const slowestMs = 5_000;

type StreamContext = Pick<TrpcContext, "transactionEvents" | "credentials" | "authenticate"> & {
  core: CoreContext;
  userId: string;
};

/** What a stream yields; the id travels as the id of the event. */
export type StreamedUpdate = Omit<TransactionUpdate, "id">;

/**
 * Follows the user's status changes until the client leaves, the session ends or the access token runs out. Notifications
 * only wake it: everything is read from the tables, in the durable order of the ids.
 *
 * @throws DomainError RATE_LIMITED above five streams per user, UNAUTHENTICATED once the session has ended
 */
export async function* streamUpdates(
  ctx: StreamContext,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StreamedUpdate>, void, unknown> {
  const leave = takeStreamPlace(ctx.userId);
  const bell = createBell();
  // Before the first read: what happens in between rings.
  const unsubscribe = ctx.transactionEvents.subscribe(ctx.userId, bell.ring);
  signal?.addEventListener("abort", bell.ring, { once: true });
  const endsAt = accessTokenEnd(ctx.credentials);
  try {
    let place = lastEventId ?? (await readTransactionUpdatesEnd(ctx.core, { userId: ctx.userId }));
    for (let quiet = 0; ; quiet++) {
      if (signal?.aborted === true) return;
      if (ctx.transactionEvents.closed) throw endQuietly("the process is stopping");
      if (Date.now() >= endsAt) throw endQuietly("the access token ran out");
      await ctx.authenticate();
      const updates = await readTransactionUpdates(ctx.core, {
        userId: ctx.userId,
        after: place,
        limit: pageSize,
      });
      for (const { id, ...update } of updates) {
        place = id;
        yield tracked(id, update);
      }
      if (updates.length === pageSize) continue;
      if (updates.length > 0) quiet = 0;
      const rang = await bell.wait(
        Math.min(pausesMs[quiet] ?? slowestMs, Math.max(endsAt - Date.now(), 0)),
      );
      if (rang) quiet = -1;
    }
  } finally {
    leave();
    unsubscribe();
    signal?.removeEventListener("abort", bell.ring);
  }
}

/** When a token that has been verified already runs out, in milliseconds since 1970. */
function accessTokenEnd(credentials: TrpcContext["credentials"]): number {
  const token = credentials.kind === "partner" ? credentials.accessToken : undefined;
  const payload = Buffer.from(token?.split(".")[1] ?? "", "base64url").toString();
  const { exp } = JSON.parse(payload === "" ? "{}" : payload) as { exp?: number };
  return (exp ?? 0) * 1_000;
}
