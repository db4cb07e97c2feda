import { listUserBankAccounts } from "@revio-wallet/core/bank-account/list-user-bank-accounts";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { userBankAccountOutput } from "../../wire/user-outputs.ts";

/** A user's bank accounts, also removed ones, numbers masked. */
export const bankAccounts = operatorProcedure("users.view")
  .input(z.strictObject({ userId: id }))
  .output(z.array(userBankAccountOutput))
  .query(({ ctx, input }) => listUserBankAccounts(ctx.core, input));
