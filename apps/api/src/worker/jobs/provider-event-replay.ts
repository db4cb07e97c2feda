import { replayProviderEvent } from "@revio-wallet/core/revio/replay-provider-event";
import { z } from "zod";
import { defineJob, providerQueue } from "../job.ts";

/** Processes a stored webhook again, as an operator asked. */
export const providerEventReplay = defineJob({
  name: "provider-event.replay",
  payload: z.strictObject({ replayId: z.uuid() }),
  queue: providerQueue,
  actor: { kind: "provider", id: "revio" },
  run: replayProviderEvent,
});
