import { getMatrix } from "@revio-wallet/core/operator/get-matrix";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { matrixOutput } from "../../wire/operator-account-outputs.ts";

/** What each role may do: permissions, and which approvals it may ask for and give. */
export const matrix = operatorProcedure("operators.view")
  .input(noInput)
  .output(matrixOutput)
  .query(({ ctx }) => getMatrix(ctx.core));
