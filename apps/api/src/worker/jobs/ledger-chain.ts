import { extendChains } from "@revio-wallet/core/integrity/extend-chains";
import { z } from "zod";
import { defineJob, system, upkeepQueue } from "../job.ts";

/** Chains what was posted and audited, so that nothing of it can change unseen. */
export const ledgerChain = defineJob({
  name: "ledger.chain",
  payload: z.strictObject({}),
  queue: upkeepQueue,
  actor: system("ledger.chain"),
  run: (ctx) => extendChains(ctx),
});
