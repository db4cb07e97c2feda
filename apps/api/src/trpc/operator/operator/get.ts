import { getOperator } from "@revio-wallet/core/operator/list-operators";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { operatorDetailsOutput } from "../../wire/operator-account-outputs.ts";

/** One operator, the other accounts of the same person, and what was changed of them. */
export const get = operatorProcedure("operators.view")
  .input(z.strictObject({ operatorId: id }))
  .output(operatorDetailsOutput)
  .query(({ ctx, input }) => getOperator(ctx.core, input));
