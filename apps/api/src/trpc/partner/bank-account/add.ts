import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { text } from "../../wire/input.ts";
import { bankAccountOutput, bankAccountType } from "../../wire/outputs.ts";

/** Adds a South African bank account to withdraw to. */
export const add = userProcedure("account-change-per-user")
  .input(
    z.strictObject({
      branchCode: text({ min: 6, max: 16 }),
      accountNumber: text({ min: 1, max: 32 }),
      accountHolder: text({ min: 1, max: 256 }),
      accountType: bankAccountType,
    }),
  )
  .output(bankAccountOutput)
  .mutation(({ ctx, input }) => addBankAccount(ctx.core, input));
