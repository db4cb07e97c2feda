import { readBackProviderEvent } from "@revio-wallet/core/revio/read-back-provider-event";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { readBackOutput } from "../../wire/webhook-outputs.ts";

/** Asks Revio how the object of a webhook stands now, next to what the webhook said. Changes nothing. */
export const readBack = operatorProcedure("webhooks.view")
  .input(z.strictObject({ providerEventId: id }))
  .output(readBackOutput)
  .query(({ ctx, input }) => readBackProviderEvent(ctx.core, input));
