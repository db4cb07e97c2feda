import { getUserBalancesAsOf } from "@revio-wallet/core/user/get-user-balances-as-of";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { currency, id } from "../../wire/input.ts";
import { balanceOutput } from "../../wire/outputs.ts";

/** What a user had once everything posted up to and including an instant was counted. */
export const balancesAsOf = operatorProcedure("users.view")
  .input(z.strictObject({ userId: id, currency: currency.default("ZAR"), at: z.date() }))
  .output(balanceOutput)
  .query(({ ctx, input }) => getUserBalancesAsOf(ctx.core, input));
