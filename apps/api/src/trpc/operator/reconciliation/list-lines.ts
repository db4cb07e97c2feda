import { listRunLines } from "@revio-wallet/core/reconciliation/get-run-figures";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { lineVerdict, runLineOutput } from "../../wire/break-outputs.ts";
import { id } from "../../wire/input.ts";

/** Lines of a run's file in its order; `after` is the number of the last one of the page before. */
export const listLines = operatorProcedure("reconciliation.view")
  .input(
    z.strictObject({
      runId: id,
      verdict: lineVerdict.optional(),
      after: z.bigint().nonnegative().optional(),
      limit: z.int().min(1).max(100).default(25),
    }),
  )
  .output(z.array(runLineOutput))
  .query(({ ctx, input }) => listRunLines(ctx.core, input));
