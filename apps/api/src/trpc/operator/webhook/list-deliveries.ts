import { listProviderDeliveries } from "@revio-wallet/core/provider-event/list-provider-deliveries";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, pageInput, pageOf } from "../../wire/input.ts";
import { deliveryVerdict, providerDeliveryOutput } from "../../wire/webhook-outputs.ts";

/** Every HTTP delivery at the webhook's address, repeats and forged ones too, newest first. */
export const listDeliveries = operatorProcedure("webhooks.view")
  .input(
    z
      .strictObject({
        verdict: deliveryVerdict.optional(),
        providerEventId: id.optional(),
        from: z.date().optional(),
        to: z.date().optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(providerDeliveryOutput))
  .query(({ ctx, input }) => listProviderDeliveries(ctx.core, input));
