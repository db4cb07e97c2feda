import { getTransaction } from "@revio-wallet/core/transaction/get-transaction";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { timelineStepOutput, transactionOutput } from "../../wire/outputs.ts";

/** One transaction of the user with everything that happened to it, oldest first. */
export const get = userProcedure("read-per-user")
  .input(z.strictObject({ transactionId: id }))
  .output(transactionOutput.extend({ timeline: z.array(timelineStepOutput) }))
  .query(({ ctx, input }) => getTransaction(ctx.core, { userId: ctx.userId, ...input }));
