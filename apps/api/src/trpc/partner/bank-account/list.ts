import { listBankAccounts } from "@revio-wallet/core/bank-account/list-bank-accounts";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { bankAccountOutput } from "../../wire/outputs.ts";

/** The user's bank accounts, at most ten. */
export const list = userProcedure("read-per-user")
  .input(noInput)
  .output(z.array(bankAccountOutput))
  .query(({ ctx }) => listBankAccounts(ctx.core));
