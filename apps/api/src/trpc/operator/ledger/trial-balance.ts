import { getTrialBalance } from "@revio-wallet/core/bookkeeping/get-trial-balance";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { trialBalanceOutput } from "../../wire/ledger-outputs.ts";

/** Every account's balance as of an instant, or now; debits and credits per currency. */
export const trialBalance = operatorProcedure("ledger.view")
  .input(z.strictObject({ asOf: z.date().optional() }).prefault({}))
  .output(trialBalanceOutput)
  .query(({ ctx, input }) => getTrialBalance(ctx.core, input));
