import { getAccountStatement } from "@revio-wallet/core/bookkeeping/get-account-statement";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { accountCode, pageInput, periodInput } from "../../wire/input.ts";
import { accountStatementOutput } from "../../wire/ledger-outputs.ts";

/** The postings of one account, the newest first, with running balance: opening and all lines of the period make closing. */
export const accountStatement = operatorProcedure("ledger.view")
  .input(z.strictObject({ accountCode, ...periodInput, ...pageInput }))
  .output(accountStatementOutput)
  .query(({ ctx, input }) => getAccountStatement(ctx.core, input));
