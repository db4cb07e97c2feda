import { listProviderEvents } from "@revio-wallet/core/provider-event/list-provider-events";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { pageInput, pageOf } from "../../wire/input.ts";
import { providerEventOutput } from "../../wire/webhook-outputs.ts";
import { eventFilter } from "./event-filter.ts";

/** Webhooks that were taken in, newest first. */
export const list = operatorProcedure("webhooks.view")
  .input(z.strictObject({ ...eventFilter, ...pageInput }).prefault({}))
  .output(pageOf(providerEventOutput))
  .query(({ ctx, input }) => listProviderEvents(ctx.core, input));
