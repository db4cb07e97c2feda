import { readTransactionEntries } from "@revio-wallet/core/transaction/read-transaction-entries";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { transactionEntryOutput } from "../../wire/transaction-outputs.ts";

/** A transaction's journal entries as debits and credits. */
export const entries = operatorProcedure("transactions.view")
  .input(z.strictObject({ transactionId: id }))
  .output(z.object({ entries: z.array(transactionEntryOutput) }))
  .query(async ({ ctx, input }) => ({ entries: await readTransactionEntries(ctx.core, input) }));
