import { getBreak } from "@revio-wallet/core/reconciliation/get-break";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { breakNoteOutput, breakOutput } from "../../wire/operator-outputs.ts";

/** A break with its evidence and the operators' notes. */
export const get = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ breakId: id }))
  .output(breakOutput.extend({ notes: z.array(breakNoteOutput) }))
  .query(({ ctx, input }) => getBreak(ctx.core, input));
