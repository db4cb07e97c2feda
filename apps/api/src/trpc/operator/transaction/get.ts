import { inspectTransaction } from "@revio-wallet/core/transaction/inspect-transaction";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { inspectedTransactionOutput } from "../../wire/transaction-outputs.ts";

/** A transaction with all that belongs to it, and what this operator may do about it. */
export const get = operatorProcedure("transactions.view")
  .input(z.strictObject({ transactionId: id }))
  .output(inspectedTransactionOutput)
  .query(({ ctx, input }) => inspectTransaction(ctx.core, input));
