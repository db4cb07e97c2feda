import { cancelUserWithdrawal } from "@revio-wallet/core/withdrawal/cancel-user-withdrawal";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** Takes back a withdrawal that waits, so that it does not go out when a brake is lifted; the reserve goes back. */
export const cancel = operatorProcedure("withdrawals.cancel")
  .input(z.strictObject({ transactionId: id, reason: text({ min: 3, max: 500 }) }))
  .output(withdrawalOutput)
  .mutation(({ ctx, input }) => cancelUserWithdrawal(ctx.core, input));
