import { getRun } from "@revio-wallet/core/reconciliation/get-run";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { runOutput } from "./run-output.ts";

/** One run. */
export const get = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ runId: id }))
  .output(runOutput)
  .query(({ ctx, input }) => getRun(ctx.core, input));
