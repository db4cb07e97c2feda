import { cancelWithdrawal } from "@revio-wallet/core/withdrawal/cancel-withdrawal";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** Takes a withdrawal back while no money has left. Cancelling twice answers the same. */
export const cancel = userProcedure("money-per-user")
  .input(z.strictObject({ transactionId: id }))
  .output(withdrawalOutput)
  .mutation(({ ctx, input }) => cancelWithdrawal(ctx.core, { userId: ctx.userId, ...input }));
