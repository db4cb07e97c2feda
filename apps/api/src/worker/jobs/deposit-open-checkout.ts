import { openDelayedCheckout } from "@revio-wallet/core/revio/open-delayed-checkout";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Opens the checkout of a deposit that was taken while Revio could not be reached. */
export const depositOpenCheckout = defineJob({
  name: "deposit.open-checkout",
  payload: z.strictObject({ transactionId: z.uuid() }),
  queue: providerQueue,
  actor: system("deposit.open-checkout"),
  run: openDelayedCheckout,
});
