import { submitPayout } from "@revio-wallet/core/revio/submit-payout";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Creates and executes the payout of a withdrawal; a second run finds out how far the first one came. */
export const withdrawalSubmit = defineJob({
  name: "withdrawal.submit",
  payload: z.strictObject({ transactionId: z.uuid() }),
  queue: providerQueue,
  actor: system("withdrawal.submit"),
  run: submitPayout,
});
