import { stopOutgoing } from "@revio-wallet/core/outgoing/stop-outgoing";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, text } from "../../wire/input.ts";

/** Stops all money from leaving, at once. */
export const stop = operatorProcedure("outgoing.stop")
  .input(z.strictObject({ reason: text({ min: 3, max: 500 }).default("stopped by an operator") }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await stopOutgoing(ctx.core, input);
    return { done: true as const };
  });
