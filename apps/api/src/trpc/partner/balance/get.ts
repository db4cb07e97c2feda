import { getBalance } from "@revio-wallet/core/ledger/get-balance";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { currency } from "../../wire/input.ts";
import { balanceOutput } from "../../wire/outputs.ts";

/** What the user has now. */
export const get = userProcedure("read-per-user")
  .input(z.strictObject({ currency }))
  .output(balanceOutput)
  .query(({ ctx, input }) => getBalance(ctx.core.pool, { userId: ctx.userId, ...input }));
