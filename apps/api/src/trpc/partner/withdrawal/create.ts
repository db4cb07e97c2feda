import { createWithdrawal } from "@revio-wallet/core/withdrawal/create-withdrawal";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { amountMinor, currency, id, idempotencyKey } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** Takes money out to one of the user's bank accounts. The same key gives the same withdrawal, for ever. */
export const create = userProcedure("money-per-user")
  .input(z.strictObject({ amountMinor, currency, bankAccountId: id, idempotencyKey }))
  .output(z.object({ withdrawal: withdrawalOutput, replayed: z.boolean() }))
  .mutation(async ({ ctx, input }) => {
    const result = await createWithdrawal(ctx.core, { ...input, userId: ctx.userId });
    if (result.replayed) ctx.setHeader("idempotent-replayed", "true");
    return result;
  });
