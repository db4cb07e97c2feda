import { checkPurchase } from "@revio-wallet/core/revio/check-purchase";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Reads a purchase again that no open deposit is waiting for. */
export const purchaseCheck = defineJob({
  name: "purchase.check",
  payload: z.strictObject({ purchaseId: z.uuid() }),
  queue: providerQueue,
  actor: system("purchase.check"),
  run: checkPurchase,
});
