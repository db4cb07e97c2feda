import { compareBreak } from "@revio-wallet/core/reconciliation/compare-break";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { comparisonOutput } from "../../wire/break-outputs.ts";
import { id } from "../../wire/input.ts";

/** Both sides of a break, field by field, and what may belong to it. */
export const compare = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ breakId: id }))
  .output(comparisonOutput)
  .query(({ ctx, input }) => compareBreak(ctx.core, input));
