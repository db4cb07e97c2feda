import { getUser } from "@revio-wallet/core/user/get-user";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { userProfileOutput } from "../../wire/user-outputs.ts";

/** A user at a glance: masked contact data, status and freeze with who and why, balances now, transactions by status, open breaks. */
export const get = operatorProcedure("users.view")
  .input(z.strictObject({ userId: id }))
  .output(userProfileOutput)
  .query(({ ctx, input }) => getUser(ctx.core, input));
