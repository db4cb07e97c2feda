import { getWithdrawal } from "@revio-wallet/core/withdrawal/get-withdrawal";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** One withdrawal of the user. */
export const get = userProcedure("read-per-user")
  .input(z.strictObject({ transactionId: id }))
  .output(withdrawalOutput)
  .query(({ ctx, input }) => getWithdrawal(ctx.core, { userId: ctx.userId, ...input }));
