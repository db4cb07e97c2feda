import { requestRun } from "@revio-wallet/core/reconciliation/request-run";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { runOutput } from "./run-output.ts";

/** Asks for a run over a window that is over. The same window again gives the run that is there; a failed one begins anew. */
export const start = operatorProcedure("reconciliation.start")
  .input(
    z.strictObject({
      kind: z.enum(["objects", "statement", "float"]),
      windowFrom: z.date(),
      windowTo: z.date(),
    }),
  )
  .output(runOutput)
  .mutation(({ ctx, input }) => requestRun(ctx.core, input));
