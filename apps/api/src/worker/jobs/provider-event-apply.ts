import { applyProviderEvent } from "@revio-wallet/core/revio/apply-provider-event";
import { z } from "zod";
import { defineJob, providerQueue } from "../job.ts";

/** Acts on a stored webhook, after reading its object back from Revio. */
export const providerEventApply = defineJob({
  name: "provider-event.apply",
  payload: z.strictObject({ providerEventId: z.uuid() }),
  queue: providerQueue,
  actor: { kind: "provider", id: "revio" },
  run: applyProviderEvent,
});
