import { getProviderEventOverview } from "@revio-wallet/core/provider-event/get-provider-event-overview";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { webhookOverviewOutput } from "../../wire/webhook-outputs.ts";

/** How webhooks fare in the last hours. */
export const overview = operatorProcedure("webhooks.view")
  .input(z.strictObject({ hours: z.int().min(1).max(168).default(24) }).prefault({}))
  .output(webhookOverviewOutput)
  .query(({ ctx, input }) => getProviderEventOverview(ctx.core, input));
