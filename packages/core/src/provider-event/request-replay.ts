import { insertReplay } from "@revio-wallet/db/sql/provider-event-replays";
import type { ProviderEventFacts } from "@revio-wallet/db/sql/provider-event-lists";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import {
  findInScope,
  mostReplays,
  type NotEligible,
  type ReplayScope,
  whyNotEligible,
} from "./replay-scope.ts";

/** Jobs start one after the other: four a second at the most are asked of Revio for this. */
const paceMs = 250;

/** What became of each event that was asked for. */
export interface ReplayRequested {
  results: {
    providerEventId: string;
    result: "requested" | "already_waiting" | NotEligible;
    replayId: string | null;
  }[];
}

/**
 * Has events processed again: each object is read back from Revio anew and acted upon like any news, so what is booked
 * already changes nothing. At most 500 a request, newest first. Requests and their jobs commit together; the sweeper makes
 * lost jobs anew. The same request with the same key again gives the same answer; an event that waits already is not asked for twice.
 *
 * @throws DomainError FORBIDDEN, RATE_LIMITED, IDEMPOTENCY_KEY_REUSED
 */
export async function requestReplay(
  ctx: Context & RateLimitContext,
  input: { scope: ReplayScope; reason: string; idempotencyKey: string },
): Promise<ReplayRequested> {
  await requireOperator(ctx, ctx.pool, "webhooks.reprocess");
  await checkRateLimit(ctx, "reprocess-per-operator", ctx.actor.id);
  const { idempotencyKey: key, ...request } = input;
  const named = { operation: "webhook.reprocess", key, input: request };
  const { output } = await runIdempotently(ctx, named, async (tx) => {
    await requireOperator(ctx, tx, "webhooks.reprocess");
    return { output: await requestAll(ctx, tx, request), transactionId: undefined };
  });
  return output;
}

async function requestAll(
  ctx: Context,
  tx: Tx,
  { scope, reason }: { scope: ReplayScope; reason: string },
): Promise<ReplayRequested> {
  const results: ReplayRequested["results"] = [];
  const now = ctx.clock.now();
  let jobs = 0;
  for (const { id, event } of await findInScope(tx, scope, mostReplays)) {
    const why = event === undefined ? "unknown" : whyNotEligible(event, now);
    const startAfter = new Date(now.getTime() + jobs * paceMs);
    const replayId =
      event === undefined || why !== undefined
        ? undefined
        : await requestOne(ctx, tx, { event, reason, startAfter });
    if (replayId !== undefined) jobs++;
    const requested = replayId === undefined ? "already_waiting" : "requested";
    results.push({
      providerEventId: id,
      result: why ?? requested,
      replayId: replayId ?? null,
    });
  }
  if (jobs > 1) await auditMany(ctx, tx, { count: jobs, asked: results.length, reason });
  return { results };
}

/** Undefined if it waits already. */
async function requestOne(
  ctx: Context,
  tx: Tx,
  wanted: { event: ProviderEventFacts; reason: string; startAfter: Date },
): Promise<string | undefined> {
  const { event, reason, startAfter } = wanted;
  const requestedAt = ctx.clock.now();
  const id = ctx.ids.uuid(requestedAt);
  const isNew = await insertReplay(tx, {
    id,
    providerEventId: event.id,
    requestedBy: ctx.actor.id,
    reason,
    requestedAt,
    stateBefore: event.state,
    outcomeBefore: event.outcome,
  });
  if (!isNew) return undefined;
  await ctx.enqueue(tx, "provider-event.replay", { replayId: id }, { startAfter });
  await recordAuditEvent(ctx, tx, {
    action: "provider_event.replay_requested",
    subjectKind: "provider_event",
    subjectId: event.id,
    details: { replayId: id, state: event.state, outcome: event.outcome, reason },
  });
  return id;
}

async function auditMany(
  ctx: Context,
  tx: Tx,
  details: { count: number; asked: number; reason: string },
): Promise<void> {
  await recordAuditEvent(ctx, tx, {
    action: "provider_events.replay_requested",
    subjectKind: "webhooks",
    subjectId: "revio",
    details,
  });
}
