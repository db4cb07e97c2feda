import { sweepTransactions } from "@revio-wallet/core/revio/sweep-transactions";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Makes jobs anew for whatever the tables say is unfinished: a lost job costs minutes, not money. */
export const transactionSweep = defineJob({
  name: "transaction.sweep",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("transaction.sweep"),
  run: sweepTransactions,
});
