import { listProviderCalls } from "@revio-wallet/core/provider-call/list-provider-calls";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, pageInput, pageOf, text } from "../../wire/input.ts";
import { providerCallOutput } from "../../wire/webhook-outputs.ts";

/** Requests that were sent to Revio, newest first. Those of the last 90 days. */
export const list = operatorProcedure("webhooks.view")
  .input(
    z
      .strictObject({
        operation: text({ min: 1, max: 64 }).optional(),
        outcome: providerCallOutput.shape.outcome.optional(),
        /** Revio's. */
        objectId: id.optional(),
        transactionId: id.optional(),
        requestId: text({ min: 1, max: 128 }).optional(),
        from: z.date().optional(),
        to: z.date().optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(providerCallOutput))
  .query(({ ctx, input }) => listProviderCalls(ctx.core, input));
