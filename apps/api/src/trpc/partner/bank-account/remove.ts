import { removeBankAccount } from "@revio-wallet/core/bank-account/remove-bank-account";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { done, id } from "../../wire/input.ts";

/** Takes a bank account off the list. Removing it twice changes nothing. */
export const remove = userProcedure("account-change-per-user")
  .input(z.strictObject({ bankAccountId: id }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await removeBankAccount(ctx.core, input);
    return { done: true as const };
  });
