import { listOperators } from "@revio-wallet/core/operator/list-operators";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { pageInput, pageOf } from "../../wire/input.ts";
import { operatorOutput } from "../../wire/operator-account-outputs.ts";
import { operatorRole } from "../operator-session-schemas.ts";

/** Operators, the earliest first. */
export const list = operatorProcedure("operators.view")
  .input(
    z
      .strictObject({
        role: operatorRole.optional(),
        status: z.enum(["active", "suspended"]).optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(operatorOutput))
  .query(({ ctx, input }) => listOperators(ctx.core, input));
