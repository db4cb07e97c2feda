import { revealProviderEvent } from "@revio-wallet/core/revio/reveal-provider-event";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { revealedBodyOutput } from "../../wire/webhook-outputs.ts";

/** The body of a webhook, for a reason, which is kept. Execution URLs, tokens and card numbers stay starred. */
export const reveal = operatorProcedure("webhooks.reveal")
  .input(z.strictObject({ providerEventId: id, reason: text({ min: 3, max: 500 }) }))
  .output(revealedBodyOutput)
  .mutation(({ ctx, input }) => revealProviderEvent(ctx.core, input));
