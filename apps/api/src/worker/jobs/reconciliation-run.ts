import { runReconciliation } from "@revio-wallet/core/revio/run-reconciliation";
import { z } from "zod";
import { defineJob, providerQueue, system } from "../job.ts";

/** Goes on with a reconciliation run. One at a time and patient: customers' calls to Revio go first. */
export const reconciliationRun = defineJob({
  name: "reconciliation.run",
  payload: z.strictObject({ runId: z.uuid() }),
  // A download and the storing of a large file are one step each.
  queue: { ...providerQueue, expireInSeconds: 3_600, concurrency: 1 },
  actor: system("reconciliation.run"),
  run: (ctx, payload) => runReconciliation(ctx, payload),
});
