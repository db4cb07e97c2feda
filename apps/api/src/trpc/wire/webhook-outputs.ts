import { z } from "zod";
import { jobOutput } from "./job-outputs.ts";

export const eventState = z.enum(["received", "applied", "ignored", "parked"]);
export const deliveryVerdict = z.enum([
  "accepted",
  "duplicate",
  "invalid_signature",
  "unreadable",
  "wrong_mode",
  "refused",
]);
const settledState = z.enum(["applied", "ignored", "parked"]);

/** A webhook with a valid signature, without its body. */
export const providerEventOutput = z.object({
  id: z.string(),
  eventType: z.string(),
  /** "purchase", "payment", "payout", … */
  objectType: z.string().nullable(),
  objectId: z.string().nullable(),
  receivedAt: z.date(),
  state: eventState,
  /** What acting on it did: "deposit.completed", "unknown_purchase", … */
  outcome: z.string().nullable(),
  settledAt: z.date().nullable(),
  transactionId: z.string().nullable(),
  transactionReference: z.string().nullable(),
  transactionKind: z.string().nullable(),
  /** SHA-256 of the public key that verified it, in hex. */
  keyId: z.string(),
  bodySha256: z.string(),
  /** How often the same bytes came. */
  deliveries: z.number().int(),
});

/** One HTTP delivery, forged ones too. */
export const providerDeliveryOutput = z.object({
  id: z.bigint(),
  receivedAt: z.date(),
  verdict: deliveryVerdict,
  signature: z.enum(["valid", "invalid", "missing"]),
  /** Why the signature did not fit: "no_match", "malformed_signature", … */
  signatureReason: z.string().nullable(),
  providerEventId: z.string().nullable(),
  eventType: z.string().nullable(),
  objectId: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  sourceAddress: z.string().nullable(),
  bodyBytes: z.number().int(),
  bodySha256: z.string().nullable(),
  requestId: z.string().nullable(),
});

const replayOutput = z.object({
  id: z.string(),
  requestedBy: z.string(),
  requestedByName: z.string(),
  reason: z.string(),
  requestedAt: z.date(),
  stateBefore: eventState,
  outcomeBefore: z.string().nullable(),
  /** Null while it waits or runs. */
  finishedAt: z.date().nullable(),
  state: settledState.nullable(),
  outcome: z.string().nullable(),
});

/** Everything about one webhook but its body. */
export const inspectedEventOutput = providerEventOutput.extend({
  signature: z.object({ keyId: z.string(), isKeyConfigured: z.boolean() }),
  /** What the bytes announce; null if they are no event. */
  announced: z
    .object({
      eventType: z.string(),
      objectType: z.string().nullable(),
      objectId: z.string(),
      status: z.string().nullable(),
      isTest: z.boolean().nullable(),
      brandId: z.string().nullable(),
      reference: z.string().nullable(),
      updatedOn: z.date().nullable(),
      statusHistoryLength: z.number().int().nullable(),
      relatedTo: z.object({ type: z.string(), id: z.string() }).nullable(),
    })
    .nullable(),
  isOurMode: z.boolean().nullable(),
  expectedMode: z.enum(["test", "live"]),
  received: z.array(providerDeliveryOutput),
  ofObject: z.array(providerEventOutput),
  /** Announced by Revio, and never here. */
  missed: z.array(z.object({ at: z.date(), count: z.number().int(), eventTypes: z.string() })),
  jobs: z.array(jobOutput),
  replays: z.array(replayOutput),
  /** Why it cannot be processed again now; null if it can. */
  notReplayable: z.enum(["unknown", "first_time_under_way", "already_waiting"]).nullable(),
});

export const readBackOutput = z.object({
  readAt: z.date(),
  object: z.object({ type: z.enum(["purchase", "payout"]), id: z.string() }).nullable(),
  verdict: z.enum(["found", "absent", "unreadable", "nothing_to_read"]),
  now: z
    .object({
      status: z.string(),
      moved: z.boolean(),
      amountMinor: z.bigint(),
      feeMinor: z.bigint(),
      currency: z.string(),
      statusHistoryLength: z.number().int(),
      updatedOn: z.date(),
    })
    .nullable(),
  event: z
    .object({
      status: z.string().nullable(),
      statusHistoryLength: z.number().int().nullable(),
      updatedOn: z.date().nullable(),
    })
    .nullable(),
  isSameStatus: z.boolean().nullable(),
  /** Null: Revio did not tell. */
  announced: z
    .object({
      deliveries: z.array(
        z.object({
          eventType: z.string(),
          createdOn: z.date().nullable(),
          deliveredOn: z.date().nullable(),
          attempts: z.number().int(),
        }),
      ),
      /** Event types of what is not here. */
      missing: z.array(z.string()),
    })
    .nullable(),
});

export const webhookOverviewOutput = z.object({
  since: z.date(),
  /** Figures at this number mean "so many or more". */
  countedUpTo: z.number().int(),
  deliveries: z.object({
    accepted: z.number().int(),
    duplicate: z.number().int(),
    invalid_signature: z.number().int(),
  }),
  lastReceivedAt: z.date().nullable(),
  lastForgedAt: z.date().nullable(),
  waiting: z.number().int(),
  oldestWaitingAt: z.date().nullable(),
  applied: z.number().int(),
  ignored: z.number().int(),
  parked: z.number().int(),
  /** From receiving to settling. */
  latencyP50Ms: z.number().int().nullable(),
  latencyP95Ms: z.number().int().nullable(),
  eventTypes: z.array(z.string()),
});

export const replayPreviewOutput = z.object({
  matching: z.number().int(),
  countedUpTo: z.number().int(),
  willRequest: z.number().int(),
  notEligible: z.number().int(),
  byKind: z.array(z.object({ state: z.string(), eventType: z.string(), count: z.number().int() })),
});

export const replayRequestedOutput = z.object({
  results: z.array(
    z.object({
      providerEventId: z.string(),
      result: z.enum(["requested", "already_waiting", "unknown", "first_time_under_way"]),
      replayId: z.string().nullable(),
    }),
  ),
});

export const revealedBodyOutput = z.object({
  text: z.string(),
  isUtf8: z.boolean(),
  bytes: z.number().int(),
  hideAfterSeconds: z.number().int(),
});

export const providerCallOutput = z.object({
  id: z.bigint(),
  calledAt: z.date(),
  operation: z.string(),
  attempt: z.number().int(),
  objectId: z.string().nullable(),
  httpStatus: z.number().int().nullable(),
  durationMs: z.number().int(),
  outcome: z.enum(["accepted", "refused", "in_doubt", "unanswered", "unusable"]),
  code: z.string(),
  detail: z.string().nullable(),
  requestId: z.string().nullable(),
});
