import { requestDailyRuns } from "@revio-wallet/core/reconciliation/request-daily-runs";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Asks for yesterday's reconciliation, and for what was missed. */
export const reconciliationRequestDaily = defineJob({
  name: "reconciliation.request-daily",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("reconciliation.request-daily"),
  run: (ctx) => requestDailyRuns(ctx),
});
