import { verifyIntegrity } from "@revio-wallet/core/integrity/verify-integrity";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Looks at everything, once a night. */
export const integrityVerify = defineJob({
  name: "integrity.verify",
  payload: z.strictObject({}),
  queue: { ...upkeepQueue, expireInSeconds: 3_600 },
  actor: system("integrity.verify"),
  run: (ctx) => verifyIntegrity(ctx),
});
