import { getBreak } from "@revio-wallet/core/reconciliation/get-break";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { breakDetailsOutput } from "../../wire/break-outputs.ts";
import { id } from "../../wire/input.ts";

/** A break with its evidence, the operators' notes, and what can be done about it. */
export const get = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ breakId: id }))
  .output(breakDetailsOutput)
  .query(({ ctx, input }) => getBreak(ctx.core, input));
