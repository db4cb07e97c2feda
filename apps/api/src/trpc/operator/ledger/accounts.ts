import { listLedgerAccounts } from "@revio-wallet/core/bookkeeping/list-ledger-accounts";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { ledgerAccountOutput } from "../../wire/ledger-outputs.ts";

/** The chart of accounts with balances now: the house's accounts, or those of one user. */
export const accounts = operatorProcedure("ledger.view")
  .input(z.strictObject({ userId: id.optional() }).prefault({}))
  .output(z.array(ledgerAccountOutput))
  .query(({ ctx, input }) => listLedgerAccounts(ctx.core, input));
