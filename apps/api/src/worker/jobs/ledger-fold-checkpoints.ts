import { foldCheckpoints } from "@revio-wallet/core/ledger/fold-checkpoints";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Keeps reads of busy house accounts short. */
export const ledgerFoldCheckpoints = defineJob({
  name: "ledger.fold-checkpoints",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("ledger.fold-checkpoints"),
  run: (ctx) => foldCheckpoints(ctx),
});
