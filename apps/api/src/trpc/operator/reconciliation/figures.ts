import { getRunFigures } from "@revio-wallet/core/reconciliation/get-run-figures";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { runFiguresOutput } from "../../wire/break-outputs.ts";
import { id } from "../../wire/input.ts";

/** What became of a run's input, by number and value, and the breaks that it has seen. */
export const figures = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ runId: id }))
  .output(runFiguresOutput)
  .query(({ ctx, input }) => getRunFigures(ctx.core, input));
