import { getUserStatement } from "@revio-wallet/core/user/get-user-statement";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { currency, id, pageInput, periodInput } from "../../wire/input.ts";
import { userStatementOutput } from "../../wire/user-outputs.ts";

/** The postings on a user's accounts, the newest first, with running balances: opening and all lines of the period make closing. */
export const statement = operatorProcedure("users.view")
  .input(
    z.strictObject({ userId: id, currency: currency.default("ZAR"), ...periodInput, ...pageInput }),
  )
  .output(userStatementOutput)
  .query(({ ctx, input }) => getUserStatement(ctx.core, input));
