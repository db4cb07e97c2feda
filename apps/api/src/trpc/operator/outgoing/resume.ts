import { resumeOutgoing } from "@revio-wallet/core/outgoing/resume-outgoing";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { done, text } from "../../wire/input.ts";

/** Lets money leave again, and sends what has waited. Administrators only. */
export const resume = confirmedProcedure("outgoing.resume")
  .input(z.strictObject({ reason: text({ min: 3, max: 500 }) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await resumeOutgoing(ctx.core, input);
    return { done: true as const };
  });
