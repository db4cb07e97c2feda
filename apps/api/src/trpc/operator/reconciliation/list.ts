import { listRuns } from "@revio-wallet/core/reconciliation/list-runs";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { runOutput } from "./run-output.ts";

/** Runs, newest first; `before` is the last one of the page before. */
export const list = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ before: id.optional(), limit: z.int().min(1).max(100).default(25) }))
  .output(z.array(runOutput))
  .query(({ ctx, input }) => listRuns(ctx.core, input));
