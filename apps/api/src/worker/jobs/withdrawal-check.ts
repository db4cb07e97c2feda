import { checkPayout } from "@revio-wallet/core/revio/check-payout";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Asks Revio how a payout under way stands. */
export const withdrawalCheck = defineJob({
  name: "withdrawal.check",
  payload: z.strictObject({ transactionId: z.uuid(), look: z.int().min(0) }),
  queue: providerQueue,
  actor: system("withdrawal.check"),
  run: checkPayout,
});
