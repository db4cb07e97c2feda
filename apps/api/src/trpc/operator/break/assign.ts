import { assignBreak } from "@revio-wallet/core/reconciliation/assign-break";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id } from "../../wire/input.ts";

/** Says who looks after an open break; null: nobody. */
export const assign = operatorProcedure("breaks.work")
  .input(
    z.strictObject({
      breakId: id,
      ownerId: id.nullable(),
      version: z.int().positive().optional(),
    }),
  )
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await assignBreak(ctx.core, input);
    return { done: true as const };
  });
