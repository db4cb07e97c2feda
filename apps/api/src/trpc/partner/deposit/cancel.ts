import { cancelDeposit } from "@revio-wallet/core/revio/cancel-deposit";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { depositOutput } from "../../wire/outputs.ts";

/** Takes an unpaid deposit back. Cancelling twice answers the same, so it needs no idempotency key. */
export const cancel = userProcedure("money-per-user")
  .input(z.strictObject({ transactionId: id }))
  .output(depositOutput)
  .mutation(({ ctx, input }) => cancelDeposit(ctx.core, { userId: ctx.userId, ...input }));
