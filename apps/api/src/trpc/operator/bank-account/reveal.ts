import { revealBankAccount } from "@revio-wallet/core/bank-account/reveal-bank-account";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, reason } from "../../wire/input.ts";

/** Number and holder of a bank account in the clear, for a reason that is kept. Show it for a minute at most. */
export const reveal = operatorProcedure("users.reveal")
  .input(z.strictObject({ bankAccountId: id, reason }))
  .output(z.object({ accountNumber: z.string(), accountHolder: z.string() }))
  .mutation(({ ctx, input }) => revealBankAccount(ctx.core, input));
