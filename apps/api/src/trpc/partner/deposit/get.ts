import { getDeposit } from "@revio-wallet/core/deposit/get-deposit";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { depositOutput } from "../../wire/outputs.ts";

/** One deposit of the user. */
export const get = userProcedure("read-per-user")
  .input(z.strictObject({ transactionId: id }))
  .output(depositOutput)
  .query(({ ctx, input }) => getDeposit(ctx.core, { userId: ctx.userId, ...input }));
