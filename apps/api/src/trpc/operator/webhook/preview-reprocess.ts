import { previewReplay } from "@revio-wallet/core/provider-event/preview-replay";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { replayPreviewOutput } from "../../wire/webhook-outputs.ts";
import { replayScope } from "./event-filter.ts";

/** What processing webhooks again would concern. Changes nothing. */
export const previewReprocess = operatorProcedure("webhooks.view")
  .input(z.strictObject({ scope: replayScope }))
  .output(replayPreviewOutput)
  .query(({ ctx, input }) => previewReplay(ctx.core, input.scope));
