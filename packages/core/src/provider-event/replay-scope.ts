import {
  findProviderEventFacts,
  findProviderEvents,
  type ProviderEventFacts,
  type ProviderEventFilter,
} from "@revio-wallet/db/sql/provider-event-lists";
import type { Queryable } from "@revio-wallet/db/pool";

/** Which events are to be processed again: these, or what a filter matches. */
export type ReplayScope = { ids: readonly string[] } | { filter: ProviderEventFilter };

/** Events in one request. A job each, paced: more would crowd out what Revio tells meanwhile. */
export const mostReplays = 500;

/** Why an event cannot be processed again now. */
export type NotEligible = "unknown" | "first_time_under_way";

/** Time for the job that comes with an event. */
const firstTimeMs = 60_000;

/** Undefined: it can be. */
export function whyNotEligible(
  event: Pick<ProviderEventFacts, "state" | "receivedAt">,
  now: Date,
): NotEligible | undefined {
  const age = now.getTime() - event.receivedAt.getTime();
  return event.state === "received" && age < firstTimeMs ? "first_time_under_way" : undefined;
}

/** The events of a scope, newest first, at most `limit`; undefined for an id that there is none of. */
export async function findInScope(
  db: Queryable,
  scope: ReplayScope,
  limit: number,
): Promise<{ id: string; event: ProviderEventFacts | undefined }[]> {
  if ("filter" in scope) {
    const found = await findProviderEvents(db, scope.filter, { after: undefined, limit });
    return found.map((event) => ({ id: event.id, event }));
  }
  const found = [];
  for (const id of new Set(scope.ids.slice(0, limit))) {
    found.push({ id, event: await findProviderEventFacts(db, id) });
  }
  return found;
}
