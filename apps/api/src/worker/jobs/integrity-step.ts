import { stepIntegrity } from "@revio-wallet/core/integrity/step-integrity";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Looks at the next part of everything: a difference is found within a round, and puts the brake on. */
export const integrityStep = defineJob({
  name: "integrity.step",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("integrity.step"),
  run: (ctx) => stepIntegrity(ctx),
});
