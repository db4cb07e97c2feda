import {
  findEventsOfObject,
  findProviderDeliveries,
  findProviderEventFacts,
} from "@revio-wallet/db/sql/provider-event-lists";
import { findReplaysOfEvent, type ReplayRow } from "@revio-wallet/db/sql/provider-event-replays";
import { findProviderEvent } from "@revio-wallet/db/sql/provider-events";
import { findJobsOfProviderEvent } from "@revio-wallet/db/sql/jobs";
import { findMissedWebhooks } from "@revio-wallet/db/sql/audit-lists";
import type { WebhookEvent } from "@revio-wallet/revio-client/webhooks";
import { invariant, notFound } from "../errors.ts";
import { type Job, toJob } from "../job/job.ts";
import { requireOperator } from "../operator/require-operator.ts";
import {
  type ProviderDelivery,
  toProviderDelivery,
} from "../provider-event/list-provider-deliveries.ts";
import { type ProviderEvent, toProviderEvent } from "../provider-event/provider-event.ts";
import { type NotEligible, whyNotEligible } from "../provider-event/replay-scope.ts";
import { readEvent } from "./apply-provider-event.ts";
import type { RevioContext } from "./revio-context.ts";

const mostDeliveries = 50;
const mostOfObject = 100;

/** What the bytes announce: a hint, and no personal data. */
export type AnnouncedByEvent = Pick<
  WebhookEvent,
  | "eventType"
  | "objectType"
  | "objectId"
  | "status"
  | "isTest"
  | "brandId"
  | "reference"
  | "updatedOn"
  | "statusHistoryLength"
> & { relatedTo: { type: string; id: string } | null };

export interface InspectedEvent extends ProviderEvent {
  signature: {
    keyId: string;
    /** The key that it was signed with is one of those that we take today. */
    isKeyConfigured: boolean;
  };
  /** Undefined bytes are no event: null. */
  announced: AnnouncedByEvent | null;
  /** Whether it is of the mode that this wallet runs in; null if it does not say. */
  isOurMode: boolean | null;
  expectedMode: "test" | "live";
  /** Newest first; the last one is the first that came, unless there are more than 50. */
  received: ProviderDelivery[];
  /** Everything that came about the same object, in order. */
  ofObject: ProviderEvent[];
  /** What Revio announced about the object and never reached us, as looks have found out. */
  missed: { at: Date; count: number; eventTypes: string }[];
  jobs: Job[];
  replays: (ReplayRow & { requestedByName: string })[];
  /** Why it cannot be processed again now; null if it can. */
  notReplayable: NotEligible | "already_waiting" | null;
}

/**
 * Everything that is known of one webhook, without its body and without asking Revio.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getProviderEvent(
  ctx: RevioContext & { webhookKeyIds: readonly string[] },
  input: { providerEventId: string },
): Promise<InspectedEvent> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const found = await findProviderEventFacts(ctx.pool, input.providerEventId);
  if (found === undefined) throw notFound("webhook");
  const { id, objectId, objectType, keyId } = found;
  const stored = await findProviderEvent(ctx.pool, id);
  invariant(stored !== undefined, "an event is never deleted");
  const event = await readEvent(ctx, stored);
  const replays = await findReplaysOfEvent(ctx.pool, {
    providerEventId: id,
    limit: mostDeliveries,
  });
  const isWaiting = replays.some(({ finishedAt }) => finishedAt === null);
  const deliveries = await findProviderDeliveries(ctx.pool, {
    providerEventId: id,
    after: undefined,
    limit: mostDeliveries,
  });
  const ofObject =
    objectId === null
      ? [found]
      : await findEventsOfObject(ctx.pool, { objectId, limit: mostOfObject });
  const { expectTest } = ctx.revioSettings;
  const isTest = event?.isTest ?? null;
  return {
    ...toProviderEvent(found),
    signature: { keyId, isKeyConfigured: ctx.webhookKeyIds.includes(keyId) },
    announced: event && announcedBy(event),
    isOurMode: isTest === null ? null : isTest === expectTest,
    expectedMode: expectTest ? "test" : "live",
    received: deliveries.map(toProviderDelivery),
    ofObject: ofObject.map(toProviderEvent),
    missed:
      objectId === null || objectType === null
        ? []
        : await findMissedWebhooks(ctx.pool, { objectType, objectId }),
    jobs: (await findJobsOfProviderEvent(ctx.pool, { id, receivedAt: found.receivedAt })).map(
      toJob,
    ),
    replays,
    notReplayable: whyNotEligible(found, ctx.clock.now()) ?? (isWaiting ? "already_waiting" : null),
  };
}

function announcedBy(event: WebhookEvent): AnnouncedByEvent {
  const { eventType, objectType, objectId, status, isTest, brandId, reference } = event;
  const { updatedOn, statusHistoryLength, relatedTo } = event;
  return {
    eventType,
    objectType,
    objectId,
    status,
    isTest,
    brandId,
    reference,
    updatedOn,
    statusHistoryLength,
    relatedTo: relatedTo && { type: relatedTo.type, id: relatedTo.id },
  };
}
