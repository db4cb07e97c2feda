import { requestReplay } from "@revio-wallet/core/provider-event/request-replay";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { idempotencyKey, text } from "../../wire/input.ts";
import { replayRequestedOutput } from "../../wire/webhook-outputs.ts";
import { replayScope } from "./event-filter.ts";

/** Has webhooks processed again, at most 500 a request: each object is read back from Revio and acted upon like any news. */
export const reprocess = operatorProcedure("webhooks.reprocess")
  .input(z.strictObject({ scope: replayScope, reason: text({ min: 3, max: 500 }), idempotencyKey }))
  .output(replayRequestedOutput)
  .mutation(({ ctx, input }) => requestReplay(ctx.core, input));
