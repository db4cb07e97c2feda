import { z } from "zod";
import { id, text } from "../../wire/input.ts";
import { eventState } from "../../wire/webhook-outputs.ts";

/** What webhooks can be filtered by; the period is half open. */
export const eventFilter = {
  state: eventState.optional(),
  eventType: text({ min: 1, max: 256 }).optional(),
  outcome: text({ min: 1, max: 100 }).optional(),
  /** Revio's. */
  objectId: id.optional(),
  transactionId: id.optional(),
  from: z.date().optional(),
  to: z.date().optional(),
};

/** Events one by one, or what a filter matches. */
export const replayScope = z.union([
  z.strictObject({ ids: z.array(id).min(1).max(500) }),
  z.strictObject({ filter: z.strictObject(eventFilter) }),
]);
