import { getProviderEvent } from "@revio-wallet/core/revio/get-provider-event";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { inspectedEventOutput } from "../../wire/webhook-outputs.ts";

/** Everything about one webhook but its body: verdicts, deliveries, what else came about its object, jobs, replays. */
export const get = operatorProcedure("webhooks.view")
  .input(z.strictObject({ providerEventId: id }))
  .output(inspectedEventOutput)
  .query(({ ctx, input }) => getProviderEvent(ctx.core, input));
