import { assignBreaks } from "@revio-wallet/core/reconciliation/assign-breaks";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { rowResultsOutput } from "../../wire/break-outputs.ts";
import { id } from "../../wire/input.ts";

/** Gives many open breaks to one operator, or to nobody: a result for each. */
export const assignMany = operatorProcedure("breaks.work")
  .input(
    z.strictObject({
      breaks: z
        .array(z.strictObject({ breakId: id, version: z.int().positive() }))
        .min(1)
        .max(500),
      ownerId: id.nullable(),
    }),
  )
  .output(rowResultsOutput)
  .mutation(({ ctx, input }) => assignBreaks(ctx.core, input));
