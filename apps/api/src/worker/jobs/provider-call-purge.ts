import { purgeProviderCalls } from "@revio-wallet/core/provider-call/purge-provider-calls";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Keeps the record of requests to Revio from growing for ever. */
export const providerCallPurge = defineJob({
  name: "provider-call.purge",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("provider-call.purge"),
  run: (ctx) => purgeProviderCalls(ctx),
});
