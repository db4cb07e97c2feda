import { closeDays } from "@revio-wallet/core/day-close/close-day";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Certifies the days that are over. A day that is not final yet comes again. */
export const dayClose = defineJob({
  name: "day.close",
  payload: z.strictObject({}),
  queue: { ...upkeepQueue, retryLimit: 10, expireInSeconds: 1_800 },
  actor: system("day.close"),
  run: (ctx) => closeDays(ctx),
});
