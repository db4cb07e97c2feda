import { checkDeposit } from "@revio-wallet/core/revio/check-deposit";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Asks Revio how an unpaid deposit stands. */
export const depositCheck = defineJob({
  name: "deposit.check",
  payload: z.strictObject({ transactionId: z.uuid(), look: z.int().min(0) }),
  queue: providerQueue,
  actor: system("deposit.check"),
  run: checkDeposit,
});
