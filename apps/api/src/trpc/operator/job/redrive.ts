import { redriveDeadLetters } from "@revio-wallet/core/job/redrive-dead-letters";
import type { JobName } from "@revio-wallet/core/jobs";
import { z } from "zod";
import { jobs } from "../../../worker/registry.ts";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";

/** Gives dead jobs of a queue another life, at most 200 a call: all, those of one cause, or one. */
export const redrive = operatorProcedure("queues.redrive")
  .input(
    z.strictObject({
      queue: z.enum(Object.keys(jobs) as [JobName]),
      cause: text({ min: 1, max: 200 }).optional(),
      jobId: id.optional(),
      reason: text({ min: 3, max: 500 }),
    }),
  )
  .output(z.object({ redriven: z.number().int() }))
  .mutation(({ ctx, input }) => redriveDeadLetters(ctx.core, input));
