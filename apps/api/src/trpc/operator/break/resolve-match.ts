import { linkBreaks } from "@revio-wallet/core/reconciliation/link-breaks";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, idempotencyKey, text } from "../../wire/input.ts";

/** Links what only Revio has to what only the ledger has, where both sides are equal to the cent. Nothing is posted. */
export const resolveMatch = operatorProcedure("breaks.link")
  .input(
    z.strictObject({
      breaks: z
        .array(z.strictObject({ breakId: id, version: z.int().positive() }))
        .min(2)
        .max(100),
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(
    z.object({
      matchId: z.string(),
      amountMinor: z.bigint().positive(),
      currency: z.string(),
      linked: z.number(),
    }),
  )
  .mutation(({ ctx, input }) => linkBreaks(ctx.core, input));
