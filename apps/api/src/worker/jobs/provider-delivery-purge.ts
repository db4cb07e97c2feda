import { purgeForgedDeliveries } from "@revio-wallet/core/revio/purge-forged-deliveries";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Keeps the record of forged deliveries from growing for ever. */
export const providerDeliveryPurge = defineJob({
  name: "provider-delivery.purge",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("provider-delivery.purge"),
  run: (ctx) => purgeForgedDeliveries(ctx),
});
