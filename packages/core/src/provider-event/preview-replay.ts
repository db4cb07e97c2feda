import { countProviderEvents } from "@revio-wallet/db/sql/provider-event-lists";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { findInScope, mostReplays, type ReplayScope, whyNotEligible } from "./replay-scope.ts";

export interface ReplayPreview {
  /** Events that the scope matches; exact up to `countedUpTo`. */
  matching: number;
  countedUpTo: number;
  /** How many one request takes, newest first; the rest needs another. */
  willRequest: number;
  /** Among these: not now, or not at all. */
  notEligible: number;
  byKind: { state: string; eventType: string; count: number }[];
}

const countedUpTo = 10_000;

/**
 * What processing events again would concern; changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function previewReplay(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  scope: ReplayScope,
): Promise<ReplayPreview> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const first = await findInScope(ctx.pool, scope, mostReplays);
  const now = ctx.clock.now();
  const notEligible = first.filter(
    ({ event }) => event === undefined || whyNotEligible(event, now) !== undefined,
  ).length;
  const byKind =
    "filter" in scope
      ? await countProviderEvents(ctx.pool, scope.filter, countedUpTo)
      : countKinds(first.flatMap(({ event }) => event ?? []));
  const matching = byKind.reduce((sum, { count }) => sum + count, 0);
  return {
    matching,
    countedUpTo,
    willRequest: first.length - notEligible,
    notEligible,
    byKind,
  };
}

function countKinds(events: { state: string; eventType: string }[]): ReplayPreview["byKind"] {
  const kinds = new Map<string, ReplayPreview["byKind"][number]>();
  for (const { state, eventType } of events) {
    const key = `${state} ${eventType}`;
    const count = (kinds.get(key)?.count ?? 0) + 1;
    kinds.set(key, { state, eventType, count });
  }
  return [...kinds.values()];
}
