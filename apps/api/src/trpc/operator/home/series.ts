import { getSeries } from "@revio-wallet/core/home/get-series";
import { transactionKinds } from "@revio-wallet/core/transaction/transaction-status";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { seriesOutput } from "../../wire/home-outputs.ts";
import { currency } from "../../wire/input.ts";

/** Number, volume, success and speed by hour or business day. */
export const series = operatorProcedure("transactions.view")
  .input(
    z.strictObject({
      per: z.enum(["hour", "day"]),
      from: z.date(),
      to: z.date(),
      kinds: z.array(z.enum(transactionKinds)).min(1).max(transactionKinds.length).optional(),
      currency: currency.default("ZAR"),
    }),
  )
  .output(seriesOutput)
  .query(async ({ ctx, input }) => ({ periods: await getSeries(ctx.core, input) }));
